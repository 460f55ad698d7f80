package aggregate

import (
	"github.com/marketcore/marketplace/event"
)

type interviewState uint8

const (
	interviewScheduled interviewState = iota
	interviewHeld                     // final, as is the next
	interviewCancelled
)

// interviewAggregate is a meeting about proposals to a job as decisions see one: whose job
// it is about, and when they meet, while it is scheduled (rules 6).
//
// ScheduleInterview opens it and RescheduleInterview moves it; HoldInterview, not before
// its moment, or CancelInterview ends it. What becomes of the proposals meanwhile does not
// concern it (fine print N8).
type interviewAggregate struct {
	base
	state       interviewState
	scheduledAt event.Time
}

// Clone implements State.
func (i *interviewAggregate) Clone() State {
	copied := *i
	return &copied
}

// Evolve implements State.
func (i *interviewAggregate) Evolve(at event.Time, e event.Event) error {
	scheduled, opens := e.(*event.InterviewScheduled)
	if err := i.begin(at, e, opens); err != nil {
		return err
	}
	if opens {
		i.scheduledAt = scheduled.ScheduledAt
		return nil
	}
	if i.state != interviewScheduled {
		return invariantError(e, "the interview is over")
	}
	switch e := e.(type) {
	case *event.InterviewRescheduled:
		i.scheduledAt = e.ScheduledAt
		return nil
	case *event.InterviewHeld:
		i.state = interviewHeld
		return ensure(at >= i.scheduledAt, e, "it is before the interview's moment")
	case *event.InterviewCancelled:
		i.state = interviewCancelled
		return nil
	}
	return errUnexpectedEvent(e)
}
