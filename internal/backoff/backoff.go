// Package backoff is how long whoever failed waits before the next attempt.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is the rule of the pauses between attempts: each is due for twice as
// long as the one before, from First to Last. Half to all of what is due is taken,
// at random, so that many who lost the same race, or the same server, do not come
// back at once.
//
// Libraries for this draw their pauses around what is due, so beyond Last too, and
// from a source of chance that cannot be given.
type Backoff struct {
	First, Last time.Duration
	Random      func(below time.Duration) time.Duration // from 0; nil: that of math/rand
}

// doublings is more than any pause takes to grow from First to Last.
const doublings = 20

// Delay is the pause after the n-th failure in a row, from 1.
func (b Backoff) Delay(n int) time.Duration {
	due := b.First << min(max(n-1, 0), doublings)
	if due <= 0 || due > b.Last {
		due = b.Last
	}
	random := b.Random
	if random == nil {
		random = rand.N[time.Duration]
	}
	return due - random(due/2+1)
}

// Pauses are those of one who tries again and again.
type Pauses struct {
	Backoff
	After    func(time.Duration) <-chan time.Time // the timer; nil: that of package time
	failures int
}

// ForStore are the pauses of who waits for a store to come back.
func ForStore() Pauses {
	return Pauses{Backoff: Backoff{First: 50 * time.Millisecond, Last: 5 * time.Second}}
}

// Restore is for who has made progress: the next pause is the first again.
func (p *Pauses) Restore() { p.failures = 0 }

// Wait waits for the pause that is due. When the context ends before, it gives the
// context's cause.
func (p *Pauses) Wait(ctx context.Context) error {
	p.failures = min(p.failures+1, doublings)
	after := p.After
	if after == nil {
		after = time.After
	}
	select {
	case <-after(p.Delay(p.failures)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Sleep waits for d, unless one of the channels is closed first.
func Sleep(d time.Duration, one, other <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-one:
	case <-other:
	}
}
