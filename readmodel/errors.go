package readmodel

import "github.com/marketcore/marketplace/internal/fault"

// What goes wrong with a read model, found with errors.Is. Each has a stable code,
// and docs/errors.md says what it means.
var (
	// ErrBadURL: the URL of a read model is malformed or of an unknown scheme.
	ErrBadURL = fault.New("readmodel", "bad_url")
	// ErrBusy: another program holds a lock for too long. Try again.
	ErrBusy = fault.New("readmodel", "busy")
	// ErrCancelled: the context ended; it wraps the context's cause.
	ErrCancelled = fault.New("readmodel", "cancelled")
	// ErrClosed: the database was closed.
	ErrClosed = fault.New("readmodel", "read_model_closed")
	// ErrConflict: another transaction got in the way and this one wrote
	// nothing. Do it again from its beginning.
	ErrConflict = fault.New("readmodel", "transaction_conflict")
	// ErrCorrupt: what is stored is not what was written. Rebuild.
	ErrCorrupt = fault.New("readmodel", "corrupt_read_model")
	// ErrFenced: another runner has moved the checkpoint of this partition.
	ErrFenced = fault.New("readmodel", "fenced")
	// ErrFull: the disk or a quota is full, and nothing was written.
	ErrFull = fault.New("readmodel", "full")
	// ErrLeased: another runner holds the lease.
	ErrLeased = fault.New("readmodel", "leased")
	// ErrLeaseLost: the lease is held no more, because the connection that
	// held it is gone.
	ErrLeaseLost = fault.New("readmodel", "lease_lost")
	// ErrMemory: a rebuild may not use as much memory as it needs.
	ErrMemory = fault.New("readmodel", "memory")
	// ErrNewerSchema: the read model was made by a newer version of the
	// library.
	ErrNewerSchema = fault.New("readmodel", "newer_schema")
	// ErrNotAReadModel: the file or database holds something else.
	ErrNotAReadModel = fault.New("readmodel", "not_a_read_model")
	// ErrNotFound: there is no read model, or no such version of it.
	ErrNotFound = fault.New("readmodel", "no_read_model")
	// ErrOtherLog: the read model is of another log than the one that is read,
	// or of an older or newer copy of it. Name the log that it is of, or rebuild.
	ErrOtherLog = fault.New("readmodel", "other_log")
	// ErrOtherPartitions: the read model is divided in another number of
	// partitions than was asked for.
	ErrOtherPartitions = fault.New("readmodel", "other_partitions")
	// ErrReadOnly: the database was opened for reading only.
	ErrReadOnly = fault.New("readmodel", "read_only")
	// ErrRefused: the server is there and will not have us: the role lacks a right,
	// or what lies between keeps no sessions.
	ErrRefused = fault.New("readmodel", "refused")
	// ErrSchema: the live version has the tables of an older version of the
	// library. Rebuild.
	ErrSchema = fault.New("readmodel", "older_schema")
	// ErrStopped: a runner met an event that it could not decode or fold. It
	// wraps the cause where that is at hand.
	ErrStopped = fault.New("readmodel", "stopped")
	// ErrUnavailable: the database cannot be reached or failed otherwise; it
	// wraps the cause. Try again.
	ErrUnavailable = fault.New("readmodel", "unavailable")
)
