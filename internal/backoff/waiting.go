package backoff

import (
	"context"
	"log/slog"
	"time"
)

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
	w.Note(ctx, err, about...)
	return w.Wait(ctx)
}

// Note is Failed for who has a pause of their own.
func (w *Waiting) Note(ctx context.Context, err error, about ...any) {
	if w.failed == 0 {
		w.since = time.Now()
	}
	w.failed++
	if !w.said && time.Since(w.since) >= w.Quiet {
		w.said = true
		w.Logger.WarnContext(ctx, w.Who+" waits and tries again", append(about, "error", err)...)
	}
}

// GoesOn is for who has made progress.
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
