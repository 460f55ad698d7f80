package projection

import (
	"cmp"
	"slices"

	"github.com/marketcore/marketplace/event"
)

// Moment dates a fact and names its event. The zero of a record's moment is
// not the zero value but never.
type Moment struct {
	At       event.Time     // when it happened; event.Never if it has not
	Position event.Position // of its event; 0 if it has not happened
}

var never = Moment{At: event.Never}

// By reports whether the fact had happened as of the moment.
func (m Moment) By(asOf event.Time) bool { return m.At <= asOf && m.At != event.Never }

// Happened reports whether the fact has happened at all.
func (m Moment) Happened() bool { return m.At != event.Never }

// Evidence names an event that a statistic rests on.
type Evidence struct {
	Position   event.Position `json:"position"`
	Type       string         `json:"type"`
	OccurredAt event.Time     `json:"occurred_at"`
}

// InLogOrder sorts facts by their positions.
func InLogOrder(facts []Evidence) {
	slices.SortFunc(facts, func(a, b Evidence) int { return cmp.Compare(a.Position, b.Position) })
}

// After reports whether the fact is after another, in time and then in the log.
func (m Moment) After(other Moment) bool {
	return cmp.Or(cmp.Compare(m.At, other.At), cmp.Compare(m.Position, other.Position)) > 0
}

// Evidence names the event of the moment, by its type.
func (m Moment) Evidence(eventType string) Evidence { return Evidence{m.Position, eventType, m.At} }
