package readmodel

import (
	"context"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// maxBatchBytes is the most that one transaction folds, and that waits to be
// folded, of data and metadata.
const maxBatchBytes = 4 << 20

// passedBy is after how many events of other partitions the position is told,
// so that it moves also where there is nothing for this one.
const passedBy = 4096

// A feed is what was read from the log and waits to be folded. One goroutine
// reads ahead while another folds; who folds takes all that is there, so a
// batch is as large as the database is slow, and nothing lingers.
type feed struct {
	most    int           // events in a batch
	arrived chan struct{} // holds one: there may be something to take
	drained chan struct{} // holds one: the batch was taken

	mu    sync.Mutex
	batch batch
	taken []event.Record // of the batch that is being folded
}

// batch is what is folded in one transaction.
type batch struct {
	records  []event.Record // of the partition
	before   []place        // right before each of them
	bytes    int
	to       place // after all of them and those that were passed by
	caughtUp bool  // the log had nothing more then
	err      error // why nothing comes after it
}

func newFeed(most int) *feed {
	return &feed{most: most, arrived: make(chan struct{}, 1), drained: make(chan struct{}, 1)}
}

// read reads the log after a place until it fails or the context ends.
func (f *feed) read(ctx context.Context, s store.Store, partition projection.Partition, after place) {
	last, told := after, after
	passed := 0
	for n, err := range s.Subscribe(ctx, after.position) {
		switch {
		case err != nil:
			f.end(err)
			return
		case n.CaughtUp():
			last.position = max(last.position, n.Position)
			told, passed = last, 0
			f.update(func(b *batch) { b.to, b.caughtUp = last, true })
			continue
		case n.Record.Position <= last.position: // again, after a reconnection inside the store
			continue
		}
		before := last
		last = placeOf(n.Record)
		if !partition.Has(n.Record.Stream) {
			if passed++; passed == passedBy {
				told, passed = last, 0
				f.update(func(b *batch) { b.to = last })
			}
			continue
		}
		if !f.put(ctx, n.Record, before) {
			return
		}
		told, passed = last, 0
	}
	if last.position > told.position {
		f.update(func(b *batch) { b.to = last })
	}
	if ctx.Err() == nil {
		f.end(projection.ErrSubscriptionEnded)
	}
}

// put adds a record, when it fits into the batch. It reports false if the context has
// ended.
func (f *feed) put(ctx context.Context, rec *event.Record, before place) bool {
	size := len(rec.Data) + len(rec.Metadata)
	for {
		f.mu.Lock()
		if n := len(f.batch.records); n == 0 || n < f.most && f.batch.bytes+size <= maxBatchBytes {
			f.batch.records = append(f.batch.records, rec.Clone())
			f.batch.before = append(f.batch.before, before)
			f.batch.bytes += size
			f.batch.to, f.batch.caughtUp = placeOf(rec), false
			notify(f.arrived)
			f.mu.Unlock()
			return true
		}
		f.mu.Unlock()
		select {
		case <-f.drained:
		case <-ctx.Done():
			return false
		}
	}
}

func (f *feed) update(change func(*batch)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(&f.batch)
	notify(f.arrived)
}

func (f *feed) end(err error) { f.update(func(b *batch) { b.err = err }) }

// take waits for something and takes all that is there, with the word of it: a
// second one would give an empty batch, which is behind the log for all it knows.
func (f *feed) take(ctx context.Context) (b batch, err error) {
	select {
	case <-f.arrived:
	case <-ctx.Done():
		return b, context.Cause(ctx)
	}
	f.mu.Lock()
	select {
	case <-f.arrived:
	default:
	}
	b, f.batch = f.batch, batch{to: f.batch.to, err: f.batch.err}
	f.taken = b.records
	f.mu.Unlock()
	notify(f.drained)
	return b, nil
}

// folded says that the batch which was taken is in the tables.
func (f *feed) folded() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.taken = nil
}

// pending is when the first event that was read and is not in the tables was
// recorded, and where the last one stands; zero if there is none.
func (f *feed) pending() (oldest time.Time, newest event.Position) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, records := range [][]event.Record{f.taken, f.batch.records} {
		if len(records) == 0 {
			continue
		}
		if oldest.IsZero() {
			oldest = records[0].RecordedAt
		}
		newest = records[len(records)-1].Position
	}
	return oldest, newest
}

func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
