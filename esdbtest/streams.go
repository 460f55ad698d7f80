package esdbtest

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
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

// expected reads an expectation, of the options of a request of the named
// type; given says whether there is one at all.
func expected(o expectation, given bool, of string) (engine.Expected, error) {
	switch {
	case !given:
		return 0, noCase(of + "+Types+Options+ExpectedStreamRevision")
	case o.GetNoStream() != nil:
		return engine.NoStream, nil
	case o.GetAny() != nil:
		return engine.Any, nil
	case o.GetStreamExists() != nil:
		return engine.StreamExists, nil
	}
	e, err := revision(o.GetRevision())
	if err != nil {
		return 0, handlerFailed()
	}
	return e, nil
}

// Delete hides a stream's events until something is appended to it.
func (s *streamsService) Delete(ctx context.Context, req *streams.DeleteReq) (*streams.DeleteResp, error) {
	o := req.GetOptions()
	position, err := s.remove(ctx, deletion{o, o != nil, o.GetExpectedStreamRevision() != nil, "DeleteReq", s.engine().Delete})
	if err != nil {
		return nil, err
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{Position: &streams.DeleteResp_Position{
		CommitPosition: position, PreparePosition: position}}}, nil
}

// Tombstone ends a stream for good.
func (s *streamsService) Tombstone(ctx context.Context, req *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	o := req.GetOptions()
	position, err := s.remove(ctx, deletion{o, o != nil, o.GetExpectedStreamRevision() != nil, "TombstoneReq", s.engine().Tombstone})
	if err != nil {
		return nil, err
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{Position: &streams.TombstoneResp_Position{
		CommitPosition: position, PreparePosition: position}}}, nil
}

// deletion is a request to delete in one of the two ways.
type deletion struct {
	options interface {
		expectation
		GetStreamIdentifier() *shared.StreamIdentifier
	}
	present  bool // the request has options
	expects  bool // they have an expectation
	of       string
	toDelete func(context.Context, string, engine.Expected) (uint64, error)
}

func (s *streamsService) remove(ctx context.Context, d deletion) (uint64, error) {
	position, err := s.removed(ctx, d)
	trailUnary(ctx, err)
	return position, err
}

func (s *streamsService) removed(ctx context.Context, d deletion) (uint64, error) {
	if !d.present {
		return 0, handlerFailed()
	}
	e, err := expected(d.options, d.expects, d.of)
	if err != nil {
		return 0, err
	}
	name, err := s.node.server.demandStream(ctx, engine.Remove, d.options.GetStreamIdentifier())
	if err != nil {
		return 0, err
	}
	position, err := d.toDelete(ctx, name, e)
	return position, engineError("Delete", err)
}
