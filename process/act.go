package process

import (
	"context"
	"errors"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// What can come of a task, beside the code of a rejection.
const (
	OutcomeDone     = "done"
	OutcomeRepeated = "repeated" // it had been done before, by a run that crashed or by another Runner
	OutcomeMoot     = "moot"     // when it was due there was nothing to do
)

// again is how long a task waits that came too early for its stream: another
// host's clock is ahead of this one's.
const again = 60 // seconds

// act does one task, which is due. An error says that it is not done and stays.
func (r *Runner) act(ctx context.Context, t *entry, now event.Time) error {
	if t.Kind == GrantMonthly {
		if r.agenda.suspended[t.Stream] {
			r.agenda.hold(t, t.Stream)
			return nil
		}
		if m := r.agenda.month(&t.task, now); m != event.Month(t.Part) {
			r.agenda.passOver(t, m)
			return nil
		}
	}
	if t.Idle || r.agenda.moot(&t.task, now) {
		r.finish(ctx, t, now, OutcomeMoot)
		return nil
	}
	c, err := r.command(ctx, &t.task)
	if err != nil {
		return err
	}
	if c == nil {
		r.finish(ctx, t, now, OutcomeMoot)
		return nil
	}
	repeated, err := r.do(ctx, c, Request{ID: t.commandID(), At: now, Cause: t.Cause, Correlation: t.Correlation})
	var rejected *aggregate.Rejection
	switch {
	case err == nil && repeated:
		r.agenda.given(t)
		r.tell(ctx, t, now, OutcomeRepeated)
	case err == nil:
		r.agenda.given(t)
		r.tell(ctx, t, now, OutcomeDone)
	case !errors.As(err, &rejected):
		return err
	case rejected.Code == aggregate.DisputeOpen && t.contract() != "":
		// The dispute is in the log behind the agenda's place, its end too.
		r.agenda.hold(t, t.contract())
	case r.agenda.waits(c, rejected.Code) != "":
		r.agenda.hold(t, r.agenda.waits(c, rejected.Code))
	case rejected.Code == aggregate.TooEarly || rejected.Code == aggregate.OutOfOrder:
		r.agenda.postpone(t, now.AddSeconds(again))
	default:
		r.finish(ctx, t, now, string(rejected.Code))
	}
	return nil
}

// waits is the account for whose reinstatement, or whose hold's end, the command waits
// (fine print R), "" if it does not: one that was barred or closed never comes back.
func (a *agenda) waits(c aggregate.Command, code aggregate.Code) (account string) {
	switch c := c.(type) {
	case aggregate.StartContract:
		switch code {
		case aggregate.ClientSuspended:
			account = event.ClientStream(c.Client)
		case aggregate.FreelancerSuspended, aggregate.OnHold:
			account = event.FreelancerStream(c.Freelancer)
		}
	}
	if a.ended[account] {
		return ""
	}
	return account
}

// finish closes a task that leaves nothing in the log.
func (r *Runner) finish(ctx context.Context, t *entry, now event.Time, outcome string) {
	r.agenda.done(t)
	r.tell(ctx, t, now, outcome)
}

func (r *Runner) tell(ctx context.Context, t *entry, now event.Time, outcome string) {
	r.board.count(Outcome{t.Kind, outcome})
	r.listeners.tell(ctx, Finished{Outcome{t.Kind, outcome}, t.Due, now})
	switch outcome {
	case OutcomeDone, OutcomeRepeated, OutcomeMoot:
	default:
		r.options.Logger.InfoContext(ctx, "what was to follow by itself was rejected",
			"kind", t.Kind, "stream", t.Stream, "cause", t.Cause, "code", outcome)
	}
}
