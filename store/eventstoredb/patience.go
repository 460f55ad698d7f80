package eventstoredb

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"
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
	told    bool // that it waits
}

func (h *hold) patience() *patience { return &patience{hold: h} }

// restore forgets the failures: something was got.
func (p *patience) restore() {
	if p.told {
		p.told = false
		p.hold.store.options.Logger.Info("eventstoredb: a subscription goes on", "after", time.Since(p.since))
	}
	p.n, p.leaders = 0, nil
}

// tell says once of who waits for ever that it does, and why.
func (p *patience) tell(f *failure) {
	o := &p.hold.store.options
	if p.forever && !p.told && time.Since(p.since) > o.MaxBackoff {
		p.told = true
		o.Logger.Warn("eventstoredb: a subscription waits", "since", p.since, "error", f.err)
	}
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
	limit := p.limit(f.cause)
	if limit >= 0 && time.Since(p.of) > limit || !p.forever && time.Since(p.since) > h.store.options.RetryFor {
		if f.led {
			return leaderless(time.Since(p.since), f.err)
		}
		return f.err
	}
	p.tell(f)
	h.rest(p.delay(f.cause), f.link)
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

// backoff is a growing pause between attempts.
type backoff struct{ first, most time.Duration }

// delay is the pause after the n-th failure in a row: twice the one before, at
// most the longest, of which up to a half is left to chance, so that many
// clients do not come back at the same moment.
func (b backoff) delay(n int) time.Duration {
	d := b.first << min(max(n-1, 0), 20)
	if d <= 0 || d > b.most {
		d = b.most
	}
	return d - rand.N(d/2+1)
}

// pause waits, unless one of the channels is closed first.
func pause(d time.Duration, one, other <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-one:
	case <-other:
	}
}
