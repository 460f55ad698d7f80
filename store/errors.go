package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// The errors of every store, found with errors.Is.
var (
	// ErrConflict: the stream's revision is not the expected one. Load again
	// and decide again.
	ErrConflict = &Error{Code: "conflict"}
	// ErrStreamNotFound: the stream has no event.
	ErrStreamNotFound = &Error{Code: "stream_not_found"}
	// ErrClosed: the store was closed.
	ErrClosed = &Error{Code: "store_closed"}
	// ErrUnknownPosition: a read or subscription begins at a position that the
	// log never gave. Another attempt gives the same: it is another log, an older
	// copy of it, or a number that somebody computed.
	ErrUnknownPosition = &Error{Code: "unknown_position"}
	// ErrInvalidWrite: a name, an id or an expected revision is malformed.
	ErrInvalidWrite = &Error{Code: "invalid_write"}
	// ErrTooLarge: a write is over a limit.
	ErrTooLarge = &Error{Code: "too_large"}
	// ErrCorrupt: stored bytes are not what was written.
	ErrCorrupt = &Error{Code: "corrupt_log"}
	// ErrNewerFormat: the log was written by a newer version of the library.
	ErrNewerFormat = &Error{Code: "newer_format"}
	// ErrNotALog: the file or address holds something else.
	ErrNotALog = &Error{Code: "not_a_log"}
	// ErrLocked: another process writes to the log.
	ErrLocked = &Error{Code: "locked"}
	// ErrReadOnly: the store was opened for reading only.
	ErrReadOnly = &Error{Code: "read_only"}
	// ErrFull: the disk or a quota is full. Nothing was written.
	ErrFull = &Error{Code: "full"}
	// ErrCancelled: the context ended; it wraps the context's cause.
	ErrCancelled = &Error{Code: "cancelled"}
	// ErrUnavailable: the medium failed otherwise; it wraps the cause.
	ErrUnavailable = &Error{Code: "unavailable"}
	// ErrRefused: the medium is there and will not have us: a login, a right or a
	// certificate. It is within an ErrUnavailable, which it makes final.
	ErrRefused = &Error{Code: "refused"}
	// ErrBadURL: a store's URL is malformed or of an unknown scheme.
	ErrBadURL = &Error{Code: "bad_url"}
)

// Passing reports a failure after which another attempt may succeed, with nothing
// done by people but to bring a server or a disk back. Everything else stays what
// it is, such as ErrUnknownPosition, ErrCorrupt or ErrRefused.
func Passing(err error) bool {
	return !errors.Is(err, ErrRefused) && (errors.Is(err, ErrUnavailable) || errors.Is(err, ErrFull) || errors.Is(err, ErrLocked))
}

// Error is a store's failure: a stable code, what it is about, and the cause.
// It never holds event data.
type Error struct {
	Code     string         // stable
	Stream   string         // if it is about a stream
	Position event.Position // if it is about a record
	Detail   string         // what happened and what to do
	Err      error          // the cause, if another error is
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("store: ")
	b.WriteString(strings.ReplaceAll(e.Code, "_", " "))
	if e.Stream != "" {
		fmt.Fprintf(&b, ": stream %q", e.Stream[:min(len(e.Stream), MaxStreamName)])
	}
	if e.Position != 0 {
		fmt.Fprintf(&b, ": position %d", e.Position)
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is compares codes, so that errors.Is(err, ErrConflict) finds every conflict.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf is the stable code of the first *Error in err's tree, "" if there is
// none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// Cancelled is the ErrCancelled of a context that has ended.
func Cancelled(ctx context.Context) error {
	return &Error{Code: ErrCancelled.Code, Err: context.Cause(ctx)}
}

// Conflict is the ErrConflict of a stream that is not where the writer believed.
func Conflict(stream string, want, have Expected) error {
	return &Error{Code: ErrConflict.Code, Stream: stream, Detail: fmt.Sprintf("expected %v, found %v", want, have)}
}
