package esdbtest

import (
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"google.golang.org/grpc/codes"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// keyOf reads which group is meant: one on the log or on a stream, which must
// be said.
func keyOf(o interface {
	GetStreamIdentifier() *shared.StreamIdentifier
	GetGroupName() string
}, all *shared.Empty) (competing.Key, error) {
	if all != nil {
		return groupKey(engine.AllStream, o.GetGroupName())
	}
	return streamKey(o.GetStreamIdentifier(), o.GetGroupName())
}

func streamKey(stream *shared.StreamIdentifier, group string) (competing.Key, error) {
	if stream == nil {
		return competing.Key{}, handlerFailed()
	}
	return groupKey(streamName(stream), group)
}

// maxGroupName bounds a group's name, in bytes.
const maxGroupName = 4096

func groupKey(stream, group string) (competing.Key, error) {
	switch {
	case len(stream) > engine.MaxStreamName:
		return competing.Key{}, invalidArgument("The stream name has more than " + strconv.Itoa(engine.MaxStreamName) + " bytes.")
	case len(group) > maxGroupName:
		return competing.Key{}, invalidArgument("The group name has more than " + strconv.Itoa(maxGroupName) + " bytes.")
	}
	return competing.Key{Stream: stream, Group: group}, nil
}

// notTheLog refuses to make, change or end a group on a stream by the log's
// name, in EventStoreDB's words.
func notTheLog(key competing.Key, operation string) error {
	if key.Stream != engine.AllStream {
		return nil
	}
	return &rpcError{codes.Unknown, "Envelope callback expected either " + operation + "PersistentSubscriptionToAllCompleted or NotHandled, received " +
		operation + "PersistentSubscriptionToStreamCompleted instead", nil}
}
