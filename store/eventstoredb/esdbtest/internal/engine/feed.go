package engine

import (
	"context"
	"sync"
)

// liveBuffer is how many events wait for a live subscriber before it is sent
// back to reading the log.
const liveBuffer = 32

// feed is the live end of a subscription: what was committed and not yet
// taken, at most liveBuffer items.
type feed struct {
	stream   string // empty: the whole log
	filter   Filter
	interval int // records between checkpoints, 0: none

	mu         sync.Mutex
	items      []item
	considered int
	lost       bool // items were dropped
	err        error
	watched    watched
	ended      error // after the items
	wake       chan struct{}
}

// item is a record, or (nil) a checkpoint.
type item struct {
	record   *Record
	position uint64
}

func newFeed() *feed { return &feed{wake: make(chan struct{}, 1)} }

// offer takes a committed record if the subscriber is to see it.
func (f *feed) offer(r *Record) {
	if f.stream != "" && f.stream != r.Stream {
		return
	}
	match := f.filter.Match(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	if match {
		f.put(item{record: r, position: r.Position})
	}
	if f.interval > 0 {
		if f.considered++; f.considered >= f.interval {
			f.considered = 0
			f.put(item{position: r.Position})
		}
	}
}

func (f *feed) put(it item) {
	switch {
	case f.lost, f.ended != nil:
		return
	case len(f.items) == liveBuffer:
		f.items, f.lost = nil, true
	default:
		f.items = append(f.items, it)
	}
	f.signal()
}

func (f *feed) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
	f.signal()
}

func (f *feed) signal() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// next waits for an item. If some were lost it says so, once, and starts
// afresh.
func (f *feed) next(ctx context.Context) (it item, lost bool, err error) {
	for {
		f.mu.Lock()
		switch {
		case f.err != nil:
			err = f.err
		case f.lost:
			f.lost, lost = false, true
		case len(f.items) > 0:
			it, f.items = f.items[0], f.items[1:]
		case f.ended != nil:
			err = f.ended
		default:
			f.mu.Unlock()
			select {
			case <-f.wake:
				continue
			case <-ctx.Done():
				return item{}, false, ctx.Err()
			}
		}
		f.mu.Unlock()
		return it, lost, err
	}
}
