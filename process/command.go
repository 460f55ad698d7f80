package process

import (
	"fmt"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// command is what the task gives when it is done.
func (t *Task) command() (aggregate.Command, error) {
	_, id, week, ok := event.ParseStream(t.Stream)
	if ok {
		switch t.Kind {
		case ExpireInvite:
			return aggregate.ExpireInvite{Invite: id}, nil
		case AutoRelease:
			return aggregate.AutoReleaseMilestone{Contract: id, Milestone: t.Part}, nil
		case LapseEscrowRefund:
			return aggregate.LapseEscrowRefund{Contract: id, Milestone: t.Part}, nil
		case PublishFeedback:
			return aggregate.PublishFeedback{Contract: id}, nil
		case LapseDispute:
			return aggregate.LapseDispute{Contract: id, Dispute: t.Part}, nil
		case InvoiceWeek:
			return aggregate.InvoiceWeek{Contract: id, Week: week}, nil
		case PayWeek:
			return aggregate.PayWeek{Contract: id, Week: week}, nil
		case ContactClient:
			return aggregate.ContactClient{Client: id, Reason: event.Text(event.ContactConsistentlyNegative)}, nil
		case SuspendClient:
			return aggregate.SuspendClient{Client: id, Reason: event.SanctionConduct}, nil
		}
	}
	return nil, fmt.Errorf("process: no command for a task %q about %q", t.Kind, t.Stream)
}
