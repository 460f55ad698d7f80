package simulate

import (
	"context"
	"iter"
	"sort"
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
// An event that is not yet written has no name in the log below, and nobody can
// know which it will get. So the group is a log with names of its own, 1, 2, 3, …,
// that end with it; Result.Head is the log's.
//
// What it promises less than other stores: an append is durable only after the
// next flush, and an event that was not yet written has no recorded_at.
type group struct {
	inner  store.Transactor
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	flushes []flush
	tail    []event.Record // behind what is written; only ever appended to, then dropped as a whole
	writes  []store.Write  // the same, as they came
	streams map[string][]event.Position
	grown   chan struct{} // if anyone waits for records: closed when there are some
	failed  error         // what a flush failed with: nothing can be done after it
}

// A flush says that the group's events up to a position are in the log below, and
// what the last of them is called there.
type flush struct{ last, below event.Position }

var _ store.Transactor = (*group)(nil)

func newGroup(inner store.Transactor) *group {
	return &group{inner: inner, closed: make(chan struct{}), streams: map[string][]event.Position{}}
}

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
			end = uint64(len(g.streams[w.Stream]))
		}
		if have := store.Expected(end) - 1; w.Expected != store.Any && w.Expected != have {
			return nil, store.Conflict(w.Stream, w.Expected, have)
		}
		streams[w.Stream] = end + uint64(len(w.Events))
	}
	done := make([]store.Appended, len(writes))
	for i, w := range writes {
		for _, e := range w.Events {
			done[i] = store.Appended{Revision: uint64(len(g.streams[w.Stream])), Position: g.head() + 1}
			g.tail = append(g.tail, event.Record{Proposed: e, Stream: w.Stream, Revision: done[i].Revision, Position: done[i].Position})
			g.streams[w.Stream] = append(g.streams[w.Stream], done[i].Position)
		}
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

func (g *group) head() event.Position { return g.written().last + event.Position(len(g.tail)) }

// written is the newest flush.
func (g *group) written() flush {
	if len(g.flushes) == 0 {
		return flush{}
	}
	return g.flushes[len(g.flushes)-1]
}

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
	if err == nil {
		err = g.alone(ctx)
	}
	if err != nil {
		g.failed = err
		return err
	}
	g.flushes = append(g.flushes, flush{g.head(), done[len(done)-1].Position})
	g.tail, g.writes = nil, nil
	return nil
}

// alone fails if what stands in the log below behind the last flush is not what
// was written now.
func (g *group) alone(ctx context.Context) error {
	for rec, err := range g.inner.ReadAll(ctx, store.Span{After: g.written().below}) {
		if err == nil && rec.ID != g.tail[0].ID {
			err = store.ErrConflict.In(rec.Stream).At(uint64(rec.Position)).With(nil, "somebody else writes to the log of a simulation")
		}
		return err
	}
	return store.ErrCorrupt.With(nil, "what was written is not in the log")
}

func (g *group) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		g.mu.Lock()
		err, written, tail, positions := g.alive(ctx), g.written().last, g.tail, g.streams[stream]
		g.mu.Unlock()
		switch {
		case err != nil:
			yield(event.Record{}, err)
			return
		case len(positions) == 0:
			yield(event.Record{}, store.ErrStreamNotFound.In(stream))
			return
		}
		end := uint64(len(positions))
		for end > 0 && positions[end-1] > written {
			end-- // in the tail
		}
		if from < end {
			for rec, err := range g.inner.ReadStream(ctx, stream, from) {
				if err == nil && rec.Revision >= end {
					break // written meanwhile
				}
				if err == nil {
					rec.Position = positions[rec.Revision]
				}
				if !yield(rec, err) || err != nil {
					return
				}
			}
		}
		for revision := max(from, end); revision < uint64(len(positions)); revision++ {
			if !yield(tail[positions[revision]-written-1], nil) {
				return
			}
		}
	}
}

func (g *group) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		g.mu.Lock()
		err, flushes, written, tail, head := g.alive(ctx), g.flushes, g.written().last, g.tail, g.head()
		g.mu.Unlock()
		if err == nil {
			err = store.Known(span.Begin(), head)
		}
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		through := head
		if span.Through != 0 {
			through = min(through, span.Through)
		}
		next := span.First()
		if next <= min(written, through) && !g.readWritten(ctx, flushes, next, min(written, through), yield) {
			return
		}
		for next = max(next, written+1); next <= through; next++ {
			if !yield(tail[next-written-1], nil) {
				return
			}
		}
	}
}

// readWritten reads what the log below holds of the group's events, from one to
// another. It begins at the flush before the first. It reports whether to go on.
func (g *group) readWritten(ctx context.Context, flushes []flush, first, last event.Position, yield func(event.Record, error) bool) bool {
	var before flush
	if i := sort.Search(len(flushes), func(i int) bool { return flushes[i].last >= first }); i > 0 {
		before = flushes[i-1]
	}
	at := before.last
	for rec, err := range g.inner.ReadAll(ctx, store.Span{After: before.below, Through: flushes[len(flushes)-1].below}) {
		if err != nil {
			yield(rec, err)
			return false
		}
		if at++; at < first {
			continue
		}
		rec.Position = at
		if !yield(rec, nil) {
			return false
		}
		if at == last {
			break
		}
	}
	return true
}

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
