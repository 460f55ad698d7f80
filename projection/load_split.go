package projection

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/marketcore/marketplace/store"
)

// split is a load on several cores. Workers take batches of the log one after the
// other, each makes changes of its own, sorted by shard, and hands them to the
// shards' lanes. A lane folds them batch by batch in the log's order, by
// whichever worker brings the one that was due. Since a record comes from one
// stream and a stream falls to one shard, nothing else needs an order.
type split struct {
	model *Model
	store store.Store
	goal  int         // events of a batch of records
	free  chan *batch // as many as may be under way, which bounds memory
	lanes [shardCount]lane

	giving sync.Mutex // one worker at a time takes a batch
	give   func() (*batch, bool)
	given  int // batches

	failing atomic.Bool  // some batch has failed: no other is given out
	cut     atomic.Int64 // the first batch that could not be read to its end: no lane folds a later one
	mu      sync.Mutex
	err     error // of the first batch that failed
}

type lane struct {
	sync.Mutex
	due     int      // index of the batch to fold next
	waiting []*batch // a ring: what came before its turn
}

func (m *Model) loadSplit(ctx context.Context, s store.Store, parts []store.ColumnPart, workers, goal int) error {
	l := &split{model: m, store: s, goal: goal}
	l.cut.Store(1<<63 - 1)
	ahead := 2*workers + 2
	l.free = make(chan *batch, ahead)
	for range ahead {
		l.free <- &batch{}
	}
	for i := range l.lanes {
		l.lanes[i].waiting = make([]*batch, ahead)
	}
	give, stop := iter.Pull(l.batches(ctx, parts))
	defer stop()
	l.give = give
	var all sync.WaitGroup
	for range workers {
		w := &worker{split: l, records: m.source()}
		all.Go(func() { w.work(ctx) })
	}
	all.Wait()
	return l.err
}

// worker is one of the goroutines of a load.
type worker struct {
	*split
	records *source
	columns columnSource
}

// filling makes the changes of a batch.
type filling func(*worker, context.Context, *batch)

// work never blocks for good: the batches before the one that it waits for are
// with workers that wait for nothing, and come back when the lanes have passed
// them.
func (w *worker) work(ctx context.Context) {
	for {
		b, ok := w.take()
		if !ok {
			return
		}
		b.fill(w, ctx, b)
		w.note(b)
		w.model.intern(b)
		w.deliver(b)
	}
}

// take gives the worker the next batch. It reports false when there is none, or no
// use in one.
func (l *split) take() (*batch, bool) {
	l.giving.Lock()
	defer l.giving.Unlock()
	if l.failing.Load() {
		return nil, false
	}
	return l.give()
}

func (w *worker) readRecords(ctx context.Context, b *batch) {
	for rec, err := range w.store.ReadAll(ctx, b.part.Span) {
		if w.records.read(&rec, err, b); b.failure != nil {
			return
		}
	}
}

// decode fills the batch from the records that it keeps.
func (w *worker) decode(_ context.Context, b *batch) {
	for i := range b.kept.records {
		rec := &b.kept.records[i]
		if err := w.records.take(rec, b); err != nil {
			b.unfit(rec.Position, err)
			return
		}
	}
}

// readColumns fills the batch from columns. It stops before an event that cannot
// be in its stream.
func (w *worker) readColumns(ctx context.Context, b *batch) {
	if err := w.store.(store.ColumnReader).ReadColumns(ctx, b.part, &w.columns.block); err != nil {
		b.unread(err)
	} else if at, err := w.columns.take(w.model, b); err != nil {
		b.unfit(at, err)
	}
}

// note sees to it that nothing is folded behind a batch that was not read to its
// end, since the next load begins there.
func (l *split) note(b *batch) {
	if b.failure == nil {
		return
	}
	l.failing.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	if index := int64(b.index); index < l.cut.Load() {
		l.cut.Store(index)
	}
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

func (l *split) fold(b *batch, lane int) {
	if int64(b.index) > l.cut.Load() {
		return
	}
	if ch, err := l.model.fold(b, lane); err != nil {
		b.unfit(ch.at.Position, err)
		l.failing.Store(true)
	}
}

// finish settles a batch that every lane has passed, and gives it back. Lanes pass
// batches in their order, so they finish in it: whichever worker is faster, the
// first failure in the log is the one that ends the load.
func (l *split) finish(b *batch) {
	l.mu.Lock()
	if l.err == nil {
		l.err = l.model.settle(b)
	}
	l.mu.Unlock()
	l.free <- b
}
