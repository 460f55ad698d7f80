package process

import (
	"cmp"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Kind names a timer or process manager: what its tasks do.
type Kind string

// Timers: a task is due when the deadline comes that its event has frozen.
const (
	ExpireInvite        Kind = "expire_invite"         // InviteSent: expires_at
	AutoRelease         Kind = "auto_release"          // WorkSubmitted: auto_release_at
	LapseEscrowRefund   Kind = "lapse_escrow_refund"   // EscrowRefundRequested: respond_by
	PublishFeedback     Kind = "publish_feedback"      // ContractEnded: feedback_closes_at
	LapseDispute        Kind = "lapse_dispute"         // DisputeOpened: respond_by
	InvoiceWeek         Kind = "invoice_week"          // SegmentLogged: Monday 12:00 UTC after the week
	PayWeek             Kind = "pay_week"              // WeekInvoiced: review_ends_at
	ExpireOffer         Kind = "expire_offer"          // OfferMade: expires_at
	ExpireContractOffer Kind = "expire_contract_offer" // ContractOffered: expires_at
	ExpireConnects      Kind = "expire_connects"       // the lot's expires_at
	AssessJobSuccess    Kind = "assess_job_success"    // Sunday 24:00 UTC after FreelancerRegistered or JobSuccessAssessed
)

// Process managers: a task is due when its event has happened.
const (
	CloseJobs              Kind = "close_jobs"               // ClientBarred: each open job
	WithdrawOffers         Kind = "withdraw_offers"          // ClientBarred, JobRemoved: each open offer
	WithdrawContractOffers Kind = "withdraw_contract_offers" // ClientBarred: each open one without a proposal
	CancelInterviews       Kind = "cancel_interviews"        // ClientBarred: each that is scheduled
	WithdrawInvites        Kind = "withdraw_invites"         // ClientBarred, JobClosed, JobRemoved: each open one

	OpenProposal   Kind = "open_proposal"   // InviteAccepted
	StartContract  Kind = "start_contract"  // OfferAccepted
	ReturnConnects Kind = "return_connects" // an end of a job that gives Connects back; an application whose proposal never came to be
	GrantMonthly   Kind = "grant_monthly"   // the first of a month: Options.Connects says how many

	ContactClient Kind = "contact_client" // enough negative signals: Options.Standing says how many
	SuspendClient Kind = "suspend_client" // enough more after the contact; the flag is a part of its own
	BarClient     Kind = "bar_client"     // enough again after a suspension for conduct

	EndRisingTalent Kind = "end_rising_talent" // JobSuccessAssessed with a score
	ReviewBadge     Kind = "review_badge"      // JobSuccessAssessed
)

// task is one thing to be done: a command, from a moment on, because of an
// event.
type task struct {
	Kind   Kind       `json:"kind"`
	Stream string     `json:"stream"`          // of what the command is about
	Part   string     `json:"part,omitzero"`   // the milestone, dispute, lot, proposal, month or badge, if the command is about one
	Reason string     `json:"reason,omitzero"` // of a withdrawal
	Source string     `json:"source,omitzero"` // the stream in which stands what the command is made of, if it is another
	Due    event.Time `json:"due"`             // the first second at which the command may be given

	Position    event.Position `json:"position"` // of the event that opened the task
	Cause       uuid.UUID      `json:"cause"`    // its id
	Correlation uuid.UUID      `json:"correlation"`

	// Order is the place in the log of what is put away, where an event puts away many.
	Order event.Position `json:"order,omitzero"`

	// Idle says that there is nothing to do yet; a task that is still idle when
	// it is due is over.
	Idle bool `json:"idle,omitzero"`
	// Left is what is left of the lot that is to expire, or of the invoice that is to be
	// paid.
	Left int64 `json:"left,omitzero"`
	// Assessed is when the assessment was made with which a badge is reviewed.
	Assessed event.Time `json:"assessed,omitzero"`
}

// commandID is the id of the task's command: a version 5 UUID of the event that
// opened the task, its kind and part.
func (t *task) commandID() uuid.UUID {
	return event.FollowUpID(t.Cause, string(t.Kind)+" "+t.Part)
}

// key tells tasks apart: of each there is at most one open.
type key struct {
	kind   Kind
	stream string
	part   string
}

func (t *task) key() key { return key{t.Kind, t.Stream, t.Part} }

// rank is the order of the kinds of which one event opens several (fine print R).
var rank = func() map[Kind]int {
	ranks := map[Kind]int{}
	for i, k := range []Kind{
		CloseJobs, WithdrawOffers, WithdrawContractOffers, CancelInterviews, WithdrawInvites, OpenProposal, StartContract,
		ExpireOffer, ExpireContractOffer, ExpireConnects, ReturnConnects, GrantMonthly, ContactClient, SuspendClient, BarClient, EndRisingTalent, ReviewBadge,
	} {
		ranks[k] = i + 1
	}
	return ranks
}()

// before is the order in which tasks are done: by due moment, then by the place in the
// log of the events that opened them, then by kind, then by the place of what is put
// away.
func (t *task) before(u *task) bool {
	return cmp.Or(
		cmp.Compare(t.Due, u.Due), cmp.Compare(t.Position, u.Position), cmp.Compare(rank[t.Kind], rank[u.Kind]), cmp.Compare(t.Kind, u.Kind),
		cmp.Compare(t.Order, u.Order), cmp.Compare(t.Stream, u.Stream), cmp.Compare(t.Part, u.Part),
	) < 0
}
