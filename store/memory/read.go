package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ReadStream implements store.Store.
func (s *Store) ReadStream(ctx context.Context, name string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		if err := s.alive(ctx); err != nil {
			yield(event.Record{}, err)
			return
		}
		s.mu.Lock()
		records, st := s.records, s.streams[name]
		if st == nil {
			s.mu.Unlock()
			yield(event.Record{}, store.ErrStreamNotFound.In(name))
			return
		}
		places := st.places[min(max(from, st.truncated), uint64(len(st.places))):]
		s.mu.Unlock()
		var l lender
		for _, place := range places {
			if !s.yield(ctx, l.lend(&records[place]), yield) {
				return
			}
		}
	}
}

// ReadAll implements store.Store.
func (s *Store) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		if err := s.alive(ctx); err != nil {
			yield(event.Record{}, err)
			return
		}
		records := s.snapshot()
		if err := store.Known(span.Begin(), event.Position(len(records))); err != nil {
			yield(event.Record{}, err)
			return
		}
		if span.Through != 0 {
			records = records[:min(span.Through, event.Position(len(records)))]
		}
		var l lender
		for i := span.First() - 1; i < event.Position(len(records)); i++ {
			if !s.yield(ctx, l.lend(&records[i]), yield) {
				return
			}
		}
	}
}

func (s *Store) yield(ctx context.Context, r event.Record, yield func(event.Record, error) bool) bool {
	if err := s.alive(ctx); err != nil {
		yield(event.Record{}, err)
		return false
	}
	return yield(r, nil)
}

// Subscribe implements store.Store.
func (s *Store) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		var l lender
		var record event.Record
		err := s.alive(ctx)
		if err == nil {
			err = store.Known(after, event.Position(len(s.snapshot())))
		}
		if err != nil {
			yield(store.Notification{}, err)
			return
		}
		for {
			records, grown := s.watch()
			for after < event.Position(len(records)) {
				if err := s.alive(ctx); err != nil {
					yield(store.Notification{}, err)
					return
				}
				record = l.lend(&records[after])
				after = record.Position
				if !yield(store.Notification{Record: &record, Position: after}, nil) {
					return
				}
			}
			if err := s.alive(ctx); err != nil {
				yield(store.Notification{}, err)
				return
			}
			if !yield(store.Notification{Position: after}, nil) {
				return
			}
			select {
			case <-grown:
			case <-s.closed:
			case <-ctx.Done():
			}
		}
	}
}

// A lender hands out records whose bytes are the reader's until the next one:
// the log's own cannot be written to, and who keeps a record without cloning
// it finds other bytes in it, here as with every store.
type lender struct {
	buf []byte
}

func (l *lender) lend(r *event.Record) (lent event.Record) {
	lent, l.buf = packed(l.buf[:0], r)
	return lent
}

// packed is the record with its bytes in buf, which grows if it must.
func packed(buf []byte, r *event.Record) (event.Record, []byte) {
	n := len(r.Data)
	buf = slices.Grow(buf, n+len(r.Metadata))
	buf = append(append(buf, r.Data...), r.Metadata...)
	p := *r
	p.Data, p.Metadata = buf[:n:n], buf[n:len(buf):len(buf)]
	return p, buf
}

// Cut implements store.Cutter.
func (s *Store) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	return store.CutDense(ctx, s, span, events)
}
