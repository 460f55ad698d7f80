package projection

import (
	"context"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Follow subscribes to the log after the model's position and folds what comes.
// It returns nil when its context has ended, else the error that ended it: of the
// subscription, ErrSubscriptionEnded if it had none, or of an event that stops the
// model. After a failed subscription call Follow again: it goes on
// from Position, and each event is folded once. After store.ErrUnknownPosition,
// as after Load's, load a new model. A long way to catch up is faster with Load
// first.
//
// Of Load and Follow only one runs at a time; another fails with ErrBusy.
func (m *Model) Follow(ctx context.Context, s store.Store) error {
	if !m.feeding.TryLock() {
		return ErrBusy
	}
	defer m.feeding.Unlock()
	if err := m.Err(); err != nil {
		return err
	}
	src, b := m.source(), &batch{}
	for n, err := range s.Subscribe(ctx, m.Position()) {
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case n.CaughtUp():
			m.advance(n.Position, 0)
		case n.Record.Position <= m.Position():
			// Delivered again after a reconnection inside the store.
		default:
			if err := m.one(src, n.Record, b); err != nil {
				return m.stop(err)
			}
			m.advance(n.Record.Position, b.passed)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	return ErrSubscriptionEnded
}

// one decodes a record and folds it under the write lock.
func (m *Model) one(src *source, rec *event.Record, b *batch) error {
	b.empty()
	if err := src.take(rec, b); err != nil || len(b.keys) == 0 {
		return err
	}
	m.records.Lock()
	defer m.records.Unlock()
	_, err := m.foldAll(b)
	return err
}
