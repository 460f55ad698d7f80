package process

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// foldInvite: an invite expires unless it was answered or withdrawn.
func (a *agenda) foldInvite(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.InviteSent:
		a.open(env, ExpireInvite, "", e.ExpiresAt)
	case *event.InviteAccepted, *event.InviteDeclined, *event.InviteReported, *event.InviteWithdrawn, *event.InviteExpired:
		a.close(ExpireInvite, env.Stream, "")
	}
}

// foldContract: submitted work is released unless something answers it (fine
// print F9), a refund that was asked for is given, a dispute lapses, feedback
// is published.
func (a *agenda) foldContract(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.WorkSubmitted:
		a.open(env, AutoRelease, e.Milestone.String(), e.AutoReleaseAt)
	case *event.ChangesRequested:
		a.close(AutoRelease, env.Stream, e.Milestone.String())
	case *event.EscrowRefundRequested:
		a.close(AutoRelease, env.Stream, e.Milestone.String())
		a.open(env, LapseEscrowRefund, e.Milestone.String(), e.RespondBy)
	case *event.EscrowRefundRefused:
		a.close(LapseEscrowRefund, env.Stream, e.Milestone.String())
	case *event.MilestoneReleased:
		a.escrowMoved(env.Stream, e.Milestone.String())
	case *event.EscrowRefunded:
		a.escrowMoved(env.Stream, e.Milestone.String())

	case *event.DisputeOpened:
		if a.disputes[env.Stream] == nil {
			a.disputes[env.Stream] = map[uuid.UUID]dispute{}
		}
		a.disputes[env.Stream][e.Dispute] = dispute{e.By, e.Week, e.OnLapse == ""}
		a.open(env, LapseDispute, e.Dispute.String(), e.RespondBy)
	case *event.DisputeAnswered:
		a.close(LapseDispute, env.Stream, e.Dispute.String())
		if e.Answer == event.AnswerAccept && !a.disputes[env.Stream][e.Dispute].First {
			a.disputeEnded(env.Stream, e.Dispute)
		}
	case *event.DisputeLapsed:
		a.disputeEnded(env.Stream, e.Dispute)
	case *event.DisputeResolved:
		a.disputeEnded(env.Stream, e.Dispute)
	case *event.DisputeCancelled:
		a.disputeEnded(env.Stream, e.Dispute)

	case *event.ContractEnded:
		a.open(env, PublishFeedback, "", e.FeedbackClosesAt).Idle = true
	case *event.FeedbackSubmitted:
		if t := a.find(PublishFeedback, env.Stream, ""); t != nil {
			t.Idle = false
			return
		}
		// The first feedback was written down after its time was over.
		a.open(env, PublishFeedback, "", env.OccurredAt)
	case *event.FeedbackPublished:
		a.close(PublishFeedback, env.Stream, "")
	}
}

func (a *agenda) escrowMoved(contract string, milestone string) {
	a.close(AutoRelease, contract, milestone)
	a.close(LapseEscrowRefund, contract, milestone)
}

// dispute is an open one: who opened it, and of hourly work over which week.
type dispute struct {
	By    event.Side `json:"by"`
	Week  event.Week `json:"week,omitzero"`
	First bool       `json:"first,omitzero"` // of the first edition, which an accept does not close (fine print C6)
}

func (a *agenda) disputeEnded(contract string, id uuid.UUID) {
	a.close(LapseDispute, contract, id.String())
	if delete(a.disputes[contract], id); len(a.disputes[contract]) == 0 {
		delete(a.disputes, contract)
	}
	a.release(contract)
}

// disputed is the stream of the contract whose open dispute keeps the task from being
// done, "" if none does: escrow stands still, and the week that is disputed is not paid
// (fine print I1). One of the first edition is over no week, and no week is.
func (a *agenda) disputed(t *task) string {
	contract := t.contract()
	_, _, week, _ := event.ParseStream(t.Stream)
	for _, d := range a.disputes[contract] {
		if t.Kind != PayWeek || d.Week == week || d.Week == (event.Week{}) {
			return contract
		}
	}
	return ""
}

// contract is the stream of the contract whose disputes concern the task, "" if none can.
func (t *task) contract() string {
	switch t.Kind {
	case AutoRelease, LapseEscrowRefund:
		return t.Stream
	case PayWeek:
		if _, id, _, ok := event.ParseStream(t.Stream); ok {
			return event.ContractStream(id)
		}
	}
	return ""
}

// foldWeek: a week with work in it is invoiced, and paid when its review is
// over. The week's stream is what both tasks are about.
func (a *agenda) foldWeek(env *event.Envelope) {
	switch e := env.Event.(type) {
	case *event.SegmentLogged:
		if a.find(InvoiceWeek, env.Stream, "") == nil {
			if _, _, week, ok := event.ParseStream(env.Stream); ok {
				a.open(env, InvoiceWeek, "", aggregate.InvoicedFrom(week))
			}
		}
	case *event.WeekInvoiced:
		a.close(InvoiceWeek, env.Stream, "")
		if e.Amount > 0 {
			a.open(env, PayWeek, "", e.ReviewEndsAt).Left = int64(e.Amount)
		}
	case *event.HoursRefused:
		if _, id, _, ok := event.ParseStream(env.Stream); ok {
			a.lessen(PayWeek, event.WorkWeekStream(id, e.Week), "", int64(e.Amount))
		}
	case *event.HoursPaid:
		if _, id, _, ok := event.ParseStream(env.Stream); ok {
			a.close(PayWeek, event.WorkWeekStream(id, e.Week), "")
		}
	}
}
