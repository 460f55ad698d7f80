package engine

import (
	"errors"
	"fmt"
)

// Errors that the protocol has no form of its own for.
var (
	ErrClosed        = errors.New("engine: closed")
	ErrFull          = errors.New("engine: the log has reached its size limit")
	ErrEmptyEventID  = errors.New("engine: empty event id")
	ErrInvalidStream = errors.New("engine: the stream name is empty, $$ or too long")
	// ErrMetadataEnded: what EventStoreDB writes then is not metadata.
	ErrMetadataEnded = errors.New("engine: a soft delete is not possible while the metadata stream has a tombstone")
	// ErrNoAnswer is about what EventStoreDB never answers.
	ErrNoAnswer = errors.New("engine: there is no answer to this append")

	// ErrEndless: with pages of no records a read does not end.
	ErrEndless = errors.New("engine: a page of no records")
	// ErrNoInterval: a checkpoint after no records can never be due.
	ErrNoInterval = errors.New("engine: a checkpoint interval of no records")
)

// WrongVersion says that a stream was not where the writer expected it.
type WrongVersion struct {
	Stream   string
	Expected Expected
	Current  int64 // the last revision, -1 without any
}

func (e *WrongVersion) Error() string {
	return fmt.Sprintf("engine: stream %q is at revision %d, expected %s", e.Stream, e.Current, e.Expected)
}

// Deleted says that a stream is tombstoned, or soft-deleted where one that
// exists was demanded.
type Deleted struct{ Stream string }

func (e *Deleted) Error() string { return fmt.Sprintf("engine: stream %q is deleted", e.Stream) }

// NotFound says that a stream has no event, or was soft-deleted.
type NotFound struct{ Stream string }

func (e *NotFound) Error() string { return fmt.Sprintf("engine: stream %q is not found", e.Stream) }

// Unreadable says that a stream's $maxAge reaches back beyond the calendar,
// and nothing can be told of its events.
type Unreadable struct{ Stream string }

func (e *Unreadable) Error() string {
	return fmt.Sprintf("engine: the $maxAge of stream %q reaches back beyond the year 1: make it shorter", e.Stream)
}
