package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// OfferContract offers a freelancer a contract directly, without a proposal, for the
// terms' OfferDays. A job that is posted must be the client's and open.
type OfferContract struct {
	Contract           uuid.UUID          `json:"contract"`
	Job                uuid.UUID          `json:"job"`
	Client             uuid.UUID          `json:"client"`
	Freelancer         uuid.UUID          `json:"freelancer"`
	Kind               event.ContractKind `json:"kind"`
	Category           string             `json:"category,omitzero"`
	HourlyRate         *event.Money       `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes *int64             `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  *bool              `json:"manual_time_allowed,omitzero"` // default false
}

// AcceptContract starts the contract on the terms that were offered.
type AcceptContract struct {
	Contract uuid.UUID `json:"contract"`
}

// CloseContractOffer ends the offer, for good: the freelancer declines it, the client
// withdraws it, or the timer finds it expired.
type CloseContractOffer struct {
	Contract uuid.UUID          `json:"contract"`
	Cause    event.OfferClosing `json:"cause"`
}

func (c OfferContract) stream() string      { return event.ContractStream(c.Contract) }
func (c AcceptContract) stream() string     { return event.ContractStream(c.Contract) }
func (c CloseContractOffer) stream() string { return event.ContractStream(c.Contract) }

func (c OfferContract) validate() error {
	v := validate(c).id("contract", c.Contract).id("job", c.Job).id("client", c.Client).id("freelancer", c.Freelancer).
		text("category", c.Category)
	v.terms(c.Kind, c.HourlyRate, c.WeeklyLimitMinutes, c.ManualTimeAllowed)
	return v.err()
}

func (c AcceptContract) validate() error { return validate(c).id("contract", c.Contract).err() }

func (c CloseContractOffer) validate() error {
	return oneOf(validate(c).id("contract", c.Contract), "cause", c.Cause,
		event.OfferClosedDeclined, event.OfferClosedWithdrawn, event.OfferClosedExpired).err()
}

func (c OfferContract) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*contractAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	// A proposal's id is its contract's from the beginning (fine print N10).
	if _, err := absent[*proposalAggregate](d, event.ProposalStream(c.Contract)); err != nil {
		return nil, err
	}
	client, freelancer, err := d.sides(c.Client, c.Freelancer)
	if err != nil {
		return nil, err
	}
	j, err := d.jobOf(c.Job, c.Client)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{freelancer}, acts: client}); err != nil {
		return nil, err
	}
	if j != nil {
		if err := d.open(j); err != nil {
			return nil, err
		}
	}
	offered := &event.ContractOffered{
		Job: c.Job, Client: c.Client, Freelancer: c.Freelancer, Kind: c.Kind, Category: c.Category,
		ExpiresAt: d.at.AddDays(d.terms.OfferDays),
	}
	if c.Kind == event.KindHourly {
		offered.HourlyRate, offered.WeeklyLimitMinutes = *c.HourlyRate, *c.WeeklyLimitMinutes
		offered.ManualTimeAllowed = c.ManualTimeAllowed != nil && *c.ManualTimeAllowed
	}
	d.actor = event.ActorClient
	return []event.Event{offered}, nil
}

// offeredContract begins a command on the offer of a contract, whatever has become of
// it.
func (d *decision) offeredContract() (*contractAggregate, error) {
	k, err := read[*contractAggregate](d, d.command.stream())
	switch {
	case err != nil:
		return nil, err
	case !k.Exists():
		return nil, d.reject(NotFound, "there is no %s", d.command.stream())
	}
	return k, d.inOrder(k)
}

func (d *decision) stillOffered(k *contractAggregate) error {
	if k.state != contractOffered {
		return d.reject(WrongState, "no offer is open")
	}
	return nil
}

func (c AcceptContract) decide(d *decision) ([]event.Event, error) {
	k, err := d.offeredContract()
	if err != nil {
		return nil, err
	}
	client, freelancer, err := d.sides(k.client, k.freelancer)
	if err != nil {
		return nil, err
	}
	err = d.newBusiness(business{
		client: client, freelancers: []*freelancerAggregate{freelancer}, block: event.BlockContracts, acts: freelancer,
	})
	if err != nil {
		return nil, err
	}
	if err := d.stillOffered(k); err != nil {
		return nil, err
	}
	if d.at >= k.offer.ExpiresAt {
		return nil, d.reject(Expired, "the offer expired at %v", k.offer.ExpiresAt)
	}
	d.actor = event.ActorFreelancer
	return []event.Event{startOf(&k.offer)}, nil
}

// startOf is the start of the contract that an offer comes to.
func startOf(o *event.ContractOffered) *event.ContractStarted {
	return &event.ContractStarted{
		Job: o.Job, Client: o.Client, Freelancer: o.Freelancer, Kind: o.Kind, Via: event.ViaDirect, Category: o.Category,
		HourlyRate: o.HourlyRate, WeeklyLimitMinutes: o.WeeklyLimitMinutes, ManualTimeAllowed: o.ManualTimeAllowed,
	}
}

func (c CloseContractOffer) decide(d *decision) ([]event.Event, error) {
	k, err := d.offeredContract()
	if err != nil {
		return nil, err
	}
	if err := d.stillOffered(k); err != nil {
		return nil, err
	}
	late, timers := d.at >= k.offer.ExpiresAt, c.Cause == event.OfferClosedExpired
	switch {
	case late && !timers:
		return nil, d.reject(Expired, "the offer expired at %v", k.offer.ExpiresAt)
	case !late && timers:
		return nil, d.reject(TooEarly, "the offer expires at %v", k.offer.ExpiresAt)
	}
	d.actor = closedBy[c.Cause]
	return []event.Event{&event.ContractOfferClosed{Cause: c.Cause}}, nil
}

var closedBy = map[event.OfferClosing]event.Actor{
	event.OfferClosedDeclined:  event.ActorFreelancer,
	event.OfferClosedWithdrawn: event.ActorClient,
	event.OfferClosedExpired:   event.ActorTimer,
}
