package esdbtest

import (
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
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
	if err != nil {
		return nil, err
	}
	o := first.GetOptions()
	if o == nil {
		return nil, invalidArgument("the options of an append come first")
	}
	want, err := expected(o, o.GetExpectedStreamRevision() != nil)
	if err != nil {
		return nil, err
	}
	name := string(o.GetStreamIdentifier().GetStreamName())
	if err := s.node.server.demand(stream.Context(), engine.Write, name); err != nil {
		return nil, err
	}
	size := appendSize{limit: s.node.server.cfg.MaxAppendSize}
	var events []engine.Event
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		message := req.GetProposedMessage()
		if message == nil {
			return nil, invalidArgument("after the options of an append come its events")
		}
		ev, err := event(message)
		if err != nil {
			return nil, err
		}
		if err := size.add(ev); err != nil {
			return nil, err
		}
		events = append(events, ev)
	}
	if s.node.duplicatesWrite(stream) {
		if _, err := s.engine().Append(stream.Context(), name, want, events); err != nil {
			return appendReply(engine.Appended{}, err)
		}
	}
	return appendReply(s.engine().Append(stream.Context(), name, want, events))
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
)

func (s *appendSize) add(ev engine.Event) error {
	s.data += len(ev.Data)
	s.all += len(ev.Data) + len(ev.Metadata) + len(ev.Type) + eventOverhead
	if s.data > s.limit || s.all > maxAppendTotal {
		return maxAppendSizeExceeded(s.limit)
	}
	return nil
}

// appendReply writes the outcome of an append. A wrong expected version is no
// error of the call.
func appendReply(a engine.Appended, err error) (*streams.AppendResp, error) {
	var wrong *engine.WrongVersion
	if errors.As(err, &wrong) {
		return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{
			WrongExpectedVersion: wrongVersionReply(wrong)}}, nil
	}
	if err != nil {
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

// wrongVersionReply says it twice: for clients from before 21.x, too.
func wrongVersionReply(e *engine.WrongVersion) *streams.AppendResp_WrongExpectedVersion {
	w := new(streams.AppendResp_WrongExpectedVersion)
	if e.Current < 0 {
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: new(shared.Empty)}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: new(shared.Empty)}
	} else {
		current := uint64(e.Current)
		w.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current}
		w.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: current}
	}
	switch e.Expected {
	case engine.Any:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: new(shared.Empty)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: new(shared.Empty)}
	case engine.StreamExists:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: new(shared.Empty)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: new(shared.Empty)}
	case engine.NoStream: // the old form had none for it
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: new(shared.Empty)}
	default:
		w.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: uint64(e.Expected)}
		w.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: uint64(e.Expected)}
	}
	return w
}
