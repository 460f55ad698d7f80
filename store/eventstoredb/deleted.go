package eventstoredb

import (
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/marketcore/marketplace/event"
)

// deleted reports whether a stream that the server fails on is one that was
// deleted for good. EventStoreDB says so in a trailer that holds the stream's
// name, which it can write only in printable ASCII: with another name it
// answers HTTP status 500. A batch append says it in a message. One that
// expects a revision that no stream has writes nothing, whatever the stream.
// A user who may not append cannot find out.
func (h *hold) deleted(stream string) bool {
	if isPrintable(stream) {
		return false
	}
	c, err := h.begin(stream, h.store.target.deadline, false)
	if err != nil {
		return false
	}
	defer c.end()
	batch, err := c.lane.streams.BatchAppend(c.ctx)
	if err != nil {
		return false
	}
	if err := batch.Send(impossible(stream, c.hold.store.target)); err != nil {
		return false
	}
	answer, err := batch.Recv()
	return err == nil && codes.Code(answer.GetError().GetCode()) == codes.NotFound &&
		answer.GetError().GetMessage() == "StreamDeleted"
}

// impossible is an append that cannot succeed.
func impossible(stream string, t *target) *streams.BatchAppendReq {
	e := proposedMessage(&event.Proposed{ID: uuid.New(), Type: "Impossible", Data: []byte("{}")}).GetProposedMessage()
	return &streams.BatchAppendReq{
		CorrelationId: &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Options: &streams.BatchAppendReq_Options{
			StreamIdentifier:       streamID(stream),
			ExpectedStreamPosition: &streams.BatchAppendReq_Options_StreamPosition{StreamPosition: maxRevision},
			DeadlineOption:         &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(t.deadline)},
		},
		ProposedMessages: []*streams.BatchAppendReq_ProposedMessage{{
			Id: e.GetId(), Metadata: e.GetMetadata(), Data: e.GetData()}},
		IsFinal: true,
	}
}

// isPrintable reports whether a name can stand in a header.
func isPrintable(name string) bool {
	for i := range len(name) {
		if name[i] < ' ' || name[i] > '~' {
			return false
		}
	}
	return true
}
