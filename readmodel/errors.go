package readmodel

import (
	"fmt"
	"strings"

	"github.com/marketcore/marketplace/event"
)

// What goes wrong with a read model, found with errors.Is. Each is an *Error
// with a stable code.
var (
	// ErrBadURL: the URL of a read model is malformed or of an unknown scheme.
	ErrBadURL = &Error{Code: "bad_url"}
	// ErrBusy: another program holds a lock for too long. Try again.
	ErrBusy = &Error{Code: "busy"}
	// ErrCancelled: the context ended; it wraps the context's cause.
	ErrCancelled = &Error{Code: "cancelled"}
	// ErrClosed: the database was closed.
	ErrClosed = &Error{Code: "read_model_closed"}
	// ErrConflict: another transaction got in the way and this one wrote
	// nothing. Do it again from its beginning.
	ErrConflict = &Error{Code: "transaction_conflict"}
	// ErrCorrupt: what is stored is not what was written. Rebuild.
	ErrCorrupt = &Error{Code: "corrupt_read_model"}
	// ErrFenced: another runner has moved the checkpoint of this partition.
	ErrFenced = &Error{Code: "fenced"}
	// ErrFull: the disk or a quota is full, and nothing was written.
	ErrFull = &Error{Code: "full"}
	// ErrLeased: another runner holds the lease.
	ErrLeased = &Error{Code: "leased"}
	// ErrLeaseLost: the lease is held no more, because the connection that
	// held it is gone.
	ErrLeaseLost = &Error{Code: "lease_lost"}
	// ErrMemory: a rebuild may not use as much memory as it needs.
	ErrMemory = &Error{Code: "memory"}
	// ErrNewerSchema: the read model was made by a newer version of the
	// library.
	ErrNewerSchema = &Error{Code: "newer_schema"}
	// ErrNotAReadModel: the file or database holds something else.
	ErrNotAReadModel = &Error{Code: "not_a_read_model"}
	// ErrNotFound: there is no read model, or no such version of it.
	ErrNotFound = &Error{Code: "no_read_model"}
	// ErrOtherLog: the read model is of another log than the one that is read,
	// or of an older or newer copy of it. Name the log that it is of, or rebuild.
	ErrOtherLog = &Error{Code: "other_log"}
	// ErrOtherPartitions: the read model is divided in another number of
	// partitions than was asked for.
	ErrOtherPartitions = &Error{Code: "other_partitions"}
	// ErrReadOnly: the database was opened for reading only.
	ErrReadOnly = &Error{Code: "read_only"}
	// ErrSchema: the live version has the tables of an older version of the
	// library. Rebuild.
	ErrSchema = &Error{Code: "older_schema"}
	// ErrStopped: a runner met an event that it could not decode or fold. It
	// wraps the cause where that is at hand.
	ErrStopped = &Error{Code: "stopped"}
	// ErrUnavailable: the database cannot be reached or failed otherwise; it
	// wraps the cause. Try again.
	ErrUnavailable = &Error{Code: "unavailable"}
)

// Error is what went wrong: a stable code, the event that it is about, what to
// do, and the cause. It never holds event data.
type Error struct {
	Code     string         // stable
	Position event.Position // of the event that it is about, if it is about one
	Detail   string         // what happened and what to do
	Err      error          // the cause, if another error is
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("readmodel: ")
	b.WriteString(strings.ReplaceAll(e.Code, "_", " "))
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

// Is compares codes, so that errors.Is(err, ErrFull) finds every full disk.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// With is the error with what happened, and the cause, which may be nil.
func (e *Error) With(cause error, format string, args ...any) *Error {
	return &Error{Code: e.Code, Detail: fmt.Sprintf(format, args...), Err: cause}
}
