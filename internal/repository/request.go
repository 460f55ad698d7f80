package repository

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Request is a command with everything said about it.
type Request struct {
	ID, Correlation, Causation uuid.UUID
	Command                    aggregate.Command
	ActedBy                    string // the host's id of who acted, "" if nobody says

	// At is the moment. Live says that it is the clock's, so that the end of the
	// stream takes its place if that is later, by no more than Options.Tolerance;
	// else it may be so much later than the clock's, Now.
	At, Now event.Time
	Live    bool
	Named   bool // by who sends it: a repeat names the same moment
}

// before is the request for what must be done first.
func (q Request) before(c aggregate.Command) Request {
	return Request{ID: event.FollowUpID(q.ID, aggregate.CommandName(c)), Correlation: q.Correlation, Causation: q.ID, At: q.At, Now: q.Now, Command: c, ActedBy: q.ActedBy}
}

func (q Request) reject(code aggregate.Code, format string, args ...any) error {
	return &aggregate.Rejection{
		Code: code, Command: aggregate.CommandName(q.Command), Stream: aggregate.Stream(q.Command), Detail: fmt.Sprintf(format, args...),
	}
}

// Outcome is what a request came to.
type Outcome struct {
	CommandID uuid.UUID
	Stream    string
	Events    []event.Event
	Revision  uint64
	Position  event.Position
	Repeated  bool
}
