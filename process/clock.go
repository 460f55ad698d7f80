package process

import (
	"sync"
	"time"
)

// Clock tells the time and wakes who waits for it. A Clock is safe for
// concurrent use.
type Clock interface {
	Now() time.Time
	// Until gives a channel that delivers once the moment has come, or earlier
	// when it is worth looking at the clock again. Stop frees what it holds.
	Until(t time.Time) (reached <-chan time.Time, stop func())
}

// lookAgain is the longest wait, because a wall clock can be set and a machine
// can sleep.
const lookAgain = time.Minute

// ClockFunc is a Clock on a function such as time.Now. Who waits looks at it
// again every minute at the latest.
type ClockFunc func() time.Time

// Now implements Clock.
func (now ClockFunc) Now() time.Time { return now() }

// Until implements Clock.
func (now ClockFunc) Until(t time.Time) (<-chan time.Time, func()) {
	timer := time.NewTimer(min(max(t.Sub(now()), 0), lookAgain))
	return timer.C, func() { timer.Stop() }
}

// ManualClock is a Clock that a test moves. Make one with NewManualClock.
type ManualClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[chan time.Time]time.Time
}

// NewManualClock makes a clock that stands at a moment.
func NewManualClock(now time.Time) *ManualClock {
	return &ManualClock{now: now, waiting: map[chan time.Time]time.Time{}}
}

// Now implements Clock.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on and wakes who waits for a moment that has come.
func (c *ManualClock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set sets the clock, as Advance does.
func (c *ManualClock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
	for reached, t := range c.waiting {
		if !t.After(now) {
			reached <- now
			delete(c.waiting, reached)
		}
	}
}

// Until implements Clock.
func (c *ManualClock) Until(t time.Time) (<-chan time.Time, func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reached := make(chan time.Time, 1)
	if !t.After(c.now) {
		reached <- c.now
		return reached, func() {}
	}
	c.waiting[reached] = t
	return reached, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.waiting, reached)
	}
}
