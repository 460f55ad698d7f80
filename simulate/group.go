package simulate

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// groupEvents is how many events are written in one transaction.
const groupEvents = 1024

// group is a log whose newest events are in memory and are written in groups, so
// that a simulation needs no transaction for each command. It reads as if they
// were written. The log below is empty when it begins and has no other writer.
//
// What it promises less than other stores: an append is durable only after the
// next flush, and an event that was not yet written has no recorded_at.
type group struct {
	inner  store.Transactor
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	written event.Position // head of the log below
	tail    []event.Record // behind it; only ever appended to, then dropped as a whole
	writes  []store.Write  // the same, as they came
	ends    map[string]uint64
	places  map[string][]int // of a stream's records in tail
	grown   chan struct{}    // if anyone waits for records: closed when there are some
	failed  error            // what a flush failed with: nothing can be done after it
}

var _ store.Transactor = (*group)(nil)

func newGroup(inner store.Transactor) *group {
	return &group{inner: inner, closed: make(chan struct{}), ends: map[string]uint64{}, places: map[string][]int{}}
}

// Append implements store.Store.
func (g *group) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	done, err := g.AppendAll(ctx, []store.Write{w})
	if err != nil {
		return store.Appended{}, err
	}
	return done[0], nil
}

// AppendAll implements store.Transactor. The log below validates the writes.
func (g *group) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.alive(ctx); err != nil {
		return nil, err
	}
	streams := map[string]uint64{} // where these writes leave them
	for _, w := range writes {
		end, moved := streams[w.Stream]
		if !moved {
			end = g.ends[w.Stream]
		}
		if have := store.Expected(end) - 1; w.Expected != store.Any && w.Expected != have {
			return nil, store.Conflict(w.Stream, w.Expected, have)
		}
		streams[w.Stream] = end + uint64(len(w.Events))
	}
	done := make([]store.Appended, len(writes))
	for i, w := range writes {
		for _, e := range w.Events {
			g.places[w.Stream] = append(g.places[w.Stream], len(g.tail))
			g.tail = append(g.tail, event.Record{Proposed: e, Stream: w.Stream, Revision: g.ends[w.Stream], Position: g.head() + 1})
			g.ends[w.Stream]++
		}
		done[i] = store.Appended{Revision: g.ends[w.Stream] - 1, Position: g.head()}
	}
	g.writes = append(g.writes, writes...)
	if g.grown != nil {
		close(g.grown)
		g.grown = nil
	}
	if len(g.tail) >= groupEvents {
		return done, g.flushLocked(ctx)
	}
	return done, nil
}

func (g *group) head() event.Position { return g.written + event.Position(len(g.tail)) }

// Flush makes durable what was appended.
func (g *group) Flush(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.alive(ctx); err != nil {
		return err
	}
	return g.flushLocked(ctx)
}

func (g *group) flushLocked(ctx context.Context) error {
	if len(g.tail) == 0 {
		return nil
	}
	done, err := g.inner.AppendAll(ctx, g.writes)
	if err == nil && done[len(done)-1].Position != g.head() {
		err = &store.Error{Code: store.ErrConflict.Code, Position: done[len(done)-1].Position, Detail: fmt.Sprintf(
			"position %d was expected: somebody else writes to the log of a simulation", g.head())}
	}
	if err != nil {
		g.failed = err
		return err
	}
	g.written = g.head()
	g.tail, g.writes, g.places = nil, nil, map[string][]int{}
	return nil
}

// ReadStream implements store.Store.
func (g *group) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		g.mu.Lock()
		err, end, tail, places := g.alive(ctx), g.ends[stream], g.tail, g.places[stream]
		g.mu.Unlock()
		switch {
		case err != nil:
			yield(event.Record{}, err)
			return
		case end == 0:
			yield(event.Record{}, &store.Error{Code: store.ErrStreamNotFound.Code, Stream: stream})
			return
		}
		if written := end - uint64(len(places)); from < written {
			for rec, err := range g.inner.ReadStream(ctx, stream, from) {
				if err == nil && rec.Revision >= written {
					break // written meanwhile
				}
				if !yield(rec, err) || err != nil {
					return
				}
			}
			from = written
		}
		for _, place := range places {
			if rec := tail[place]; rec.Revision >= from && !yield(rec, nil) {
				return
			}
		}
	}
}

// ReadAll implements store.Store.
func (g *group) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		g.mu.Lock()
		err, written, tail := g.alive(ctx), g.written, g.tail
		g.mu.Unlock()
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		through := written + event.Position(len(tail))
		if span.Through != 0 {
			through = min(through, span.Through)
		}
		after := span.After
		if after < min(written, through) {
			for rec, err := range g.inner.ReadAll(ctx, store.Span{After: after, Through: min(written, through)}) {
				if !yield(rec, err) || err != nil {
					return
				}
			}
			after = written
		}
		for ; after < through; after++ {
			if !yield(tail[after-written], nil) {
				return
			}
		}
	}
}

// Subscribe implements store.Store.
func (g *group) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for {
			for rec, err := range g.ReadAll(ctx, store.Span{After: after}) {
				if err != nil {
					yield(store.Notification{}, err)
					return
				}
				after = rec.Position
				if !yield(store.Notification{Record: &rec, Position: after}, nil) {
					return
				}
			}
			grown, news := g.watch(after)
			if news {
				continue
			}
			if !yield(store.Notification{Position: after}, nil) {
				return
			}
			select {
			case <-grown:
			case <-g.closed:
			case <-ctx.Done():
			}
		}
	}
}

// watch reports whether there is something behind a position; if not, what is
// closed when there is.
func (g *group) watch(after event.Position) (grown <-chan struct{}, news bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.grown == nil {
		g.grown = make(chan struct{})
	}
	return g.grown, after < g.head()
}

// Head implements store.Store.
func (g *group) Head(ctx context.Context) (event.Position, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.head(), g.alive(ctx)
}

// Close implements store.Store. It writes nothing and leaves the log below open.
func (g *group) Close() error {
	g.once.Do(func() { close(g.closed) })
	return nil
}

// alive is the error of a closed store, an ended context or a failed flush.
func (g *group) alive(ctx context.Context) error {
	select {
	case <-g.closed:
		return store.ErrClosed
	default:
	}
	if ctx.Err() != nil {
		return store.Cancelled(ctx)
	}
	return g.failed
}
