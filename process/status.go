package process

import (
	"maps"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
)

// Status is what a Runner was at when it was last between two tasks.
type Status struct {
	Position event.Position // of the last event that was folded
	Open     int            // tasks
	NextDue  event.Time     // of the next task that nothing keeps back, event.Never if there is none; one that has passed is overdue
	Err      error          // what the last attempt failed with, nil if it did not

	// Foreign is how many events of streams that are not the marketplace's were
	// passed over, see event.Foreign, since the Runner was made.
	Foreign uint64

	// Outcomes counts the tasks that are over, since the Runner was made.
	Outcomes map[Outcome]uint64
}

// Overdue is how long ago the next task was due that nothing keeps back: how far the Runner
// is behind. It is 0 while that is to come.
func (s Status) Overdue(now time.Time) time.Duration {
	if s.Position == 0 || s.NextDue == event.Never { // nothing was folded, or nothing is due
		return 0
	}
	return max(now.Sub(s.NextDue.Std()), 0)
}

// Outcome is what came of a task of a kind: OutcomeDone, OutcomeRepeated,
// OutcomeMoot or the code of a rejection.
type Outcome struct {
	Kind Kind
	What string
}

// Status tells how far the Runner is.
func (r *Runner) Status() Status { return r.board.read() }

// board is a Status that is written by one and read by others.
type board struct {
	mu     sync.Mutex
	status Status
}

func (b *board) read() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.status
	s.Outcomes = maps.Clone(s.Outcomes)
	return s
}

func (b *board) settled(position event.Position, open int, next event.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Position, b.status.Open, b.status.NextDue, b.status.Err = position, open, next, err
}

func (b *board) stopped(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Err = err
}

func (b *board) passedOver() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Foreign++
}

func (b *board) count(o Outcome) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.status.Outcomes == nil {
		b.status.Outcomes = map[Outcome]uint64{}
	}
	b.status.Outcomes[o]++
}
