package projection

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// maxWorkers bounds how many goroutines a load takes.
const maxWorkers = 64

// Load folds everything after the model's position up to the log's head as it
// is at the call, on the given number of goroutines (1 to 64 are taken). Of a
// store.FactReader it reads the columns, where they are of the registry's
// schema. Queries wait meanwhile. The result does not depend on the number.
//
// When the store or the context fails, Load returns that error; what was folded
// stays, and Load or Follow goes on from Position.
func (m *Model) Load(ctx context.Context, s store.Store, workers int) error {
	return m.load(ctx, s, workers, spanGoal)
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
	span := store.Span{After: m.Position(), Through: head}
	if span.After >= span.Through {
		return nil
	}
	parts := []store.FactPart{{Span: span}}
	if facts, ok := s.(store.FactReader); ok {
		if parts, err = m.factParts(ctx, facts, span); err != nil {
			return err
		}
	}
	m.records.Lock()
	defer m.records.Unlock()
	workers = max(1, min(workers, maxWorkers))
	if workers == 1 && len(parts) == 1 && !parts[0].Columns {
		return m.loadInOrder(ctx, s, span, goal)
	}
	return m.loadSplit(ctx, s, parts, workers, goal)
}

// loadInOrder folds a span of records in one read.
func (m *Model) loadInOrder(ctx context.Context, s store.Store, span store.Span, goal int) error {
	src, b := m.source(), &batch{}
	last := span.After
	fold := func() error {
		ch, err := m.foldAll(b)
		if err != nil {
			return m.stop(ch.at.Position, err)
		}
		m.advance(last)
		b.empty()
		return nil
	}
	for rec, err := range s.ReadAll(ctx, span) {
		if err != nil {
			if bad := fold(); bad != nil {
				return bad
			}
			return err
		}
		if err := src.take(&rec, b); err != nil {
			if bad := fold(); bad != nil {
				return bad
			}
			return m.stop(rec.Position, err)
		}
		last = rec.Position
		if b.events >= goal {
			if err := fold(); err != nil {
				return err
			}
		}
	}
	last = span.Through
	return fold()
}
