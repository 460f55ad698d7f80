package repository

import (
	"context"
	"fmt"
	"time"

	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/store"
)

// race is what other writers win: a command, or a group of lines, that is decided
// again each time.
type race struct {
	attempts int
	times    int // lost
	began    time.Time
	pauses   backoff.Pauses
}

// newRace makes a race of so many attempts. The pauses between them come to 7
// seconds if they are 100, which is longer than EventStoreDB tells of conflicts
// with events that it does not show yet.
func newRace(attempts int) *race {
	return &race{attempts: attempts, began: time.Now(), pauses: backoff.Pauses{
		Backoff: backoff.Backoff{First: 100 * time.Microsecond, Last: 100 * time.Millisecond}}}
}

// lost waits before the next attempt. It fails with the conflict when there is
// none left, and with store.ErrCancelled when the context ends first.
func (r *race) lost(ctx context.Context, conflict error) error {
	r.times++
	if r.times < r.attempts {
		if r.pauses.Wait(ctx) == nil {
			return nil
		}
		conflict = store.Cancelled(ctx)
	}
	return fmt.Errorf("lost the race %d times in %v: %w", r.times, time.Since(r.began).Round(time.Millisecond), conflict)
}
