package eventstoredb

import (
	"errors"
	"net"
	"strings"
	"unicode"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// callError is a failed call: the server's status in one line.
type callError struct {
	status *status.Status
	err    error
}

// rpcError makes the error of a failed call readable. Other errors pass.
func rpcError(err error) error {
	st, ok := status.FromError(err)
	if err == nil || !ok {
		return err
	}
	return &callError{st, err}
}

// maxErrorText bounds what is told of a server's words, in bytes.
const maxErrorText = 300

func (e *callError) Error() string {
	return e.status.Code().String() + ": " + oneLine(e.status.Message())
}

// Unwrap gives what the gRPC library returned.
func (e *callError) Unwrap() error { return e.err }

// GRPCStatus lets status.FromError find the status.
func (e *callError) GRPCStatus() *status.Status { return e.status }

func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if len(text) > maxErrorText {
		text = strings.ToValidUTF8(text[:maxErrorText], "") + "…"
	}
	return text
}

// refusal is the error of a server that will not have us, or that we do not
// trust: trying again does not help. It is nil for other failures, and while
// one of several candidates is merely away, which may take us later.
func refusal(err error) error {
	var all candidateErrors
	if errors.As(err, &all) {
		for _, one := range all {
			if refusal(one) == nil {
				return nil
			}
		}
	}
	var call *callError
	if !errors.As(err, &call) {
		return nil
	}
	detail := ""
	switch message := call.status.Message(); call.status.Code() {
	case codes.Unauthenticated:
		detail = "the login was refused; check the user and the password, or the user certificate"
	case codes.PermissionDenied:
		detail = "access denied; the user may not do this, or there is none in the connection string"
	case codes.Unavailable:
		if !strings.Contains(message, "x509: ") && !strings.Contains(message, "remote error: tls: ") {
			return nil
		}
		detail = "the TLS handshake failed; check tlsCAFile, the host's name and the user certificate"
	default:
		return nil
	}
	return store.ErrUnavailable.With(store.ErrRefused.With(err, "%s", detail), "")
}

// verdict is what a failed call means for the next step.
type verdict struct {
	err    error  // what to tell if no step follows
	again  bool   // another attempt may go well
	cause  cause  // why it failed, if so
	sent   bool   // what was to be written may have been
	leader string // where the leader is
	led    bool   // the node said that another one leads
}

// What EventStoreDB says of a position that is none, of reads and subscriptions.
const (
	invalidPosition     = "AllResult: InvalidPosition"
	readInvalidPosition = "Trying to read from an invalid position."
)

// judge reads a failed call, of a read or a write. The trailers are where
// EventStoreDB says what went wrong; none of their keys is taken for granted.
func judge(stream string, reading bool, err error, trailers metadata.MD) verdict {
	err = rpcError(err)
	fail := func(code *fault.Error, detail string) verdict {
		return verdict{err: code.In(stream).With(err, "%s", detail)}
	}
	refused, deleted := store.ErrInvalidWrite, store.ErrInvalidWrite
	if reading {
		refused, deleted = store.ErrUnavailable, store.ErrStreamNotFound
	}
	switch first(trailers, "exception") {
	case "not-leader":
		v := fail(store.ErrUnavailable, "the node does not lead the cluster")
		v.again, v.led = true, true
		if host, port := first(trailers, "leader-endpoint-host"), first(trailers, "leader-endpoint-port"); host != "" && port != "" {
			v.leader = net.JoinHostPort(host, port)
		}
		return v
	case "stream-deleted":
		return fail(deleted, deletedForGood)
	case "maximum-append-size-exceeded":
		return fail(store.ErrTooLarge, "the server takes appends of at most "+oneLine(first(trailers, "maximum-append-size"))+" bytes")
	}
	var unwelcome *fault.Error
	if errors.As(refusal(err), &unwelcome) {
		unwelcome.Stream = stream
		return verdict{err: unwelcome, again: status.Code(err) == codes.Unauthenticated, cause: byLogin}
	}
	again := func(why cause, detail string) verdict { // the outcome of a write is unknown
		v := fail(store.ErrUnavailable, detail)
		v.again, v.sent, v.cause = true, true, why
		return v
	}
	call, told := status.FromError(err) // otherwise it is the context's end, or a broken pipe's
	if !told {
		return again(byAbsence, "")
	}
	message := call.Message()
	switch call.Code() {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		if reading && message == readInvalidPosition {
			return fail(store.ErrUnknownPosition, neverGiven)
		}
		return fail(refused, "the server refuses the request")
	case codes.ResourceExhausted:
		if strings.Contains(message, "message larger than max") || strings.Contains(message, "message size") {
			return fail(store.ErrTooLarge, "a message is larger than the other side takes")
		}
		return fail(store.ErrFull, "")
	case codes.Unimplemented:
		return fail(store.ErrNotALog, "the other side does not speak EventStoreDB's protocol")
	case codes.DataLoss:
		return fail(store.ErrCorrupt, "")
	case codes.Unknown:
		if reading && strings.HasSuffix(message, invalidPosition) {
			return fail(store.ErrUnknownPosition, neverGiven)
		}
		return again(byServer, "the server fails on the request")
	case codes.Aborted:
		return again(byTimeout, "")
	}
	// Unavailable, DeadlineExceeded, Cancelled by the server, Internal (a stream
	// that was reset).
	return again(byAbsence, "")
}

const (
	deletedForGood = "the stream was deleted for good (a tombstone)"
	neverGiven     = "the log never gave it: it lies inside an event; it is another log's, or somebody computed it"
)

func first(md metadata.MD, key string) string {
	if values := md.Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}
