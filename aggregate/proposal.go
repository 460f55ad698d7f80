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

// proposalAggregate is a freelancer's proposal to a job, with its offers, as decisions see
// one. It is open until it is hired, withdrawn or declined, and one offer is open at a
// time (rules 6).
//
// SubmitProposal opens it and brings the application on the freelancer's account along
// (Decision.Before). WithdrawProposal and DeclineProposal end it, not over an open offer.
// The client takes it up by StartInterview, once, which exchanges the contact details
// (fine print N11), and makes an offer by MakeOffer, which stays open for
// Terms.OfferDays of 24 hours. AcceptOffer hires: the contract itself is started by a
// StartContract that follows under the proposal's id. DeclineOffer, WithdrawOffer and
// the timer's ExpireOffer leave the proposal open for another offer.
//
// A log of the first edition has its meetings here, one at a time (fine print S2). They
// decide nothing but that the proposal is taken up.
type proposalAggregate struct {
	base
	id         uuid.UUID
	job        uuid.UUID
	client     uuid.UUID
	freelancer uuid.UUID
	via        event.Via // the origin of a contract that comes of it
	state      proposalState
	endedAt    event.Time // when it was hired, withdrawn or declined
	takenUp    bool
	exchanged  bool // contact details were, here
	meeting    bool // of the first edition: one runs
	offered    bool // an offer is open
	offer      offerTerms
	contract   uuid.UUID // that the accepted offer names
}

// offerTerms are those of the last offer made on a proposal, whatever became of it.
type offerTerms struct {
	kind       event.ContractKind     // "" where none was made
	milestones []event.OfferMilestone // of fixed-price work
	expiresAt  event.Time
}

// Clone implements State. Nothing changes an offer's milestones.
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
		p.job, p.client, p.freelancer, p.via = submitted.Job, submitted.Client, submitted.Freelancer, submitted.Via
		return ensure(submitted.Connects >= 0, e, "its price is below 0")
	}
	if p.state != proposalOpen {
		return invariantError(e, "the proposal is final")
	}
	switch e := e.(type) {
	case *event.ProposalWithdrawn:
		return p.end(at, proposalWithdrawn, !p.offered, e)
	case *event.ProposalDeclined:
		return p.end(at, proposalDeclined, !p.offered, e)
	case *event.InterviewStarted:
		p.takenUp = true
		return turn(&p.meeting, true, e)
	case *event.ContactExchanged:
		return turn(&p.exchanged, true, e)
	case *event.InterviewScheduled:
		return ensure(p.meeting, e, "no interview runs")
	case *event.InterviewHeld, *event.InterviewCancelled:
		return turn(&p.meeting, false, e)
	case *event.OfferMade:
		p.offer = offerTerms{e.Kind, slices.Clone(e.Milestones), e.ExpiresAt}
		if e.Kind == event.KindFixed && len(e.Milestones) == 0 { // of the first edition (fine print S3)
			p.offer.milestones = []event.OfferMilestone{{Milestone: p.id, Amount: e.Amount}}
		}
		return turn(&p.offered, true, e)
	case *event.OfferAccepted:
		p.contract = e.Contract
		offered := p.offered
		p.offered = false
		return p.end(at, proposalHired, offered, e)
	case *event.OfferDeclined, *event.OfferWithdrawn, *event.OfferExpired:
		return turn(&p.offered, false, e)
	}
	return errUnexpectedEvent(e)
}

func (p *proposalAggregate) end(at event.Time, state proposalState, allowed bool, e event.Event) error {
	p.state, p.endedAt = state, at
	return ensure(allowed, e, "an offer is open, or none is")
}

// hired reports whether an offer on it was accepted.
func (p *proposalAggregate) hired() bool { return p.state == proposalHired }

// endedBy reports whether the proposal was hired, withdrawn or declined at or before a
// moment.
func (p *proposalAggregate) endedBy(at event.Time) bool {
	return p.state != proposalOpen && p.endedAt <= at
}
