package archive

import (
	"context"
	"iter"
	"math"
	"sort"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadAll implements store.Store. It ends at what was the archive's last event
// when it began.
func (s *Store) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		segments, err := s.now(ctx)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		if err := store.Known(span.Begin(), end(segments)); err != nil {
			yield(event.Record{}, err)
			return
		}
		span.After = span.First() - 1
		s.readAll(ctx, segments, span, yield)
	}
}

// readAll reports whether the caller wants more.
func (s *Store) readAll(ctx context.Context, segments []*segment, span store.Span, yield func(event.Record, error) bool) bool {
	if span.Through == 0 {
		span.Through = math.MaxUint64
	}
	for _, seg := range segments[from(segments, span.After):] {
		for g := range seg.Groups {
			group := &seg.Groups[g]
			if group.Last <= span.After {
				continue
			}
			if group.First > span.Through {
				return true
			}
			if !s.readGroup(ctx, seg, g, span, yield) {
				return false
			}
		}
	}
	return true
}

func (s *Store) readGroup(ctx context.Context, seg *segment, group int, span store.Span, yield func(event.Record, error) bool) bool {
	var row, end int64
	var r *recordReader
	err := s.reading(ctx, func() (err error) {
		if row, end, err = seg.rows(group, span); err == nil {
			r, err = seg.records(group)
		}
		return err
	})
	if err != nil {
		yield(event.Record{}, err)
		return false
	}
	defer r.close()
	for row < end {
		n := min(end-row, batchEvents)
		if !s.deliver(ctx, r, row, int(n), 0, yield) {
			return false
		}
		row += n
	}
	return true
}

// deliver reads so many records from a row on and yields those from a revision
// on. It reports whether to go on.
func (s *Store) deliver(ctx context.Context, r *recordReader, row int64, n int, from uint64, yield func(event.Record, error) bool) bool {
	var records []event.Record
	err := s.reading(ctx, func() (err error) {
		records, err = r.read(row, n)
		return err
	})
	if err != nil {
		yield(event.Record{}, err)
		return false
	}
	for i := range records {
		if records[i].Revision < from {
			continue
		}
		if err := s.alive(ctx); err != nil {
			yield(event.Record{}, err)
			return false
		}
		if !yield(records[i], nil) {
			return false
		}
	}
	return true
}

func (s *segment) rows(group int, span store.Span) (first, end int64, err error) {
	g := &s.Groups[group]
	if span.After < g.First && span.Through >= g.Last {
		return 0, g.Events, nil
	}
	if g.dense() { // as in SQLite's logs
		first = int64(max(span.After+1, g.First) - g.First)
		return first, int64(min(span.Through, g.Last)-g.First) + 1, nil
	}
	positions, err := s.positions(group)
	if err != nil {
		return 0, 0, err
	}
	first = int64(sort.Search(len(positions), func(i int) bool { return event.Position(positions[i]) > span.After }))
	end = int64(sort.Search(len(positions), func(i int) bool { return event.Position(positions[i]) > span.Through }))
	return first, end, nil
}

// dense reports whether positions are contiguous.
func (g *Group) dense() bool { return uint64(g.Events-1) == uint64(g.Last-g.First) }

func (s *segment) positions(group int) ([]int64, error) {
	c, err := s.cursor(group, colPosition)
	if err != nil {
		return nil, err
	}
	defer c.close()
	positions := make([]int64, s.Groups[group].Events)
	err = c.read(len(positions), func(i, v int) { positions[i] = c.ints[v] })
	return positions, err
}

// Subscribe implements store.Store. It looks for what an export has added every
// Options.PollInterval.
func (s *Store) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		told := false // that it has caught up with after
		for {
			var failed, stopped bool
			for rec, err := range s.ReadAll(ctx, store.Span{After: after}) {
				if failed = err != nil; failed {
					stopped = !yield(store.Notification{}, err)
					break
				}
				after, told = rec.Position, false
				if stopped = !yield(store.Notification{Record: &rec, Position: after}, nil); stopped {
					break
				}
			}
			if failed || stopped {
				return
			}
			if !told && !yield(store.Notification{Position: after}, nil) {
				return
			}
			told = true
			s.wait(ctx)
		}
	}
}

// wait returns when it is time to look again, and when the store is closed or the
// context has ended.
func (s *Store) wait(ctx context.Context) {
	t := time.NewTimer(s.options.PollInterval)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.closed:
	case <-ctx.Done():
	}
}
