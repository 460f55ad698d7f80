package esdbtest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// What a new database writes by itself, before anybody else: that its leader
// begins an epoch, in a stream that never comes in $all; metadata of the stream
// in which it tells of scavenges; and, with TLS, the users. Passwords are not
// among it.
const (
	scavengesStream   = "$scavenges"
	scavengesMetadata = `{"$maxAge":2592000,"$acl":{"$r":"$ops","$w":[],"$d":[],"$mr":[],"$mw":[]}}`

	usersStream  = "$users" // lists the users by name
	userPrefix   = "$user-" // begins the name of the stream that describes one
	userMetadata = `{"$acl":{"$w":"$admins","$d":"$admins","$mw":"$admins"}}`
)

// systemEvent is an event that the database writes.
type systemEvent struct {
	stream string
	kind   string
	data   []byte
}

// writeFreshLog writes what a new database says, unless the log has it.
func (s *Server) writeFreshLog(ctx context.Context) error {
	epoch, err := json.Marshal(map[string]any{"epochNumber": 0, "epochId": uuid.New(), "timeStamp": s.cfg.Now().UTC()})
	if err != nil {
		return err
	}
	events := []systemEvent{
		{engine.EpochStream, engine.EpochStream, epoch},
		{engine.MetadataStream(scavengesStream), engine.MetadataType, []byte(scavengesMetadata)},
	}
	if s.cfg.TLS {
		for _, name := range slices.Sorted(maps.Keys(s.cfg.Users)) {
			user, err := s.userEvents(name)
			if err != nil {
				return err
			}
			events = append(events, user...)
		}
	}
	for _, e := range events {
		if err := s.writeFresh(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) userEvents(name string) ([]systemEvent, error) {
	described := userPrefix + name
	if s.engine.LastRevision(described) >= 0 {
		return nil, nil
	}
	data, err := json.Marshal(struct {
		LoginName string   `json:"loginName"`
		FullName  string   `json:"fullName"`
		Disabled  bool     `json:"disabled"`
		Groups    []string `json:"groups"`
	}{name, name, false, s.cfg.Users[name].Groups})
	return []systemEvent{
		{engine.MetadataStream(described), engine.MetadataType, []byte(userMetadata)},
		{described, "$UserCreated", data},
		{usersStream, "$User", []byte(name)},
	}, err
}

// writeFresh writes an event to a stream that has none; only $users has more.
func (s *Server) writeFresh(ctx context.Context, e systemEvent) error {
	if e.stream != usersStream && s.engine.LastRevision(e.stream) >= 0 {
		return nil
	}
	written := engine.Event{ID: uuid.New(), Type: e.kind, JSON: e.stream != usersStream, Data: e.data}
	_, err := s.engine.Append(ctx, e.stream, engine.Any, []engine.Event{written})
	return err
}
