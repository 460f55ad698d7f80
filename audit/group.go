package audit

import (
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// group is what stands together in the log and is of one command. A store takes no
// more events at once.
type group []event.Envelope

func (g group) takes(e *event.Envelope) bool {
	last := &g[len(g)-1]
	return e.Stream == last.Stream && e.CommandID == last.CommandID && e.OccurredAt == last.OccurredAt && e.Actor == last.Actor &&
		e.Revision == last.Revision+1 && len(g) < store.MaxAppendEvents
}

func (g group) written() aggregate.Written {
	w := aggregate.Written{Stream: g[0].Stream, At: g[0].OccurredAt, Actor: g[0].Actor, Events: make([]event.Event, len(g))}
	for i := range g {
		w.Events[i] = g[i].Event
	}
	return w
}

func (g group) finding(b *aggregate.Breach) Finding {
	e := &g[b.Event]
	return Finding{
		Position: e.Position, Stream: e.Stream, Revision: e.Revision, EventID: e.ID, Type: e.Event.EventType(), OccurredAt: e.OccurredAt,
		Code: b.Code, Rule: b.Rule, Command: b.Command, What: b.What,
	}
}
