package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// streamsService appends, reads, subscribes and deletes.
type streamsService struct {
	streams.UnimplementedStreamsServer
	node *node
}

func (s *streamsService) engine() *engine.Engine { return s.node.server.engine }

// expectation is what the options of every write but BatchAppend's say.
type expectation interface {
	GetRevision() uint64
	GetNoStream() *shared.Empty
	GetAny() *shared.Empty
	GetStreamExists() *shared.Empty
}

// expected reads an expectation; given says whether there is one at all.
func expected(o expectation, given bool) (engine.Expected, error) {
	switch {
	case !given:
		return 0, invalidArgument("an expected stream revision is required")
	case o.GetNoStream() != nil:
		return engine.NoStream, nil
	case o.GetAny() != nil:
		return engine.Any, nil
	case o.GetStreamExists() != nil:
		return engine.StreamExists, nil
	}
	return revision(o.GetRevision())
}

// Delete hides a stream's events until something is appended to it.
func (s *streamsService) Delete(ctx context.Context, req *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := req.GetOptions()
	position, err := s.remove(ctx, o.GetStreamIdentifier(), o, o.GetExpectedStreamRevision() != nil, s.engine().Delete)
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{Position: &streams.DeleteResp_Position{
		CommitPosition: position, PreparePosition: position}}}, nil
}

// Tombstone ends a stream for good.
func (s *streamsService) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := req.GetOptions()
	position, err := s.remove(ctx, o.GetStreamIdentifier(), o, o.GetExpectedStreamRevision() != nil, s.engine().Tombstone)
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{Position: &streams.TombstoneResp_Position{
		CommitPosition: position, PreparePosition: position}}}, nil
}

// remove deletes in one of the two ways.
func (s *streamsService) remove(ctx context.Context, stream *shared.StreamIdentifier, o expectation, given bool,
	how func(context.Context, string, engine.Expected) (uint64, error)) (uint64, error) {
	name := string(stream.GetStreamName())
	position, err := func() (uint64, error) {
		e, err := expected(o, given)
		if err != nil {
			return 0, err
		}
		if err := s.node.server.demand(ctx, engine.Remove, name); err != nil {
			return 0, err
		}
		position, err := how(ctx, name, e)
		return position, engineError("Delete", err)
	}()
	trailUnary(ctx, err)
	return position, err
}
