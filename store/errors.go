package store

import (
	"context"

	"github.com/marketcore/marketplace/internal/fault"
)

// The errors of every store, found with errors.Is. A store makes its own of them
// with In (a stream), At (a position) and With (the cause, and what happened);
// marketplace.Error has what is in them, and docs/errors.md what each means.
var (
	// ErrConflict: the stream's revision is not the expected one. Load again
	// and decide again.
	ErrConflict = fault.New("store", "conflict")
	// ErrStreamNotFound: the stream has no event.
	ErrStreamNotFound = fault.New("store", "stream_not_found")
	// ErrClosed: the store was closed.
	ErrClosed = fault.New("store", "store_closed")
	// ErrUnknownPosition: a read or subscription begins at a position that the
	// log never gave. Another attempt gives the same: it is another log, an older
	// copy of it, or a number that somebody computed.
	ErrUnknownPosition = fault.New("store", "unknown_position")
	// ErrInvalidWrite: a name, an id or an expected revision is malformed.
	ErrInvalidWrite = fault.New("store", "invalid_write")
	// ErrTooLarge: a write is over a limit.
	ErrTooLarge = fault.New("store", "too_large")
	// ErrCorrupt: stored bytes are not what was written.
	ErrCorrupt = fault.New("store", "corrupt_log")
	// ErrNewerFormat: the log was written by a newer version of the library.
	ErrNewerFormat = fault.New("store", "newer_format")
	// ErrNotALog: the file or address holds something else.
	ErrNotALog = fault.New("store", "not_a_log")
	// ErrMoved: the log's file was moved, deleted or replaced while it was open.
	ErrMoved = fault.New("store", "moved")
	// ErrIncomplete: the log is here and what was written to it last is not, or the
	// other way round.
	ErrIncomplete = fault.New("store", "incomplete_log")
	// ErrLocked: another process writes to the log.
	ErrLocked = fault.New("store", "locked")
	// ErrReadOnly: the store was opened for reading only.
	ErrReadOnly = fault.New("store", "read_only")
	// ErrFull: the disk or a quota is full. Nothing was written.
	ErrFull = fault.New("store", "full")
	// ErrCancelled: the context ended; it wraps the context's cause.
	ErrCancelled = fault.New("store", "cancelled")
	// ErrUnavailable: the medium failed otherwise; it wraps the cause.
	ErrUnavailable = fault.New("store", "unavailable")
	// ErrRefused: the medium is there and will not have us: a login, a right or a
	// certificate. It is within an ErrUnavailable, which it makes final.
	ErrRefused = fault.New("store", "refused")
	// ErrBadURL: a store's URL is malformed or of an unknown scheme.
	ErrBadURL = fault.New("store", "bad_url")
)

// Cancelled is the ErrCancelled of a context that has ended.
func Cancelled(ctx context.Context) error {
	return ErrCancelled.With(context.Cause(ctx), "")
}

// Conflict is the ErrConflict of a stream that is not where the writer believed.
func Conflict(stream string, want, have Expected) error {
	return ErrConflict.In(stream).With(nil, "expected %v, found %v", want, have)
}
