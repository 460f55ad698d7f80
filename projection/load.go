package projection

import (
	"context"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

const (
	// maxWorkers bounds how many goroutines a load takes.
	maxWorkers = 64
	// batchGoal is how many events are folded at a time: enough to pay for opening
	// a read, few enough that the changes stay in the cache.
	batchGoal = 2048
)

// Load folds everything after the model's position up to the log's head as it
// is at the call, on the given number of goroutines (1 to 64 are taken). Of a
// store.ColumnReader it reads the columns, where they are of the registry's
// schema. A store.Cutter is read by all of them at once; the records of any other
// store are read in order, by one at a time, and decoded by the others. Queries
// wait meanwhile. The result does not depend on the number.
//
// When the store or the context fails, Load returns that error; what was folded
// stays, and Load or Follow goes on from Position. With store.ErrUnknownPosition
// the log is not the one that the model is of, or an older copy: load a new model.
func (m *Model) Load(ctx context.Context, s store.Store, workers int) error {
	return m.load(ctx, s, workers, batchGoal)
}

func (m *Model) load(ctx context.Context, s store.Store, workers, goal int) error {
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
	at := m.Position()
	if head == at {
		return nil
	}
	m.records.Lock()
	defer m.records.Unlock()
	if head < at { // a copy that lags behind, or another log, which the store can tell
		return m.loadInOrder(ctx, s, store.Span{After: at, Through: at}, goal)
	}
	if err := m.loadSpan(ctx, s, store.Span{After: at, Through: head}, workers, goal); err != nil {
		return err
	}
	m.advance(head, 0)
	return nil
}

func (m *Model) loadSpan(ctx context.Context, s store.Store, span store.Span, workers, goal int) (err error) {
	parts := []store.ColumnPart{{Span: span}}
	if columns, ok := s.(store.ColumnReader); ok {
		if parts, err = m.columnParts(ctx, columns, span); err != nil {
			return err
		}
	}
	workers = max(1, min(workers, maxWorkers))
	if workers == 1 && len(parts) == 1 && !parts[0].Columns {
		return m.loadInOrder(ctx, s, span, goal)
	}
	return m.loadSplit(ctx, s, parts, workers, goal)
}

// loadInOrder folds a span of records in one read.
func (m *Model) loadInOrder(ctx context.Context, s store.Store, span store.Span, goal int) error {
	src, b := m.source(), &batch{}
	fold := func() error {
		if ch, err := m.foldAll(b); err != nil {
			b.unfit(ch.at.Position, err)
		}
		err := m.settle(b)
		b.empty()
		return err
	}
	for rec, err := range s.ReadAll(ctx, span) {
		src.read(&rec, err, b)
		if b.failure != nil || len(b.positions) >= goal {
			if err := fold(); err != nil {
				return err
			}
		}
	}
	return fold()
}

// settle moves the model on to the last event of a batch that is folded, or to
// the last one before that at which the batch failed, and gives what it failed
// with. Batches are settled in the log's order.
func (m *Model) settle(b *batch) error {
	f := b.failure
	if f == nil {
		m.advance(b.before(event.LastPosition), b.passed)
		return nil
	}
	m.advance(b.before(f.at), b.passed)
	if f.stops {
		return m.stop(f.err)
	}
	return f.err
}
