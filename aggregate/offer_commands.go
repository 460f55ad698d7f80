package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxOfferMilestones is how many milestones an offer has at most: the contract starts with
// all of them in one append. Their descriptions have MaxText bytes in all.
const MaxOfferMilestones = 1000

// MakeOffer offers the freelancer of a proposal a contract, while the job is open. The
// terms are those of StartContract, for fixed-price work with its milestones, or one
// amount for a single one under the proposal's id, and for hourly work with the three
// fields of it.
type MakeOffer struct {
	Proposal           uuid.UUID              `json:"proposal"`
	Kind               event.ContractKind     `json:"kind"`
	Amount             *event.Money           `json:"amount,omitzero"`     // of fixed-price work, in all
	Milestones         []event.OfferMilestone `json:"milestones,omitzero"` // or part by part, 1 to MaxOfferMilestones
	HourlyRate         *event.Money           `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes *int64                 `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  *bool                  `json:"manual_time_allowed,omitzero"` // default false
	Message            event.Text             `json:"message,omitzero"`
}

// AcceptOffer hires the freelancer; the contract on the offer's terms starts by a
// StartContract that follows under the proposal's id, via the proposal's origin.
type AcceptOffer struct {
	Proposal uuid.UUID `json:"proposal"`
	Contract uuid.UUID `json:"contract,omitzero"` // none but the proposal's
}

// DeclineOffer is the freelancer's. Another offer may follow.
type DeclineOffer struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

// WithdrawOffer is the client's, or the platform's where the job was removed or the
// client barred. Another offer may follow.
type WithdrawOffer struct {
	Proposal uuid.UUID             `json:"proposal"`
	Reason   event.OfferWithdrawal `json:"reason,omitzero"`
}

// ExpireOffer is the timer's, from the moment the offer expires.
type ExpireOffer struct {
	Proposal uuid.UUID `json:"proposal"`
}

func (c MakeOffer) stream() string     { return event.ProposalStream(c.Proposal) }
func (c AcceptOffer) stream() string   { return event.ProposalStream(c.Proposal) }
func (c DeclineOffer) stream() string  { return event.ProposalStream(c.Proposal) }
func (c WithdrawOffer) stream() string { return event.ProposalStream(c.Proposal) }
func (c ExpireOffer) stream() string   { return event.ProposalStream(c.Proposal) }

func (c MakeOffer) validate() error {
	v := validate(c).id("proposal", c.Proposal).text("message", string(c.Message))
	v.terms(c.Kind, c.HourlyRate, c.WeeklyLimitMinutes, c.ManualTimeAllowed)
	if c.Kind == event.KindHourly {
		v.must(c.Amount == nil && c.Milestones == nil, "amount and milestones go with kind fixed only")
	} else {
		v.must((c.Amount == nil) != (c.Milestones == nil), "an offer of kind fixed has either amount or milestones")
	}
	if c.Amount != nil {
		v.amount("amount", *c.Amount)
	}
	v.must(c.Milestones == nil || len(c.Milestones) > 0, "milestones are none")
	ids := make([]uuid.UUID, len(c.Milestones))
	for i, m := range c.Milestones {
		ids[i] = m.Milestone
		v.id("a milestone", m.Milestone).amount("a milestone's amount", m.Amount).
			text("a milestone's description", string(m.Description)).day("a milestone's due", m.Due)
	}
	return v.must(distinct(ids), "a milestone is named twice").err()
}

func (c AcceptOffer) validate() error {
	return validate(c).id("proposal", c.Proposal).
		must(c.Contract == uuid.Nil || c.Contract == c.Proposal, "the contract's id is the proposal's").err()
}

func (c WithdrawOffer) validate() error {
	v := validate(c).id("proposal", c.Proposal)
	if c.Reason != "" {
		oneOf(v, "reason", c.Reason, event.OfferChangedMind, event.OfferHiredOther, event.OfferJobRemoved, event.OfferSanctioned)
	}
	return v.err()
}

func (c ExpireOffer) validate() error  { return validate(c).id("proposal", c.Proposal).err() }
func (c DeclineOffer) validate() error { return validateProposal(c, c.Proposal, c.Reason) }

func (c MakeOffer) decide(d *decision) ([]event.Event, error) {
	p, err := loadTarget[*proposalAggregate](d)
	if err != nil {
		return nil, err
	}
	client, f, j, err := d.around(p)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{f}, acts: client}); err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	if err := d.pending(p); err != nil {
		return nil, err
	}
	if p.offered {
		return nil, d.reject(WrongState, "an offer is open")
	}
	made := &event.OfferMade{
		Kind: c.Kind, Milestones: c.Milestones, ExpiresAt: d.at.AddDays(d.terms.OfferDays), Message: c.Message,
		HourlyRate: orNone(c.HourlyRate), ManualTimeAllowed: c.ManualTimeAllowed != nil && *c.ManualTimeAllowed,
	}
	if c.WeeklyLimitMinutes != nil {
		made.WeeklyLimitMinutes = *c.WeeklyLimitMinutes
	}
	if c.Amount != nil {
		made.Milestones = []event.OfferMilestone{{Milestone: c.Proposal, Amount: *c.Amount}}
	}
	d.actor = event.ActorClient
	return []event.Event{made}, c.startable(d)
}

// startable refuses an offer of which the contract would be more than one append takes.
func (c MakeOffer) startable(d *decision) error {
	size := 0
	for _, m := range c.Milestones {
		size += len(m.Description)
	}
	if len(c.Milestones) > MaxOfferMilestones || size > MaxText {
		return d.reject(TooLarge, "an offer has %d milestones and %d bytes of their descriptions at most", MaxOfferMilestones, MaxText)
	}
	return nil
}

// around reads the accounts and the job that a proposal is of.
func (d *decision) around(p *proposalAggregate) (*clientAggregate, *freelancerAggregate, *jobAggregate, error) {
	client, err := d.client(p.client)
	if err != nil {
		return nil, nil, nil, err
	}
	f, err := d.freelancer(p.freelancer)
	if err != nil {
		return nil, nil, nil, err
	}
	j, err := d.job(p.job)
	return client, f, j, err
}

func (c AcceptOffer) decide(d *decision) ([]event.Event, error) {
	p, err := existing[*proposalAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if _, err := absent[*contractAggregate](d, event.ContractStream(c.Proposal)); err != nil {
		return nil, err
	}
	client, f, j, err := d.around(p)
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(p); err != nil {
		return nil, err
	}
	err = d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{f}, block: event.BlockContracts, acts: f})
	if err != nil {
		return nil, err
	}
	if err := d.there(j); err != nil {
		return nil, err
	}
	return d.settle(event.ActorFreelancer, &event.OfferAccepted{Contract: c.Proposal})
}

func (c DeclineOffer) decide(d *decision) ([]event.Event, error) {
	return d.settle(event.ActorFreelancer, &event.OfferDeclined{Reason: c.Reason})
}

func (c WithdrawOffer) decide(d *decision) ([]event.Event, error) {
	actor := event.ActorClient
	if c.Reason == event.OfferJobRemoved || c.Reason == event.OfferSanctioned {
		actor = event.ActorPlatform
	}
	return d.settle(actor, &event.OfferWithdrawn{Reason: c.Reason})
}

// offered finds the proposal of a command that needs an open offer.
func (d *decision) offered() (*proposalAggregate, error) {
	p, err := loadTarget[*proposalAggregate](d)
	if err == nil && !p.offered {
		err = d.reject(WrongState, "no offer is open")
	}
	return p, err
}

// settle decides a command on an offer that must be open and not past its time.
func (d *decision) settle(actor event.Actor, e event.Event) ([]event.Event, error) {
	p, err := d.offered()
	if err != nil {
		return nil, err
	}
	if d.at >= p.offer.expiresAt {
		return nil, d.reject(Expired, "the offer expired at %v", p.offer.expiresAt)
	}
	d.actor = actor
	return []event.Event{e}, nil
}

func (c ExpireOffer) decide(d *decision) ([]event.Event, error) {
	p, err := d.offered()
	if err != nil {
		return nil, err
	}
	if d.at < p.offer.expiresAt {
		return nil, d.reject(TooEarly, "the offer expires at %v", p.offer.expiresAt)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.OfferExpired{}}, nil
}
