package competing

import (
	"math"
	"time"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// tickInterval is how often groups look for what is late.
const tickInterval = time.Second

// follow begins to tell the groups of what is written, and of the time.
func (r *Registry) follow() {
	if r.stop != nil {
		return
	}
	r.stop, r.done = make(chan struct{}), make(chan struct{})
	grown, cancel := r.e.Watch()
	go func(stop <-chan struct{}, done chan<- struct{}) {
		defer close(done)
		defer cancel()
		ticker := time.NewTicker(tickInterval)
		defer ticker.Stop()
		for {
			select {
			case <-grown:
				r.whileOpen(r.catchUp)
			case now := <-ticker.C:
				r.whileOpen(func() { r.tick(now) })
			case <-stop:
				return
			}
		}
	}(r.stop, r.done)
}

func (r *Registry) whileOpen(do func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		do()
	}
}

// catchUp tells the groups of what was written since the last time, also by
// themselves meanwhile.
func (r *Registry) catchUp() {
	for {
		records := r.e.From(r.seen+1, math.MaxInt)
		if len(records) == 0 {
			return
		}
		for _, record := range records {
			r.seen = record.Position
			r.tell(record)
		}
	}
}

// tell tells the groups of a record: those on its stream first, then those on
// the log.
func (r *Registry) tell(record *engine.Record) {
	for _, g := range r.groups[record.Stream] {
		if !g.notify(record) {
			return
		}
	}
	if !(engine.Filter{}).Match(record) {
		return
	}
	for _, g := range r.groups[engine.AllStream] {
		if !g.notify(record) {
			return
		}
	}
}

func (r *Registry) tick(now time.Time) {
	for _, groups := range r.groups {
		for _, g := range groups {
			g.tick(now)
		}
	}
}
