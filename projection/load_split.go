package projection

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

const (
	// spanGoal is how many events a worker reads at a time: enough to pay for
	// opening the read, few enough that the changes stay in the cache.
	spanGoal = 2048
	// maxGoals bounds a batch, in times the goal.
	maxGoals = 8
)

// split is a load on several cores. Workers claim spans of the log one after the
// other, each reads its own, and hands the changes, sorted by shard, to the
// shards' lanes. A lane folds them span by span in the log's order, by
// whichever worker brings the one that was due. Since a record comes from one
// stream and a stream falls to one shard, nothing else needs an order.
type split struct {
	model *Model
	store store.Store
	goal  int         // events of a span of records
	free  chan *batch // as many as may be under way, which bounds memory
	lanes [shardCount]lane

	mu     sync.Mutex
	todo   []store.FactPart // not claimed yet
	width  uint64           // positions of the next span; follows how dense they are
	next   int              // index of the next span
	folded int              // spans that all lanes have folded: those below this index
	fail   failure
	ready  sync.Cond    // of folded
	cut    atomic.Int64 // the first span that could not be read: no lane folds it or a later one
}

// failure is what ends a load early: the first by position.
type failure struct {
	badEvent  error // could not be decoded or folded
	badAt     event.Position
	readError error // of the store
	readAfter event.Position
}

type lane struct {
	sync.Mutex
	due     int      // index of the span to fold next
	waiting []*batch // a ring: what came before its turn
}

func (m *Model) loadSplit(ctx context.Context, s store.Store, parts []store.FactPart, workers, goal int) error {
	end := parts[len(parts)-1].Through
	l := &split{model: m, store: s, goal: goal, todo: parts, width: uint64(goal)}
	l.cut.Store(1<<63 - 1)
	l.ready.L = &l.mu
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
	m.advance(end)
	return nil
}

// work never blocks for good: whoever holds the lowest span has its batch
// already, and every batch comes back when the lanes have passed it.
func (l *split) work(ctx context.Context) {
	records := l.model.source()
	var columns columnSource
	for {
		b := <-l.free
		if !l.claim(b) {
			l.free <- b
			return
		}
		var err error
		if b.part.Columns {
			err = l.readColumns(ctx, &columns, b)
		} else {
			err = l.readRecords(ctx, records, b)
			l.adapt(b.width, b.events)
		}
		if err != nil {
			l.failRead(b, err)
		}
		l.model.intern(b)
		l.deliver(b)
	}
}

// claim gives the batch the next span. It reports false when there is none, or
// no use in one.
func (l *split) claim(b *batch) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.todo) == 0 || l.fail.badEvent != nil || l.fail.readError != nil {
		return false
	}
	next := &l.todo[0]
	b.index, b.part, b.width = l.next, *next, l.width
	if !next.Columns && uint64(next.Through-next.After) > l.width {
		b.part.Through = next.After + event.Position(l.width)
		next.After = b.part.Through
	} else {
		b.width = uint64(next.Through - next.After)
		l.todo = l.todo[1:]
	}
	b.lanes.Store(shardCount)
	b.empty()
	l.next++
	return true
}

// adapt makes spans wider where positions are sparse, as byte offsets are.
func (l *split) adapt(width uint64, events int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case width != l.width: // of an older one, or of the last span
	case events < l.goal/2 && l.width < 1<<40:
		l.width *= 2
	case events > 2*l.goal && l.width > 1:
		l.width /= 2
	}
}

// readRecords fills the batch. It stops before an event that cannot be decoded.
func (l *split) readRecords(ctx context.Context, src *source, b *batch) error {
	for rec, err := range l.store.ReadAll(ctx, b.part.Span) {
		if err != nil {
			return err
		}
		if err := src.take(&rec, b); err != nil {
			l.failEvent(rec.Position, err)
			return nil
		}
		if b.events%(maxGoals*l.goal) == 0 {
			l.foldPart(b, rec.Position)
		}
	}
	return nil
}

// readColumns fills the batch from columns. It stops before an event that cannot
// be in its stream.
func (l *split) readColumns(ctx context.Context, src *columnSource, b *batch) error {
	if err := l.store.(store.FactReader).ReadFacts(ctx, b.part, &src.facts); err != nil {
		return err
	}
	if at, err := src.take(l.model, b); err != nil {
		l.failEvent(at, err)
	}
	return nil
}

// foldPart folds what the batch holds so far, up to the position, when its span
// has come to be the first one that is not folded. It bounds a batch where
// positions suddenly lie close, after a stretch where they were sparse.
func (l *split) foldPart(b *batch, through event.Position) {
	l.mu.Lock()
	for l.folded < b.index {
		l.ready.Wait()
	}
	l.mu.Unlock()
	l.model.intern(b)
	for i := range l.lanes {
		l.lanes[i].Lock()
		l.fold(b, i)
		l.lanes[i].Unlock()
	}
	events := b.events
	b.empty()
	b.events, b.part.After = events, through
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
			l.fold(due, i)
			if due.lanes.Add(-1) == 0 {
				l.finish(due)
			}
		}
		lane.Unlock()
	}
}

// finish notes that every lane has passed the batch, and gives it back. Lanes
// pass batches in their order, so those before it are finished too.
func (l *split) finish(b *batch) {
	l.mu.Lock()
	l.folded = max(l.folded, b.index+1)
	l.ready.Broadcast()
	l.mu.Unlock()
	l.free <- b
}

// fold folds one lane's part of a span. After an event that could not be folded
// later ones of its stream fail too, and come after it in the log.
func (l *split) fold(b *batch, lane int) {
	if int64(b.index) >= l.cut.Load() {
		return
	}
	if ch, err := l.model.fold(b, lane); err != nil {
		l.failEvent(ch.at.Position, err)
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
	if l.fail.readError == nil || b.part.After < l.fail.readAfter {
		l.fail.readError, l.fail.readAfter = err, b.part.After
		l.cut.Store(int64(b.index))
	}
}
