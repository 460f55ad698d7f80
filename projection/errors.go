package projection

import (
	"errors"
	"fmt"

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
	// ErrInvalidPartition: there is no such part of a log.
	ErrInvalidPartition = errors.New("invalid partition")
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
