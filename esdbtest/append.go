package esdbtest

import (
	"context"
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Append receives the options and then the events of one append.
func (s *streamsService) Append(stream streams.Streams_AppendServer) error {
	reply, err := s.append(stream)
	if err != nil {
		trail(stream.SetTrailer, err)
		return err
	}
	return stream.SendAndClose(reply)
}

func (s *streamsService) append(stream streams.Streams_AppendServer) (*streams.AppendResp, error) {
	first, err := stream.Recv()
	if err := received(first, err); err != nil {
		return nil, err
	}
	o := first.GetOptions()
	if o == nil {
		return nil, handlerFailed()
	}
	want, err := expected(o, o.GetExpectedStreamRevision() != nil, "AppendReq")
	if err != nil {
		return nil, err
	}
	name, err := s.node.server.demandStream(stream.Context(), engine.Write, o.GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	events, err := s.receiveEvents(stream)
	if err != nil {
		return nil, err
	}
	if s.node.duplicatesWrite(stream) {
		if _, err := s.engine().Append(stream.Context(), name, want, events); err != nil {
			return appendReply(stream.Context(), o, engine.Appended{}, err)
		}
	}
	a, err := s.engine().Append(stream.Context(), name, want, events)
	return appendReply(stream.Context(), o, a, err)
}

// receiveEvents receives what comes after the options.
func (s *streamsService) receiveEvents(stream streams.Streams_AppendServer) ([]engine.Event, error) {
	size := appendSize{limit: s.node.server.cfg.MaxAppendSize}
	var events []engine.Event
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err := received(req, err); err != nil {
			return nil, err
		}
		message := req.GetProposedMessage()
		if message == nil {
			return nil, handlerFailed()
		}
		for _, key := range []string{typeKey, contentTypeKey} {
			if _, ok := message.GetMetadata()[key]; !ok {
				return nil, missingMetadata(key)
			}
		}
		if err := size.add(message); err != nil {
			return nil, err
		}
		ev, err := event(message)
		if err != nil {
			return nil, handlerFailed()
		}
		events = append(events, ev)
	}
}

// appendSize watches over the limits of one append. Like EventStoreDB up to
// 24.10 it counts the data only; what else an append holds has a limit of its
// own here.
type appendSize struct {
	limit int
	data  int
	all   int
}

const (
	maxAppendTotal = 64 << 20
	eventOverhead  = 64

	// tooLargeInAll refuses what EventStoreDB may take.
	tooLargeInAll = "esdbtest: an append of more than 64 MiB with its metadata: make it smaller."
)

func (s *appendSize) add(p proposed) error {
	s.data += len(p.GetData())
	s.all += len(p.GetData()) + len(p.GetCustomMetadata()) + len(p.GetMetadata()[typeKey]) + eventOverhead
	switch {
	case s.data > s.limit:
		return maxAppendSizeExceeded(s.limit)
	case s.all > maxAppendTotal:
		return &rpcError{codes.ResourceExhausted, tooLargeInAll, nil}
	}
	return nil
}

// appendReply writes the outcome of an append. A wrong expected version is no
// error of the call; what EventStoreDB never answers waits for the caller to
// give up.
func appendReply(ctx context.Context, o *streams.AppendReq_Options, a engine.Appended, err error) (*streams.AppendResp, error) {
	var wrong *engine.WrongVersion
	switch {
	case errors.As(err, &wrong):
		return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{
			WrongExpectedVersion: wrongVersionReply(o, wrong)}}, nil
	case errors.Is(err, engine.ErrNoAnswer):
		<-ctx.Done()
		return nil, ctx.Err()
	case err != nil:
		return nil, engineError("Append", err)
	}
	success := new(streams.AppendResp_Success)
	if a.Revision < 0 {
		success.CurrentRevisionOption = &streams.AppendResp_Success_NoStream{NoStream: new(shared.Empty)}
	} else {
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(a.Revision)}
	}
	if a.Position == 0 {
		success.PositionOption = &streams.AppendResp_Success_NoPosition{NoPosition: new(shared.Empty)}
	} else {
		success.PositionOption = &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: a.Position, PreparePosition: a.Position}}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}, nil
}

// wrongVersionReply repeats the expectation as it was put, and says everything
// twice: for clients from before 21.x, too.
func wrongVersionReply(o *streams.AppendReq_Options, e *engine.WrongVersion) *streams.AppendResp_WrongExpectedVersion {
	w := new(streams.AppendResp_WrongExpectedVersion)
	if e.Current < 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: new(shared.Empty)}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: new(shared.Empty)}
	} else {
		current := uint64(e.Current)
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: current}
	}
	switch o.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_Any:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: new(shared.Empty)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: new(shared.Empty)}
	case *streams.AppendReq_Options_StreamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: new(shared.Empty)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: new(shared.Empty)}
	case *streams.AppendReq_Options_NoStream: // the old form has only the number for it
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: new(shared.Empty)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: noRevision}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: o.GetRevision()}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: o.GetRevision()}
	}
	return w
}
