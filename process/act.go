package process

import (
	"context"
	"errors"

	"github.com/google/uuid"

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
	case rejected.Code == aggregate.ClientSuspended && !r.agenda.barred(clientOf(c)):
		r.agenda.hold(t, event.ClientStream(clientOf(c)))
	case rejected.Code == aggregate.TooEarly || rejected.Code == aggregate.OutOfOrder:
		r.agenda.postpone(t, now.AddSeconds(again))
	default:
		r.finish(ctx, t, now, string(rejected.Code))
	}
	return nil
}

// clientOf is the client whose suspension a command can meet.
func clientOf(c aggregate.Command) uuid.UUID {
	start, _ := c.(aggregate.StartContract)
	return start.Client
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
