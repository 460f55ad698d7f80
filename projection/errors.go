package projection

import (
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// What goes wrong in this package, found with errors.Is.
var (
	// ErrGap: an event is missing in its stream before the one that came. A
	// stream that was truncated has one at its start.
	ErrGap = errors.New("a gap in the stream: an event is missing")
	// ErrRepeated: the event has been folded before.
	ErrRepeated = errors.New("the event has been folded already")
	// ErrForeignEvent: an event of this type cannot stand in such a stream.
	ErrForeignEvent = errors.New("the event cannot be in a stream of this kind")
	// ErrContradiction: the event does not go with those before it, such as a
	// second end of a contract.
	ErrContradiction = errors.New("the event contradicts the stream before it")
	// ErrStreamName: a stream has a category of ours and no valid id.
	ErrStreamName = errors.New("the stream's name holds no valid id")

	// ErrStopped: the model met an event that it could not decode or fold and
	// answers no more.
	ErrStopped = errors.New("projection: the model stopped")
	// ErrBusy: a model is loading or following already.
	ErrBusy = errors.New("projection: the model is loading or following already")
	// ErrSubscriptionEnded: a store ended a subscription without an error.
	ErrSubscriptionEnded = errors.New("projection: the subscription ended; follow again")
	// ErrBehind: records have not got to the position that is asked for; wait for it.
	ErrBehind = errors.New("the records are behind")
	// ErrNotFound: no such account is registered as of the moment.
	ErrNotFound = errors.New("not found")
	// ErrUnknownPolicy: no preset has that name.
	ErrUnknownPolicy = errors.New("unknown policy")
	// ErrInvalidPartition: there is no such part of a log.
	ErrInvalidPartition = errors.New("invalid partition")
	// ErrInvalidPolicy: a policy's values make no sense.
	ErrInvalidPolicy = errors.New("invalid policy")
	// ErrInvalidQuery: what was asked makes no sense.
	ErrInvalidQuery = errors.New("invalid query")
)

// FoldError says which event could not be folded. Nothing of the event's
// content is in it.
type FoldError struct {
	Type     string
	Stream   string
	Revision uint64
	Position event.Position
	Want     uint64 // with ErrGap or ErrRepeated, the revision that was due
	Err      error  // ErrGap, ErrRepeated, ErrForeignEvent, ErrContradiction or ErrStreamName
}

func (e *FoldError) Error() string {
	due := ""
	if errors.Is(e.Err, ErrGap) || errors.Is(e.Err, ErrRepeated) {
		due = fmt.Sprintf("; revision %d was due", e.Want)
	}
	return fmt.Sprintf("projection: cannot fold %.100q at position %d (stream %.100q, revision %d): %v%s",
		e.Type, e.Position, e.Stream, e.Revision, e.Err, due)
}

// Unwrap gives the cause: one of the errors above.
func (e *FoldError) Unwrap() error { return e.Err }

// Code is the stable code of the error.
func (e *FoldError) Code() string { return "unfoldable_event" }

// NotFoundError says which account is not registered as of the moment.
type NotFoundError struct {
	Kind string // client or freelancer
	ID   uuid.UUID
	AsOf event.Time
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("projection: no %s %s is registered as of %s", e.Kind, e.ID, e.AsOf)
}

// Unwrap gives ErrNotFound.
func (e *NotFoundError) Unwrap() error { return ErrNotFound }

// Code is the stable code of the error.
func (e *NotFoundError) Code() string { return "not_found" }

// QueryError says which part of a question makes no sense.
type QueryError struct {
	Field  string // as in JSON
	Reason string
}

func (e *QueryError) Error() string { return "projection: " + e.Field + " " + e.Reason }

// Unwrap gives ErrInvalidQuery.
func (e *QueryError) Unwrap() error { return ErrInvalidQuery }

// Code is the stable code of the error.
func (e *QueryError) Code() string { return "invalid_query" }

func invalidQuery(field, format string, args ...any) error {
	return &QueryError{field, fmt.Sprintf(format, args...)}
}
