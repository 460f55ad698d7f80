package readmodeltest

import (
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
)

// clock is a clock that stands still until it is moved. Pauses of less than a
// second end at once; longer ones when the clock has come so far.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	alarms []alarm
	pauses []time.Duration
}

type alarm struct {
	at   time.Time
	ring chan time.Time
}

func newClock(at event.Time) *clock { return &clock{now: at.Std()} }

// Now is readmodel.Options.Now.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After is readmodel.Options.After.
func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	ring := make(chan time.Time, 1)
	c.pauses = append(c.pauses, d)
	if d < 10*time.Second {
		ring <- c.now
	} else {
		c.alarms = append(c.alarms, alarm{c.now.Add(d), ring})
	}
	return ring
}

func (c *clock) set(at event.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = at.Std()
	var left []alarm
	for _, a := range c.alarms {
		if a.at.After(c.now) {
			left = append(left, a)
		} else {
			a.ring <- c.now
		}
	}
	c.alarms = left
}

// taken are the pauses asked for, in order.
func (c *clock) taken() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.pauses...)
}
