package eventstoredb

import (
	"errors"
	"slices"
	"time"

	"github.com/marketcore/marketplace/internal/backoff"
)

// A failure is what an attempt returns if another one may go better.
type failure struct {
	verdict
	link *link // of the call, nil if there was none
}

func (f *failure) Error() string { return f.err.Error() }

// persist does attempts until one ends well or in an error that is no failure,
// or RetryFor has passed.
func (h *hold) persist(attempt func() error) error {
	p := h.patience()
	for {
		err := attempt()
		if err == nil {
			return nil
		}
		if err := p.wait(err); err != nil {
			return err
		}
	}
}

// patience is how long an operation has tried in vain.
type patience struct {
	hold    *hold
	since   time.Time // of the first failure
	n       int       // failures
	leaders []string  // where the leader was said to be meanwhile
	cause   cause     // of the last failures
	of      time.Time // since when it is the cause

	forever bool
	waiting backoff.Waiting // of who waits for ever
}

func (h *hold) patience() *patience {
	o := &h.store.options
	return &patience{hold: h, waiting: backoff.Waiting{Logger: o.Logger, Who: "eventstoredb: a subscription", Quiet: o.MaxBackoff}}
}

// restore forgets the failures: something was got.
func (p *patience) restore() {
	p.waiting.GoesOn(p.hold.ctx)
	p.n, p.leaders = 0, nil
}

// wait pauses before the next attempt, or says why there is none.
func (p *patience) wait(err error) error {
	h := p.hold
	if end := h.ended(); end != nil {
		return end
	}
	var f *failure
	if !errors.As(err, &f) {
		return err
	}
	if f.leader != "" && !slices.Contains(p.leaders, f.leader) {
		p.n, p.leaders = 0, append(p.leaders, f.leader) // the cluster has chosen anew: that is progress
	}
	now := time.Now()
	if p.n++; p.n == 1 {
		p.since = now
	}
	if p.n == 1 || p.cause != f.cause {
		p.cause, p.of = f.cause, now
	}
	limit, pause := p.limit(f.cause), p.delay(f.cause)
	if limit >= 0 && time.Since(p.of) > limit || !p.forever && time.Since(p.since)+pause > h.store.options.RetryFor {
		if f.led {
			return leaderless(time.Since(p.since), f.err)
		}
		return f.err
	}
	if p.forever {
		p.waiting.Note(h.ctx, f.err)
	}
	h.rest(pause, f.link)
	return h.ended()
}

// rest pauses, but not when another connection has taken the place of the one
// that failed: what was wrong with that one is no reason to wait.
func (h *hold) rest(d time.Duration, after *link) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-h.store.supervisor.another(after):
	case <-h.ctx.Done():
	case <-h.store.base.Done():
	}
}
