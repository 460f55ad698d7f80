package projection

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// maxWorkers bounds how many goroutines a load takes.
const maxWorkers = 64

// Load folds everything after the model's position up to the log's head as it
// is at the call, on the given number of goroutines (1 to 64 are taken).
// Queries wait meanwhile. The result does not depend on the number.
//
// When the store or the context fails, Load returns that error; what was folded
// stays, and Load or Follow goes on from Position.
func (m *Model) Load(ctx context.Context, s store.Store, workers int) error {
	if !m.feeding.TryLock() {
		return ErrBusy
	}
	defer m.feeding.Unlock()
	if err := m.Err(); err != nil {
		return err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	span := store.Span{After: m.Position(), Through: head}
	if span.After >= span.Through {
		return nil
	}
	m.records.Lock()
	defer m.records.Unlock()
	if workers = min(workers, maxWorkers); workers > 1 {
		return m.loadSplit(ctx, s, span, workers, spanGoal)
	}
	return m.loadInOrder(ctx, s, span)
}

func (m *Model) loadInOrder(ctx context.Context, s store.Store, span store.Span) error {
	r := m.reader()
	var ch change
	last := span.After
	for rec, err := range s.ReadAll(ctx, span) {
		if err != nil {
			m.advance(last)
			return err
		}
		changes, err := r.read(&rec, &ch)
		if err == nil && changes {
			err = m.fold(&ch)
		}
		if err != nil {
			return m.stop(rec.Position, err)
		}
		last = rec.Position
	}
	m.advance(span.Through)
	return nil
}
