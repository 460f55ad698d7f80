package esdbtest

import (
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// batchError answers a message of BatchAppend with what is wrong.
func batchError(req *streams.BatchAppendReq, stream *shared.StreamIdentifier, fault *rpcstatus.Status) *streams.BatchAppendResp {
	return &streams.BatchAppendResp{
		CorrelationId:    req.GetCorrelationId(),
		StreamIdentifier: stream,
		Result:           &streams.BatchAppendResp_Error{Error: fault},
	}
}

// batchSuccess tells what an append of BatchAppend did.
func batchSuccess(a engine.Appended) *streams.BatchAppendResp_Success_ {
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
	return &streams.BatchAppendResp_Success_{Success: success}
}

// batchFault writes an error of the engine, nil for none.
func batchFault(err error) *rpcstatus.Status {
	var wrong *engine.WrongVersion
	var deleted *engine.Deleted
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return fault(codes.AlreadyExists, "WrongExpectedVersion", wrongVersionDetails(wrong))
	case errors.As(err, &deleted):
		return fault(codes.NotFound, "StreamDeleted", &shared.StreamDeleted{StreamIdentifier: identifier(deleted.Stream)})
	case errors.Is(err, engine.ErrClosed):
		return fault(codes.OK, "Server Is Not Ready", new(emptypb.Empty)) // without a code, as there
	case errors.Is(err, engine.ErrInvalidStream):
		return badRequest(err.Error())
	}
	return fault(codes.Unknown, err.Error(), new(shared.Unknown))
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
	return fault(codes.InvalidArgument, "BadRequest", &shared.BadRequest{Message: message})
}

func timeoutFault() *rpcstatus.Status {
	return fault(codes.DeadlineExceeded, "Timeout", new(shared.Timeout))
}

// sizeFault refuses an append of which there is too much.
func sizeFault(s appendSize) *rpcstatus.Status {
	if s.data > s.limit {
		return fault(codes.InvalidArgument, "MaximumAppendSizeExceeded",
			&shared.MaximumAppendSizeExceeded{MaxAppendSize: uint32(s.limit)})
	}
	return badRequest(tooLargeInAll)
}

func fault(code codes.Code, message string, details proto.Message) *rpcstatus.Status {
	s := &rpcstatus.Status{Code: int32(code), Message: message}
	if packed, err := anypb.New(details); err == nil { // it marshals
		s.Details = append(s.Details, packed)
	}
	return s
}
