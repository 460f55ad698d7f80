package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MakeOffer offers the freelancer of a proposal a contract, while the job is
// open. The terms (ours) are those of StartContract: amount for fixed-price
// work, the three fields of hourly work otherwise.
type MakeOffer struct {
	Proposal           uuid.UUID          `json:"proposal"`
	Kind               event.ContractKind `json:"kind"`
	Amount             *event.Money       `json:"amount,omitzero"` // of fixed-price work, in all
	HourlyRate         *event.Money       `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes *int64             `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  *bool              `json:"manual_time_allowed,omitzero"` // default false
	Message            event.Text         `json:"message,omitzero"`
}

// AcceptOffer hires the freelancer; the contract on the offer's terms starts by
// a StartContract that follows, via the proposal's origin.
type AcceptOffer struct {
	Proposal uuid.UUID `json:"proposal"`
	Contract uuid.UUID `json:"contract,omitzero"` // its id to be; default that of the proposal (ours)
}

// DeclineOffer is the freelancer's. Another offer may follow.
type DeclineOffer struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

// WithdrawOffer is the client's. Another offer may follow.
type WithdrawOffer struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
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
	v.must((c.Amount != nil) == (c.Kind == event.KindFixed), "amount goes with kind fixed, and only with it")
	if c.Amount != nil {
		v.amount("amount", *c.Amount)
	}
	return v.err()
}

func (c AcceptOffer) validate() error   { return validate(c).id("proposal", c.Proposal).err() }
func (c ExpireOffer) validate() error   { return validate(c).id("proposal", c.Proposal).err() }
func (c DeclineOffer) validate() error  { return validateProposal(c, c.Proposal, c.Reason) }
func (c WithdrawOffer) validate() error { return validateProposal(c, c.Proposal, c.Reason) }

func (c MakeOffer) decide(d *decision) ([]event.Event, error) {
	p, err := existing[*proposalAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	client, err := d.client(p.client)
	if err != nil {
		return nil, err
	}
	j, err := d.job(p.job)
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(p); err != nil {
		return nil, err
	}
	if !client.mayStartNew() {
		return nil, d.reject(ClientSuspended, "the client is suspended or barred")
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
	made := &event.OfferMade{Kind: c.Kind, ExpiresAt: d.at.AddDays(d.terms.OfferDays), Message: c.Message}
	if c.Kind == event.KindHourly {
		made.HourlyRate, made.WeeklyLimitMinutes = *c.HourlyRate, *c.WeeklyLimitMinutes
		made.ManualTimeAllowed = c.ManualTimeAllowed != nil && *c.ManualTimeAllowed
	} else {
		made.Amount = *c.Amount
	}
	d.actor = event.ActorClient
	return []event.Event{made}, nil
}

func (c AcceptOffer) decide(d *decision) ([]event.Event, error) {
	accepted := &event.OfferAccepted{Contract: c.Contract}
	if c.Contract == uuid.Nil {
		accepted.Contract = c.Proposal
	}
	if _, err := existing[*proposalAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	if _, err := absent[*contractAggregate](d, event.ContractStream(accepted.Contract)); err != nil {
		return nil, err
	}
	return d.settle(event.ActorFreelancer, accepted)
}

func (c DeclineOffer) decide(d *decision) ([]event.Event, error) {
	return d.settle(event.ActorFreelancer, &event.OfferDeclined{Reason: c.Reason})
}

func (c WithdrawOffer) decide(d *decision) ([]event.Event, error) {
	return d.settle(event.ActorClient, &event.OfferWithdrawn{Words: c.Reason})
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
