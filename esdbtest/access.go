package esdbtest

import (
	"context"
	"slices"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// allowed reports whether the caller may do something with a stream:
//
//   - Without TLS everybody may do everything.
//   - Callers who are not logged in have no access, unless anonymous access is
//     on; then they are in no group.
//   - Nobody writes to $all or deletes it, and nobody deletes a metadata
//     stream: not administrators either.
//   - Administrators may do everything else.
//   - Others need a role that the stream has for it. What is done with a
//     metadata stream is done with the metadata of its stream, whose roles are
//     asked.
func (s *Server) allowed(ctx context.Context, to engine.Access, stream string) bool {
	id := caller(ctx)
	if id == system {
		return true
	}
	if id.anonymous() && !s.cfg.AnonymousAccess {
		return false
	}
	of, isMetadata := engine.IsMetadataStream(stream)
	switch {
	case stream == engine.AllStream && to != engine.Read, isMetadata && to == engine.Remove:
		return false
	case isMetadata && to == engine.Read:
		stream, to = of, engine.MetaRead
	case isMetadata:
		stream, to = of, engine.MetaWrite
	}
	if id.isAdmin() {
		return true
	}
	roles := s.engine.Roles(stream, to)
	return slices.Contains(roles, engine.Everybody) || slices.ContainsFunc(roles, id.is)
}

// demand is allowed as an error.
func (s *Server) demand(ctx context.Context, to engine.Access, stream string) error {
	if !s.allowed(ctx, to, stream) {
		return accessDenied()
	}
	return nil
}

// demandStream is demand for a stream that a request names, whose name it
// returns. A request without one, or with an empty one, fails before its
// caller's access is looked at.
func (s *Server) demandStream(ctx context.Context, to engine.Access, id *shared.StreamIdentifier) (string, error) {
	name := streamName(id)
	if name == "" {
		return "", handlerFailed()
	}
	return name, s.demand(ctx, to, name)
}

// demandUser refuses callers who are not logged in, also where anonymous ones
// may use streams.
func demandUser(ctx context.Context) error {
	if caller(ctx).anonymous() {
		return accessDenied()
	}
	return nil
}

// demandOps refuses callers who may not manage subscriptions.
func demandOps(ctx context.Context) error {
	if !caller(ctx).isOps() {
		return accessDenied()
	}
	return nil
}
