package repository

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// Request is a command with everything said about it.
type Request struct {
	ID, Correlation, Causation uuid.UUID
	At                         event.Time
	Command                    aggregate.Command
}

// before is the request for what must be done first.
func (q Request) before(c aggregate.Command) Request {
	return Request{ID: event.FollowUpID(q.ID, aggregate.CommandName(c)), Correlation: q.Correlation, Causation: q.ID, At: q.At, Command: c}
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
