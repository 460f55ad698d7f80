package esdbtest

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// maxBatches bounds the appends that one call has begun and not ended.
const maxBatches = 256

// writeTimeout is the longest that EventStoreDB tries to write.
const writeTimeout = 2 * time.Second

// batch is one append of a BatchAppend call, as far as it has come in.
type batch struct {
	stream   string
	options  *streams.BatchAppendReq_Options
	expected engine.Expected
	deadline time.Time
	size     appendSize
	events   []engine.Event
}

// BatchAppend does many appends in one call. Each has a correlation id, comes
// in one message or several, and is answered by one; what is wrong with it is
// said in that answer.
func (s *streamsService) BatchAppend(stream streams.Streams_BatchAppendServer) error {
	begun := make(map[uuid.UUID]*batch)
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		id := uuidFromWire(req.GetCorrelationId())
		if req.GetOptions() != nil && begun[id] == nil {
			if len(begun) >= maxBatches {
				return &rpcError{codes.ResourceExhausted, "Too many appends are begun and not ended.", nil}
			}
			b, fault := s.begin(stream.Context(), req.GetOptions())
			if fault != nil {
				if err := stream.Send(b.reply(req, fault)); err != nil {
					return err
				}
				continue
			}
			begun[id] = b
		}
		b := begun[id]
		if b == nil {
			continue // it was answered already
		}
		fault := b.add(req.GetProposedMessages())
		if fault == nil && !req.GetIsFinal() {
			continue
		}
		delete(begun, id)
		resp := b.reply(req, fault)
		if fault == nil {
			resp = s.finish(stream, b, req)
		}
		if err := stream.Send(resp); err != nil {
			return err
		}
	}
}

// begin reads the options of an append.
func (s *streamsService) begin(ctx context.Context, o *streams.BatchAppendReq_Options) (*batch, *rpcstatus.Status) {
	b := &batch{
		stream:  string(o.GetStreamIdentifier().GetStreamName()),
		options: o,
		size:    appendSize{limit: s.node.server.cfg.MaxAppendSize},
	}
	now := time.Now()
	b.deadline = now.Add(writeTimeout)
	switch d := o.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline:
		b.deadline = earlier(b.deadline, now.Add(d.Deadline.AsDuration()))
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		b.deadline = earlier(b.deadline, d.Deadline_21_10_0.AsTime())
	}
	switch at := o.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_Any:
		b.expected = engine.Any
	case *streams.BatchAppendReq_Options_NoStream:
		b.expected = engine.NoStream
	case *streams.BatchAppendReq_Options_StreamExists:
		b.expected = engine.StreamExists
	case *streams.BatchAppendReq_Options_StreamPosition:
		var err error
		if b.expected, err = revision(at.StreamPosition); err != nil {
			return b, badRequest(err.Error())
		}
	default:
		return b, badRequest("an expected stream position is required")
	}
	switch {
	case b.stream == "":
		return b, badRequest("Required field StreamIdentifier not set.")
	case !s.node.server.allowed(ctx, engine.Write, b.stream):
		return b, batchError(codes.PermissionDenied, "Access Denied", new(shared.AccessDenied))
	case !b.deadline.After(now):
		return b, batchError(codes.DeadlineExceeded, "Timeout", new(shared.Timeout))
	}
	return b, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// add takes further events of an append.
func (b *batch) add(messages []*streams.BatchAppendReq_ProposedMessage) *rpcstatus.Status {
	for _, m := range messages {
		ev, err := event(m)
		if err != nil {
			return badRequest(err.Error())
		}
		if b.size.add(ev) != nil {
			return batchError(codes.InvalidArgument, "Maximum Append Size Exceeded",
				&shared.MaximumAppendSizeExceeded{MaxAppendSize: uint32(b.size.limit)})
		}
		b.events = append(b.events, ev)
	}
	return nil
}

// finish writes an append that has come in as a whole.
func (s *streamsService) finish(stream streams.Streams_BatchAppendServer, b *batch, req *streams.BatchAppendReq) *streams.BatchAppendResp {
	ctx, cancel := context.WithDeadline(stream.Context(), b.deadline)
	defer cancel()
	var a engine.Appended
	var err error
	if s.node.duplicatesWrite(stream) {
		_, err = s.engine().Append(ctx, b.stream, b.expected, b.events)
	}
	if err == nil {
		a, err = s.engine().Append(ctx, b.stream, b.expected, b.events)
	}
	resp := b.reply(req, batchFault(err))
	if err != nil {
		return resp
	}
	success := new(streams.BatchAppendResp_Success)
	if a.Revision < 0 {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_NoStream{NoStream: new(emptypb.Empty)}
	} else {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_CurrentRevision{CurrentRevision: uint64(a.Revision)}
	}
	if a.Position == 0 {
		success.PositionOption = &streams.BatchAppendResp_Success_NoPosition{NoPosition: new(emptypb.Empty)}
	} else {
		success.PositionOption = &streams.BatchAppendResp_Success_Position{Position: &shared.AllStreamPosition{
			CommitPosition: a.Position, PreparePosition: a.Position}}
	}
	resp.Result = &streams.BatchAppendResp_Success_{Success: success}
	return resp
}

// reply is an answer to an append, as yet without success.
func (b *batch) reply(req *streams.BatchAppendReq, fault *rpcstatus.Status) *streams.BatchAppendResp {
	resp := &streams.BatchAppendResp{
		CorrelationId:    req.GetCorrelationId(),
		StreamIdentifier: b.options.GetStreamIdentifier(),
	}
	switch at := b.options.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_Any:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_Any{Any: at.Any}
	case *streams.BatchAppendReq_Options_NoStream:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_NoStream{NoStream: at.NoStream}
	case *streams.BatchAppendReq_Options_StreamExists:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_StreamExists{StreamExists: at.StreamExists}
	case *streams.BatchAppendReq_Options_StreamPosition:
		resp.ExpectedStreamPosition = &streams.BatchAppendResp_StreamPosition{StreamPosition: at.StreamPosition}
	}
	if fault != nil {
		resp.Result = &streams.BatchAppendResp_Error{Error: fault}
	}
	return resp
}

// batchFault writes an error of the engine, nil for none.
func batchFault(err error) *rpcstatus.Status {
	var wrong *engine.WrongVersion
	var deleted *engine.Deleted
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return batchError(codes.AlreadyExists, "Wrong expected version", wrongVersionDetails(wrong))
	case errors.As(err, &deleted):
		return batchError(codes.NotFound, "Stream is deleted", &shared.StreamDeleted{StreamIdentifier: identifier(deleted.Stream)})
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return batchError(codes.DeadlineExceeded, "Timeout", new(shared.Timeout))
	case errors.Is(err, engine.ErrEmptyEventID), errors.Is(err, engine.ErrInvalidStream):
		return badRequest(err.Error())
	}
	return batchError(codes.Unknown, err.Error(), new(shared.Unknown))
}

func wrongVersionDetails(e *engine.WrongVersion) *shared.WrongExpectedVersion {
	w := new(shared.WrongExpectedVersion)
	if e.Current < 0 {
		w.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: new(emptypb.Empty)}
	} else {
		w.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: uint64(e.Current)}
	}
	switch e.Expected {
	case engine.Any:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedAny{ExpectedAny: new(emptypb.Empty)}
	case engine.StreamExists:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: new(emptypb.Empty)}
	case engine.NoStream:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: new(emptypb.Empty)}
	default:
		w.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: uint64(e.Expected)}
	}
	return w
}

func badRequest(message string) *rpcstatus.Status {
	return batchError(codes.InvalidArgument, "Bad Request", &shared.BadRequest{Message: message})
}

// batchError makes a status with details.
func batchError(code codes.Code, message string, details proto.Message) *rpcstatus.Status {
	s := &rpcstatus.Status{Code: int32(code), Message: message}
	if packed, err := anypb.New(details); err == nil { // it marshals
		s.Details = append(s.Details, packed)
	}
	return s
}
