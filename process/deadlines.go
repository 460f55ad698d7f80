package process

import (
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
// is published. An open dispute lets no escrow and no hours move (fine print I1).
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
		a.disputed[env.Stream] = true
		a.open(env, LapseDispute, e.Dispute.String(), e.RespondBy)
	case *event.DisputeAnswered:
		a.close(LapseDispute, env.Stream, e.Dispute.String())
	case *event.DisputeLapsed:
		a.disputeEnded(env.Stream, e.Dispute.String())
	case *event.DisputeResolved:
		a.disputeEnded(env.Stream, e.Dispute.String())
	case *event.DisputeCancelled:
		a.disputeEnded(env.Stream, e.Dispute.String())

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

func (a *agenda) disputeEnded(contract string, dispute string) {
	a.close(LapseDispute, contract, dispute)
	delete(a.disputed, contract)
	a.release(contract)
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
			a.open(env, PayWeek, "", e.ReviewEndsAt)
		}
	case *event.HoursPaid:
		if _, id, _, ok := event.ParseStream(env.Stream); ok {
			a.close(PayWeek, event.WorkWeekStream(id, e.Week), "")
		}
	}
}
