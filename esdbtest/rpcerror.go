package esdbtest

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// rpcError is a status with the trailers in which EventStoreDB says what went
// wrong, as pairs of keys and values.
type rpcError struct {
	code     codes.Code
	message  string
	trailers []string
}

func (e *rpcError) Error() string { return e.message }

// GRPCStatus is the error as gRPC tells it. EventStoreDB fails to tell one
// whose trailers are not printable ASCII: it answers with HTTP status 500,
// which is UNKNOWN to a client.
func (e *rpcError) GRPCStatus() *status.Status {
	if !e.tellable() {
		return status.New(codes.Unknown, "Unexpected HTTP status 500: a trailer of the answer would hold other characters than printable ASCII.")
	}
	return status.New(e.code, e.message)
}

func (e *rpcError) tellable() bool {
	return !slices.ContainsFunc(e.trailers, func(text string) bool {
		return strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	})
}

// handlerFailed is what EventStoreDB says of a request that makes no sense to
// it.
func handlerFailed() error {
	return &rpcError{codes.Unknown, "Exception was thrown by handler.", nil}
}

// noCase is about a choice in a request that none was made of.
func noCase(choice string) error {
	return invalidArgument("'None' is not a valid EventStore.Client.Streams." + choice + "OneofCase")
}

// received judges what was received next of several messages: a call that ends
// too early and a message that is too long are refused.
func received(msg proto.Message, err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return handlerFailed()
	case err == nil && proto.Size(msg) > maxMessageSize:
		return &rpcError{codes.ResourceExhausted, "Received message exceeds the maximum configured message size.", nil}
	}
	return err
}

func accessDenied() error {
	return &rpcError{codes.PermissionDenied, "Access Denied", []string{"exception", "access-denied"}}
}

func unauthenticated() error {
	return &rpcError{codes.Unauthenticated, "Unauthenticated", nil}
}

func invalidArgument(message string) error {
	return &rpcError{codes.InvalidArgument, message, nil}
}

func notLeader(address string) error {
	host, port, _ := net.SplitHostPort(address)
	return &rpcError{codes.NotFound, "Leader info available", []string{
		"exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", port}}
}

func notReady() error { return &rpcError{codes.Unavailable, "Server Is Not Ready", nil} }

func timedOut(operation string) error {
	return &rpcError{codes.Aborted, "Operation timed out: " + operation, nil}
}

func maxAppendSizeExceeded(limit int) error {
	return &rpcError{codes.InvalidArgument, "Maximum Append Size of " + strconv.Itoa(limit) + " Exceeded.", []string{
		"exception", "maximum-append-size-exceeded", "maximum-append-size", strconv.Itoa(limit)}}
}

func missingMetadata(property string) error {
	return &rpcError{codes.InvalidArgument, "Required Metadata Property '" + property + "' is missing", []string{
		"exception", "missing-required-metadata-property", "required-metadata-properties", "type,content-type"}}
}

func streamDeleted(stream string) error {
	return &rpcError{codes.FailedPrecondition, "Event stream '" + stream + "' is deleted.", []string{
		"exception", "stream-deleted", "stream-name", stream}}
}

func wrongExpectedVersion(operation string, e *engine.WrongVersion) error {
	expected, actual := strconv.FormatInt(int64(e.Expected), 10), strconv.FormatInt(e.Current, 10)
	return &rpcError{codes.FailedPrecondition,
		operation + " failed due to WrongExpectedVersion. Stream: " + e.Stream +
			", Expected version: " + expected + ", Actual version: " + actual,
		[]string{"exception", "wrong-expected-version", "stream-name", e.Stream,
			"expected-version", expected, "actual-version", actual}}
}

// subscriptionError is about a persistent subscription.
func subscriptionError(code codes.Code, exception, message string, key competing.Key, more ...string) error {
	return &rpcError{code, message, append([]string{
		"exception", exception, "stream-name", key.Stream, "group-name", key.Group}, more...)}
}

// groupError translates an error of a persistent subscription.
func groupError(err error, key competing.Key) error {
	on := "group " + key.Group + " on stream " + key.Stream
	var refused *competing.Refused
	switch {
	case errors.As(err, &refused):
		return subscriptionError(codes.Internal, "persistent-subscription-failed",
			"Subscription "+on+" failed: '"+refused.Reason+"'", key, "reason", refused.Reason)
	case errors.Is(err, competing.ErrExists):
		return subscriptionError(codes.AlreadyExists, "persistent-subscription-exists", "Subscription "+on+" exists.", key)
	case errors.Is(err, competing.ErrNotExist):
		return subscriptionError(codes.NotFound, "persistent-subscription-does-not-exist", "Subscription "+on+" does not exist.", key)
	case errors.Is(err, competing.ErrDropped):
		return subscriptionError(codes.Canceled, "persistent-subscription-dropped", "Subscription "+on+" was dropped.", key)
	case errors.Is(err, competing.ErrMaxSubscribers):
		return subscriptionError(codes.FailedPrecondition, "maximum-subscribers-reached",
			"Maximum subscriptions reached for subscription "+on+".", key)
	}
	return engineError("Persistent subscription", err)
}

func engineError(operation string, err error) error {
	var wrong *engine.WrongVersion
	var deleted *engine.Deleted
	var unreadable *engine.Unreadable
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return wrongExpectedVersion(operation, wrong)
	case errors.As(err, &deleted):
		return streamDeleted(deleted.Stream)
	case errors.As(err, &unreadable):
		return &rpcError{codes.Unknown, "Unexpected ReadStreamResult: Error", nil}
	case errors.Is(err, engine.ErrInvalidStream):
		return invalidArgument(err.Error())
	case errors.Is(err, engine.ErrShutOut):
		return accessDenied()
	case errors.Is(err, engine.ErrFull):
		return &rpcError{codes.ResourceExhausted, "The log has reached its size limit.", nil}
	case errors.Is(err, engine.ErrClosed):
		return notReady()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return status.FromContextError(err).Err()
	}
	return &rpcError{codes.Unknown, err.Error(), nil}
}

// trail puts the trailers of an error where the client finds them.
func trail(set func(metadata.MD), err error) {
	var e *rpcError
	if !errors.As(err, &e) || len(e.trailers) == 0 || !e.tellable() {
		return
	}
	md := metadata.Pairs(e.trailers...)
	for key, values := range md {
		if values[0] == "" {
			delete(md, key) // EventStoreDB tells no trailer without a value
		}
	}
	set(md)
}

func trailUnary(ctx context.Context, err error) {
	trail(func(md metadata.MD) { _ = grpc.SetTrailer(ctx, md) }, err) // fails only outside a call
}
