package projection

import (
	"context"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// LoadSpans is Load with spans of so many events, so that short histories have
// many of them.
func (m *Model) LoadSpans(ctx context.Context, s store.Store, workers, events int) error {
	return m.load(ctx, s, workers, events)
}

// FoldEnvelopes folds events that are decoded already, on one core.
func (m *Model) FoldEnvelopes(events []event.Envelope) error {
	m.records.Lock()
	defer m.records.Unlock()
	src, b := m.source(), &batch{}
	for i := range events {
		env := &events[i]
		if err := src.takeDecoded(env, b); err != nil {
			return err
		}
		if len(b.positions) == batchGoal || i == len(events)-1 {
			if _, err := m.foldAll(b); err != nil {
				return err
			}
			m.advance(env.Position, b.passed)
			b.empty()
		}
	}
	return nil
}

// NewModelBy makes a model of a log whose events are declared otherwise.
func NewModelBy(registry *event.Registry) *Model { return &Model{registry: registry} }

// Add puts records into the model as if it had folded their streams.
func (m *Model) Add(rs *Records) error { return m.add(rs) }
