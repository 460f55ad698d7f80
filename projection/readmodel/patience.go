package readmodel

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// Pauses after failures grow from the first to the last.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// patience is how long to wait before the next attempt.
type patience struct {
	after func(time.Duration) <-chan time.Time
	next  time.Duration
}

// restore is for who has got on: the next pause is the first again.
func (p *patience) restore() { p.next = firstPause }

// wait waits for half to all of the pause that is due, so that many who lost
// the same server do not come back at once.
func (p *patience) wait(ctx context.Context) error {
	pause := max(p.next, firstPause)
	p.next = min(2*pause, lastPause)
	select {
	case <-p.after(pause/2 + rand.N(pause/2+1)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// passing reports a failure after which another attempt may succeed, with
// nothing done by people but to bring a server or a disk back.
func passing(err error) bool {
	for _, e := range []error{
		store.ErrUnavailable, store.ErrLocked, store.ErrFull, projection.ErrSubscriptionEnded,
		ErrUnavailable, ErrBusy, ErrConflict, ErrFull, ErrLeased, ErrLeaseLost, errVersionChanged,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// errVersionChanged: the version that is written is not what it was when the
// runner began, because a rebuild has taken its place.
var errVersionChanged = errors.New("readmodel: another version is live now")
