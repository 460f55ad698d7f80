package engine

import (
	"context"
	"sync"
)

// liveBuffer is how many items wait for a live subscriber before the oldest are
// dropped.
const liveBuffer = 32

// feed is the live end of a subscription: what was committed and not yet
// taken. Where that is more than liveBuffer items the oldest are dropped, which
// the numbers of the others tell; but one commit alone, however large, does not
// overtake who has taken everything before it.
type feed struct {
	wants    func(*Record) bool
	checks   bool  // checkpoints are offered as well
	interval int32 // after so many records

	mu         sync.Mutex
	items      []item
	number     uint64 // of the newest item
	considered int32
	err        error
	watched    watched
	ended      error // after the items
	wake       chan struct{}
}

// item is a record, or (nil) a checkpoint.
type item struct {
	number   uint64
	record   *Record
	position uint64
}

func newFeed(wants func(*Record) bool) *feed {
	return &feed{wants: wants, wake: make(chan struct{}, 1)}
}

// offer takes committed records that the subscriber is to see, and says where
// a checkpoint is due.
func (f *feed) offer(records []*Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	waiting := len(f.items)
	for _, r := range records {
		if f.wants(r) {
			f.put(item{record: r, position: r.Position})
		}
		if f.checks {
			if f.considered++; f.considered >= f.interval {
				f.considered = 0
				f.put(item{position: r.Position})
			}
		}
	}
	if drop := min(waiting, len(f.items)-liveBuffer); drop > 0 {
		f.items = f.items[drop:]
	}
}

func (f *feed) put(it item) {
	if f.ended != nil {
		return
	}
	f.number++
	it.number = f.number
	f.items = append(f.items, it)
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

func (f *feed) next(ctx context.Context) (it item, err error) {
	for {
		f.mu.Lock()
		switch {
		case f.err != nil:
			err = f.err
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
				return item{}, ctx.Err()
			}
		}
		f.mu.Unlock()
		return it, err
	}
}
