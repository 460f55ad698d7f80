package esdbtest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// What the server writes by itself.
const (
	scavengesStream   = "$scavenges"
	scavengesMetadata = `{"$maxAge":2592000,"$acl":{"$r":"$ops","$w":[],"$d":[],"$mr":[],"$mw":[]}}`
)

// writeSystem begins an epoch, the time of a leader, and writes what a fresh
// database holds: who may read of scavenges and, where there are logins, the
// users.
func (s *Server) writeSystem(ctx context.Context) error {
	if err := s.writeEpoch(ctx); err != nil {
		return err
	}
	if stream := engine.MetadataStream(scavengesStream); s.engine.LastRevision(stream) < 0 {
		metadata := engine.Event{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: []byte(scavengesMetadata)}
		if _, err := s.engine.Append(ctx, stream, engine.Any, []engine.Event{metadata}); err != nil {
			return err
		}
	}
	if !s.cfg.TLS {
		return nil
	}
	return s.writeUsers(ctx)
}

// writeEpoch writes that this server leads from now on, in a stream that never
// comes in $all.
func (s *Server) writeEpoch(ctx context.Context) error {
	data, err := json.Marshal(map[string]any{
		"epochNumber": s.engine.LastRevision(engine.EpochStream) + 1, "epochId": uuid.New(), "timeStamp": s.cfg.Now().UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return err
	}
	epoch := engine.Event{ID: uuid.New(), Type: engine.EpochStream, JSON: true, Data: data}
	_, err = s.engine.Append(ctx, engine.EpochStream, engine.Any, []engine.Event{epoch})
	return err
}
