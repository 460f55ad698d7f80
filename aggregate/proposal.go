package aggregate

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type proposalState uint8

const (
	proposalOpen  proposalState = iota
	proposalHired               // final, like all that follow
	proposalWithdrawn
	proposalDeclined
)

// proposalAggregate is a freelancer's proposal to a job, with its interviews and offers,
// as decisions see one. It is open until it is hired, withdrawn or declined, and
// one interview runs, and one offer is open, at a time (rules 6).
//
// SubmitProposal opens it and brings SpendConnects along (Decision.Before).
// WithdrawProposal and DeclineProposal end it, not over an open offer. The client
// holds interviews by StartInterview, ScheduleInterview, HoldInterview and
// CancelInterview, and makes an offer by MakeOffer, which stays open for
// Terms.OfferDays of 24 hours. AcceptOffer hires: the contract itself is started by
// a StartContract that follows. DeclineOffer, WithdrawOffer and the timer's
// ExpireOffer leave the proposal open for another offer.
type proposalAggregate struct {
	base
	job          uuid.UUID
	client       uuid.UUID
	freelancer   uuid.UUID
	state        proposalState
	interviewing bool
	offered      bool       // an offer is open
	expiresAt    event.Time // of the last offer
	offer        offer
	contract     uuid.UUID // that the accepted offer names
}

// offer is the last that was made on a proposal, whatever became of it.
type offer struct {
	kind       event.ContractKind     // "" where none was made
	milestones []event.OfferMilestone // of fixed-price work
}

// Clone implements State.
func (p *proposalAggregate) Clone() State {
	copied := *p
	return &copied
}

// Evolve implements State.
func (p *proposalAggregate) Evolve(at event.Time, e event.Event) error {
	submitted, opens := e.(*event.ProposalSubmitted)
	if err := p.begin(at, e, opens); err != nil {
		return err
	}
	if opens {
		p.job, p.client, p.freelancer = submitted.Job, submitted.Client, submitted.Freelancer
		return ensure(submitted.Connects >= 0, e, "its price is below 0")
	}
	if p.state != proposalOpen {
		return invariantError(e, "the proposal is final")
	}
	switch e := e.(type) {
	case *event.ProposalWithdrawn:
		p.state = proposalWithdrawn
		return ensure(!p.offered, e, "an offer is open")
	case *event.ProposalDeclined:
		p.state = proposalDeclined
		return ensure(!p.offered, e, "an offer is open")
	case *event.InterviewStarted:
		return turn(&p.interviewing, true, e)
	case *event.InterviewScheduled:
		return ensure(p.interviewing, e, "no interview runs")
	case *event.InterviewHeld, *event.InterviewCancelled:
		return turn(&p.interviewing, false, e)
	case *event.OfferMade:
		p.expiresAt = e.ExpiresAt
		p.offer = offer{e.Kind, slices.Clone(e.Milestones)}
		return turn(&p.offered, true, e)
	case *event.OfferAccepted:
		p.contract = e.Contract
		p.state = proposalHired
		return turn(&p.offered, false, e)
	case *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired:
		return turn(&p.offered, false, e)
	}
	return errUnexpectedEvent(e)
}
