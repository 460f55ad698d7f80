package sqlite

import (
	"context"
	"errors"
	"iter"
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadAll implements store.Store. It ends at what was the newest event when it
// began.
func (s *Store) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		b := takeBatch()
		defer b.giveBack()
		next, through := position(span.First()), int64(-1)
		for through < 0 || next <= through {
			err := s.read(ctx, func(r *reader) (err error) {
				if through < 0 {
					if through, err = r.head(); err != nil {
						return err
					}
					if err := store.Known(span.Begin(), event.Position(through)); err != nil {
						return err
					}
					if span.Through != 0 {
						through = min(through, position(span.Through))
					}
				}
				if next > through {
					return nil
				}
				return b.fillFrom(r, next, through)
			})
			next += int64(len(b.records))
			if !s.deliver(ctx, b, err, yield) {
				return
			}
		}
		if s.damage.events != nil && (span.Through == 0 || position(span.Through) > through) {
			yield(event.Record{}, s.damage.events)
		}
	}
}

// firstRead is how many events of a stream are read first.
const firstRead = 16

// ReadStream implements store.Store. It ends at what was the stream's last
// event when it began.
func (s *Store) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		if s.writer != nil && s.writer.tx.ends.before(stream, from) {
			if err := s.alive(ctx); err != nil {
				yield(event.Record{}, err)
			}
			return
		}
		b := takeBatch()
		defer b.giveBack()
		var st streamState
		next := int64(min(from, math.MaxInt64))
		// Who wants a few events does not pay for many: the first reads are short.
		most := int64(firstRead)
		for first := true; first || next <= st.revision; first = false {
			err := s.read(ctx, func(r *reader) (err error) {
				if first {
					if st, err = s.stream(r, stream); err != nil {
						return err
					}
					next = max(next, st.truncated)
				}
				if next > st.revision {
					return nil
				}
				return b.fillStream(r, stream, st.id, next, min(next+most-1, st.revision))
			})
			next += int64(len(b.records))
			most = min(8*most, batchRecords)
			if !s.deliver(ctx, b, err, yield) {
				return
			}
		}
	}
}

// stream finds a stream. One that is not there may be one that is damaged.
func (s *Store) stream(r *reader, name string) (streamState, error) {
	st, err := r.stream(name)
	if s.damage.streams != nil && errors.Is(err, store.ErrStreamNotFound) {
		err = s.damage.streams
	}
	return st, err
}

// deliver yields the batch and then the error, if there is one. It reports
// whether to go on.
func (s *Store) deliver(ctx context.Context, b *batch, err error, yield func(event.Record, error) bool) bool {
	for i := range b.records {
		if gone := s.alive(ctx); gone != nil {
			yield(event.Record{}, gone)
			return false
		}
		if !yield(b.records[i], nil) {
			return false
		}
	}
	if err != nil {
		yield(event.Record{}, err)
		return false
	}
	return true
}

// Cut implements store.Cutter.
func (s *Store) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return store.CutDense(ctx, s, span, events)
}

// position is p as SQLite counts. No log reaches the last one.
func position(p event.Position) int64 { return int64(min(p, math.MaxInt64-1)) }
