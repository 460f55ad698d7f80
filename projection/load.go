package projection

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

const (
	maxWorkers = 64
	// spanGoal is how many events a worker reads at a time: enough to pay for
	// opening the read, few enough that the changes stay in the cache.
	spanGoal = 2048
)

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

// split is a load on several cores. Workers claim spans of the log one after the
// other, each reads and decodes its own, and hands the changes, sorted by
// shard, to the shards' lanes. A lane folds them span by span in the log's
// order, by whichever worker brings the one that was due. Since a record comes
// from one stream and a stream falls to one shard, nothing else needs an order.
type split struct {
	model *Model
	store store.Store
	goal  int         // events of a span
	free  chan *batch // as many as may be under way, which bounds memory
	lanes [shardCount]lane

	mu    sync.Mutex
	todo  store.Span // not claimed yet
	width uint64     // positions of the next span; follows how dense they are
	next  int        // index of the next span
	fail  failure
	cut   atomic.Int64 // the first span that could not be read: no lane folds it or a later one
}

// failure is what ends a load early: the first by position.
type failure struct {
	badEvent  error // could not be decoded or folded
	badAt     event.Position
	readError error // of the store
	readAfter event.Position
}

// batch is the changes of one span, by shard.
type batch struct {
	index   int
	span    store.Span
	changes [shardCount][]change
	lanes   atomic.Int32 // that have not folded it yet
}

type lane struct {
	sync.Mutex
	due     int      // index of the span to fold next
	waiting []*batch // a ring: what came before its turn
	stopped bool     // by an event that could not be folded
}

func (m *Model) loadSplit(ctx context.Context, s store.Store, span store.Span, workers, goal int) error {
	l := &split{model: m, store: s, goal: goal, todo: span, width: uint64(goal)}
	l.cut.Store(1<<63 - 1)
	ahead := 2*workers + 2
	l.free = make(chan *batch, ahead)
	for range ahead {
		l.free <- &batch{}
	}
	for i := range l.lanes {
		l.lanes[i].waiting = make([]*batch, ahead)
	}
	var all sync.WaitGroup
	for range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			l.work(ctx)
		}()
	}
	all.Wait()
	switch f := l.fail; {
	case f.badEvent != nil && (f.readError == nil || f.badAt <= f.readAfter):
		return m.stop(f.badAt, f.badEvent)
	case f.readError != nil:
		m.advance(f.readAfter)
		return f.readError
	}
	m.advance(span.Through)
	return nil
}

// work never blocks for good: whoever holds the lowest span has its batch
// already, and every batch comes back when the lanes have passed it.
func (l *split) work(ctx context.Context) {
	r := l.model.reader()
	for {
		b := <-l.free
		if !l.claim(b) {
			l.free <- b
			return
		}
		n, err := l.read(ctx, r, b)
		l.adapt(b.span, n)
		if err != nil {
			l.failRead(b, err)
		}
		l.deliver(b)
	}
}

// claim gives the batch the next span. It reports false when there is none, or
// no use in one.
func (l *split) claim(b *batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.todo.After >= l.todo.Through || l.fail.badEvent != nil || l.fail.readError != nil {
		return false
	}
	end := l.todo.Through
	if uint64(end-l.todo.After) > l.width {
		end = l.todo.After + event.Position(l.width)
	}
	b.index, b.span = l.next, store.Span{After: l.todo.After, Through: end}
	b.lanes.Store(shardCount)
	for i := range b.changes {
		b.changes[i] = b.changes[i][:0]
	}
	l.next++
	l.todo.After = end
	return true
}

// adapt makes spans wider where positions are sparse, as byte offsets are.
func (l *split) adapt(s store.Span, events int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case uint64(s.Through-s.After) != l.width: // of an older width, or the last
	case events < l.goal/2 && l.width < 1<<40:
		l.width *= 2
	case events > 2*l.goal && l.width > 1:
		l.width /= 2
	}
}

// read fills the batch. It stops before an event that cannot be decoded.
func (l *split) read(ctx context.Context, r reader, b *batch) (n int, err error) {
	var ch change
	for rec, err := range l.store.ReadAll(ctx, b.span) {
		if err != nil {
			return n, err
		}
		n++
		changes, err := r.read(&rec, &ch)
		if err != nil {
			l.failEvent(rec.Position, err)
			return n, nil
		}
		if changes {
			i := shardOf(ch.stream)
			b.changes[i] = append(b.changes[i], ch)
		}
	}
	return n, nil
}

// deliver hands the batch to every lane and folds what is due there.
func (l *split) deliver(b *batch) {
	for k := range l.lanes {
		i := (k + b.index) % shardCount // workers start at different lanes
		lane := &l.lanes[i]
		lane.Lock()
		lane.waiting[b.index%len(lane.waiting)] = b
		for {
			slot := &lane.waiting[lane.due%len(lane.waiting)]
			due := *slot
			if due == nil {
				break
			}
			*slot = nil
			lane.due++
			l.foldLane(lane, due, due.changes[i])
			if due.lanes.Add(-1) == 0 {
				l.free <- due
			}
		}
		lane.Unlock()
	}
}

func (l *split) foldLane(lane *lane, b *batch, changes []change) {
	if lane.stopped || int64(b.index) >= l.cut.Load() {
		return
	}
	for i := range changes {
		if err := l.model.fold(&changes[i]); err != nil {
			l.failEvent(changes[i].at.Position, err)
			lane.stopped = true
			return
		}
	}
}

// failEvent and failRead keep the failure that comes first in the log. All spans
// before it are claimed, so whichever worker is faster, the same one is found.
func (l *split) failEvent(at event.Position, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail.badEvent == nil || at < l.fail.badAt {
		l.fail.badEvent, l.fail.badAt = err, at
	}
}

func (l *split) failRead(b *batch, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail.readError == nil || b.span.After < l.fail.readAfter {
		l.fail.readError, l.fail.readAfter = err, b.span.After
		l.cut.Store(int64(b.index))
	}
}
