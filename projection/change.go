package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// change is what the records keep of one event. It is small and shares nothing
// with the decoder, so one goroutine can decode and another fold; every fold,
// of one event or of a whole log, goes through it.
type change struct {
	category category
	kind     kind
	detail   uint8 // an InviteOutcome, a MarkKind or a PaymentKind, as the kind has it
	flag     bool  // the freelancer was available
	stream   uuid.UUID
	revision uint64
	at       Moment
	event    string // the event's type

	client, freelancer uuid.UUID
	dispute            uuid.UUID
	amount             event.Money
	word               string // via, or the reason of a mark
	overall, recommend int
}

// kind is what an event does to the record of its stream.
type kind uint8

const (
	nothing kind = iota // only its revision counts
	opened
	clientMarked
	inviteClosed
	contractEnded
	moneyMoved
	feedbackGiven
	feedbackExcluded
	disputeOpened
	disputeCancelled
)

// set makes ch what the event does. Every event type that may stand in a stream
// of ours is named here, so that none is skipped unseen.
func (ch *change) set(env *event.Envelope, c category, id uuid.UUID) error {
	*ch = change{
		category: c, stream: id, revision: env.Revision,
		at: Moment{env.OccurredAt, env.Position}, event: env.Event.EventType(),
	}
	home := foreign
	switch e := env.Event.(type) {
	case *event.InviteSent:
		home, ch.kind = invites, opened
		ch.client, ch.freelancer, ch.flag = e.Client, e.Freelancer, e.FreelancerAvailable
	case *event.InviteAccepted:
		home, ch.kind, ch.detail = invites, inviteClosed, uint8(InviteAccepted)
	case *event.InviteDeclined:
		home, ch.kind, ch.detail = invites, inviteClosed, uint8(InviteDeclined)
	case *event.InviteReported:
		home, ch.kind, ch.detail = invites, inviteClosed, uint8(InviteReported)
	case *event.InviteWithdrawn:
		home, ch.kind, ch.detail = invites, inviteClosed, uint8(InviteWithdrawn)
	case *event.InviteExpired:
		home, ch.kind, ch.detail = invites, inviteClosed, uint8(InviteExpired)
	case *event.ContactExchanged, *event.InviteArchived:
		home = invites

	case *event.ContractStarted:
		home, ch.kind = contracts, opened
		ch.client, ch.freelancer, ch.word = e.Client, e.Freelancer, string(e.Via)
	case *event.ContractEnded:
		home, ch.kind = contracts, contractEnded
	case *event.MilestoneReleased:
		home, ch.kind, ch.detail, ch.amount = contracts, moneyMoved, uint8(PaymentRelease), e.Amount
	case *event.HoursPaid:
		home, ch.kind, ch.detail, ch.amount = contracts, moneyMoved, uint8(PaymentHours), e.Amount
	case *event.BonusPaid:
		home, ch.kind, ch.detail, ch.amount = contracts, moneyMoved, uint8(PaymentBonus), e.Amount
	case *event.RefundGiven:
		home, ch.kind, ch.detail, ch.amount = contracts, moneyMoved, uint8(PaymentRefund), e.Amount
	case *event.FeedbackSubmitted:
		home = contracts
		if e.By != event.SideFreelancer { // the freelancer's has a part in no statistic here
			ch.kind, ch.word, ch.overall, ch.recommend = feedbackGiven, string(e.By), e.Overall, -1
			if e.Recommend != nil {
				ch.recommend = *e.Recommend
			}
		}
	case *event.FeedbackExcluded:
		home, ch.kind = contracts, feedbackExcluded
	case *event.DisputeOpened:
		home, ch.kind, ch.dispute = contracts, disputeOpened, e.Dispute
	case *event.DisputeCancelled:
		home, ch.kind, ch.dispute = contracts, disputeCancelled, e.Dispute
	case *event.ContractPaused, *event.ContractResumed, *event.WeeklyLimitChanged,
		*event.MilestoneAdded, *event.MilestoneFunded, *event.WorkSubmitted, *event.ChangesRequested,
		*event.EscrowRefundRequested, *event.EscrowRefundRefused, *event.EscrowRefunded, *event.FeedbackPublished,
		*event.DisputeAnswered, *event.DisputeLapsed, *event.SettlementProposed, *event.DisputeResolved:
		home = contracts

	case *event.ClientRegistered:
		home, ch.kind = clients, opened
	case *event.ClientFlagged:
		home, ch.kind, ch.detail, ch.word = clients, clientMarked, uint8(MarkFlagged), string(e.Basis)
	case *event.ClientFlagLifted:
		home, ch.kind, ch.detail = clients, clientMarked, uint8(MarkFlagLifted)
	case *event.ClientSuspended:
		home, ch.kind, ch.detail, ch.word = clients, clientMarked, uint8(MarkSuspended), string(e.Reason)
	case *event.ClientReinstated:
		home, ch.kind, ch.detail = clients, clientMarked, uint8(MarkReinstated)
	case *event.ClientBarred:
		home, ch.kind, ch.detail, ch.word = clients, clientMarked, uint8(MarkBarred), string(e.Reason)
	case *event.PaymentMethodVerified, *event.PaymentMethodLost, *event.ClientComplaintRecorded, *event.ClientContacted:
		home = clients

	case *event.FreelancerRegistered:
		home, ch.kind = freelancers, opened
	case *event.VisibilityChanged, *event.AvailabilityChanged, *event.ProfileCompletenessChanged,
		*event.ProfileDescribed, *event.SkillTestRecorded, *event.IdentityVerified,
		*event.IdentityVerificationRevoked, *event.PhoneVerified, *event.HoldPlaced, *event.HoldLifted,
		*event.RisingTalentGranted, *event.RisingTalentEnded:
		home = freelancers
	case *event.TermsAccepted, *event.TermsViolationRecorded:
		if c == clients || c == freelancers {
			home = c
		}

	case *event.SegmentLogged, *event.SegmentDeleted, *event.WeekInvoiced:
		home = workWeeks
	case *event.ImportLineRejected:
		home = imports
	}
	if home != c || home == foreign {
		return ch.fail(0, ErrForeignEvent)
	}
	return nil
}

// setFor is set for an event that must be of a category's stream.
func (ch *change) setFor(env *event.Envelope, c category) error {
	got, id, err := streamOf(env.Stream)
	if err == nil && got != c {
		err = ErrForeignEvent
	}
	if err != nil {
		return &FoldError{Type: env.Event.EventType(), Stream: env.Stream, Revision: env.Revision, Position: env.Position, Err: err}
	}
	return ch.set(env, c, id)
}

// follows checks that the change is the one that the record's stream needs
// next: the opening event at revision 0 and only there, no gap, no repetition.
func (ch *change) follows(next uint64) error {
	switch {
	case ch.revision > next:
		return ch.fail(next, ErrGap)
	case ch.revision < next:
		return ch.fail(next, ErrRepeated)
	case (ch.kind == opened) != (next == 0):
		return ch.fail(next, ErrContradiction)
	}
	return nil
}

func (ch *change) fail(next uint64, cause error) error {
	return &FoldError{
		Type: ch.event, Stream: ch.category.stream(ch.stream), Revision: ch.revision,
		Position: ch.at.Position, Want: next, Err: cause,
	}
}
