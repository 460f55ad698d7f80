package projection

import (
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
)

// What goes wrong in this package, found with errors.Is.
var (
	// ErrGap: an event is missing in its stream before the one that came. A
	// stream that was truncated has one at its start.
	ErrGap = fault.New("", "stream_gap")
	// ErrRepeated: the event has been folded before.
	ErrRepeated = fault.New("", "repeated_event")
	// ErrForeignEvent: an event of this type cannot stand in such a stream.
	ErrForeignEvent = fault.New("", "foreign_event")
	// ErrContradiction: the event does not go with those before it, such as a
	// second end of a contract.
	ErrContradiction = fault.New("", "contradiction")
	// ErrStreamName: a stream has a category of ours and no valid id.
	ErrStreamName = fault.New("", "stream_name")

	// ErrStopped: the model met an event that it could not decode or fold and
	// answers no more.
	ErrStopped = fault.New("projection", "stopped")
	// ErrBusy: a model is loading or following already.
	ErrBusy = fault.New("projection", "already_running")
	// ErrSubscriptionEnded: a store ended a subscription without an error.
	ErrSubscriptionEnded = fault.New("projection", "subscription_ended")
	// ErrInvalidPartition: there is no such part of a log.
	ErrInvalidPartition = fault.New("", "invalid_partition")
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
