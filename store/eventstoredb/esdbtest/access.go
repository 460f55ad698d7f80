package esdbtest

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// allowed reports whether the caller may do something with a stream. $admins
// may do everything; otherwise the stream's ACL decides and, where it says
// nothing, user streams are open to everybody who is logged in and system
// streams to nobody.
func (s *Server) allowed(ctx context.Context, to engine.Access, stream string) bool {
	id := caller(ctx)
	if id.has(adminsGroup) {
		return true
	}
	if id.name == "" && !s.cfg.AnonymousAccess {
		return false
	}
	if of, ok := engine.IsMetadataStream(stream); ok {
		stream = of
		if to == engine.Read {
			to = engine.MetaRead
		} else {
			to = engine.MetaWrite
		}
	}
	roles := s.engine.Metadata(stream).ACL.Roles(to)
	if len(roles) == 0 {
		return !engine.IsSystemStream(stream)
	}
	return slices.Contains(roles, everybody) || slices.ContainsFunc(roles, id.has)
}

// demand is allowed as an error.
func (s *Server) demand(ctx context.Context, to engine.Access, stream string) error {
	if !s.allowed(ctx, to, stream) {
		return accessDenied()
	}
	return nil
}

// demandOps refuses callers who may not manage subscriptions.
func demandOps(ctx context.Context) error {
	if id := caller(ctx); !id.has(adminsGroup) && !id.has(opsGroup) {
		return accessDenied()
	}
	return nil
}

// writeUsers writes what a fresh database says of its users.
func (s *Server) writeUsers(ctx context.Context) error {
	if s.engine.LastRevision("$users") >= 0 {
		return nil
	}
	names := make([]string, 0, len(s.cfg.Users))
	for name := range s.cfg.Users {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := json.Marshal(map[string]any{"loginName": name, "groups": s.cfg.Users[name].Groups, "disabled": false})
		if err != nil {
			return err
		}
		created := engine.Event{ID: uuid.New(), Type: "$UserCreated", JSON: true, Data: data}
		if _, err := s.engine.Append(ctx, "$user-"+name, engine.Any, []engine.Event{created}); err != nil {
			return err
		}
		listed := engine.Event{ID: uuid.New(), Type: "$User", Data: []byte(name)}
		if _, err := s.engine.Append(ctx, "$users", engine.Any, []engine.Event{listed}); err != nil {
			return err
		}
	}
	return nil
}
