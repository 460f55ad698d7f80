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

// Fact names an event that a statistic rests on.
type Fact struct {
	Position   event.Position `json:"position"`
	Type       string         `json:"type"`
	OccurredAt event.Time     `json:"occurred_at"`
}

func inLogOrder(facts []Fact) {
	slices.SortFunc(facts, func(a, b Fact) int { return cmp.Compare(a.Position, b.Position) })
}

func (m Moment) fact(eventType string) Fact { return Fact{m.Position, eventType, m.At} }

// The moments that the text form can show.
var (
	firstMoment = event.MustParseTime("0001-01-01T00:00:00Z")
	lastMoment  = event.MustParseTime("9999-12-31T23:59:59Z")
)

// bounded is a moment that the text form can show: event.Never becomes the last
// second of the year 9999. Statistics bound the moment they are asked for, so
// that calendar arithmetic on it cannot overflow.
func bounded(asOf event.Time) event.Time { return min(max(asOf, firstMoment), lastMoment) }
