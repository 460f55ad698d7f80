package readmodel

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
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

// outage tells of a wait that nobody bounds: once when it begins, again if its
// reason becomes another one, and when it is over.
type outage struct {
	logger *slog.Logger
	now    func() time.Time
	reason string // that was told, "" if nothing is waited for
	since  time.Time
}

func (o *outage) begin(level slog.Level, text string, err error, more ...any) {
	reason := cmp.Or(codeOf(err), "unknown")
	if reason == o.reason {
		return
	}
	if o.reason == "" {
		o.since = o.now()
	}
	o.reason = reason
	o.logger.Log(context.Background(), level, text, append(more, "error", err)...)
}

func (o *outage) over(text string, more ...any) {
	if o.reason == "" {
		return
	}
	o.reason = ""
	o.logger.Info(text, append(more, "waited", o.now().Sub(o.since).Round(time.Millisecond))...)
}

// codeOf is the stable code of an error of a read model or of a log, "" if it is
// neither's.
func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return store.CodeOf(err)
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
