package storetest_test

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// A broken store has one of the failures that the suite is there to find.
type broken struct {
	store.Store
	append    func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error)
	read      func(store.Store, iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error]
	subscribe func(iter.Seq2[store.Notification, error]) iter.Seq2[store.Notification, error]
	begin     func(s store.Store, at event.Position) event.Position
	cut       func(iter.Seq2[store.Span, error]) iter.Seq2[store.Span, error]
}

func (b broken) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	seq := b.Store.(store.Cutter).Cut(ctx, span, events)
	if b.cut != nil {
		return b.cut(seq)
	}
	return seq
}

func (b broken) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if b.append != nil {
		return b.append(b.Store, ctx, w)
	}
	return b.Store.Append(ctx, w)
}

func (b broken) ReadStream(ctx context.Context, name string, from uint64) iter.Seq2[event.Record, error] {
	if b.read != nil {
		return b.read(b.Store, b.Store.ReadStream(ctx, name, from))
	}
	return b.Store.ReadStream(ctx, name, from)
}

func (b broken) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	if b.begin != nil {
		span = store.Span{After: b.begin(b.Store, span.First()-1), Through: span.Through}
	}
	if b.read != nil {
		return b.read(b.Store, b.Store.ReadAll(ctx, span))
	}
	return b.Store.ReadAll(ctx, span)
}

func (b broken) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	if b.begin != nil {
		after = b.begin(b.Store, after)
	}
	if b.subscribe != nil {
		return b.subscribe(b.Store.Subscribe(ctx, after))
	}
	return b.Store.Subscribe(ctx, after)
}

// anyBeginning takes every number for a place of the log.
func anyBeginning(s store.Store, at event.Position) event.Position {
	head, _ := s.Head(context.Background())
	return min(at, head)
}

// hiddenStandsAt is a store that tells of a repetition whose events are hidden a
// position of its own making.
func hiddenStandsAt(position func(head event.Position) event.Position) broken {
	return broken{append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		for r, gone := range s.ReadStream(ctx, w.Stream, 0) {
			if gone == nil && done.Revision < r.Revision {
				head, _ := s.Head(ctx)
				done.Position = position(head)
			}
			break
		}
		return done, err
	}}
}

// tellsConflictsEarly is a store in which an event can be read only a while after
// it was written, and lets others lose against it at once.
func tellsConflictsEarly() broken {
	var mu sync.Mutex
	shown := map[store.Store]event.Position{}
	return broken{
		append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
			done, err := s.Append(ctx, w)
			for range 2000 {
				if err == nil {
					runtime.Gosched()
				}
			}
			mu.Lock()
			defer mu.Unlock()
			shown[s] = max(shown[s], done.Position)
			return done, err
		},
		read: func(s store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
			return func(yield func(event.Record, error) bool) {
				mu.Lock()
				through := shown[s]
				mu.Unlock()
				for r, err := range seq {
					if (err != nil || r.Position <= through) && !yield(r, err) {
						return
					}
				}
			}
		},
	}
}

// keepsTheCallersBytes is a store that does not copy what it is given.
func keepsTheCallersBytes() broken {
	var mu sync.Mutex
	kept := map[uuid.UUID][]byte{}
	return broken{
		append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range w.Events {
				kept[e.ID] = e.Data
			}
			return s.Append(ctx, w)
		},
		read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
			return func(yield func(event.Record, error) bool) {
				for r, err := range seq {
					mu.Lock()
					r.Data = kept[r.ID]
					mu.Unlock()
					if !yield(r, err) {
						return
					}
				}
			}
		},
	}
}
