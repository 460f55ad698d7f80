// Package patience waits between attempts, and says so.
package patience

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Pauses between attempts grow from the first to the last. Each is half to all of
// what is due, at random, so that many who lost the same race, or the same server,
// do not come back at once.
type Pauses struct {
	First, Last time.Duration
	After       func(time.Duration) <-chan time.Time // the timer; nil: that of package time
	next        time.Duration
}

// Restore is for who has got on: the next pause is the first again.
func (p *Pauses) Restore() { p.next = 0 }

// Wait waits for the pause that is due. When the context ends before, it gives the
// context's cause.
func (p *Pauses) Wait(ctx context.Context) error {
	pause := max(p.next, p.First)
	p.next = min(2*pause, p.Last)
	after := p.After
	if after == nil {
		after = time.After
	}
	select {
	case <-after(pause/2 + rand.N(pause/2+1)):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ForStore are the pauses of who waits for a store to come back.
func ForStore() Pauses { return Pauses{First: 50 * time.Millisecond, Last: 5 * time.Second} }

// Waiting is for who tries as long as it takes: it says once that somebody waits,
// and then when they go on. It is for one goroutine.
type Waiting struct {
	Pauses
	Logger *slog.Logger
	Who    string        // waits, or goes on
	Quiet  time.Duration // for which nothing is said; 0: it is said at once

	since  time.Time
	failed int
	said   bool
}

// Failed is for an attempt that failed and is made again after a pause.
func (w *Waiting) Failed(ctx context.Context, err error, about ...any) error {
	if w.failed == 0 {
		w.since = time.Now()
	}
	w.failed++
	if !w.said && time.Since(w.since) >= w.Quiet {
		w.said = true
		w.Logger.WarnContext(ctx, w.Who+" waits and tries again", append(about, "error", err)...)
	}
	return w.Wait(ctx)
}

// GoesOn is for who has got on.
func (w *Waiting) GoesOn(ctx context.Context, about ...any) {
	if w.said {
		w.Logger.InfoContext(ctx, w.Who+" goes on", append(about, "failures", w.failed, "waited", w.Waited())...)
	}
	w.failed, w.said = 0, false
	w.Restore()
}

// Waited is how long it has been since the first of the failures.
func (w *Waiting) Waited() time.Duration {
	if w.failed == 0 {
		return 0
	}
	return time.Since(w.since).Round(time.Millisecond)
}
