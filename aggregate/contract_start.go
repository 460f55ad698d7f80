package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// StartContract starts a contract that came by an invite or a proposal; a direct one is
// offered (OfferContract). What the log knows of its job, its invite or its
// proposal must fit; ids that it does not know are opaque. The three fields of hourly
// work are given for an hourly contract, where rate and limit are required, and not for
// a fixed one. A hire brings the milestones of its offer along.
type StartContract struct {
	Contract           uuid.UUID          `json:"contract"`
	Job                uuid.UUID          `json:"job"`
	Client             uuid.UUID          `json:"client"`
	Freelancer         uuid.UUID          `json:"freelancer"`
	Kind               event.ContractKind `json:"kind"`
	Via                event.Via          `json:"via"`
	Invite             uuid.UUID          `json:"invite,omitzero"`   // only via an invite
	Proposal           uuid.UUID          `json:"proposal,omitzero"` // only via a proposal
	Category           string             `json:"category,omitzero"`
	HourlyRate         *event.Money       `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes *int64             `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  *bool              `json:"manual_time_allowed,omitzero"` // default false
	Description        event.Text         `json:"description,omitzero"`         // what was agreed
}

func (c StartContract) stream() string { return event.ContractStream(c.Contract) }

func (c StartContract) validate() error {
	v := validate(c).id("contract", c.Contract).id("job", c.Job).id("client", c.Client).id("freelancer", c.Freelancer).
		text("category", c.Category).text("description", string(c.Description))
	oneOf(v, "via", c.Via, event.ViaInvite, event.ViaProposal)
	v.must(c.Invite == uuid.Nil || c.Via == event.ViaInvite, "invite goes with via invite only")
	v.must(c.Proposal == uuid.Nil || c.Via == event.ViaProposal, "proposal goes with via proposal only")
	v.terms(c.Kind, c.HourlyRate, c.WeeklyLimitMinutes, c.ManualTimeAllowed)
	return v.err()
}

func (c StartContract) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*contractAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	client, freelancer, err := d.sides(c.Client, c.Freelancer)
	if err != nil {
		return nil, err
	}
	if _, err := d.jobOf(c.Job, c.Client); err != nil {
		return nil, err
	}
	from, err := c.origin(d)
	if err != nil {
		return nil, err
	}
	// Nobody's acceptance of the terms is asked: the offer and its acceptance were.
	err = d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{freelancer}, block: event.BlockContracts})
	if err != nil {
		return nil, err
	}
	if err := from.ready(d, c.Contract); err != nil {
		return nil, err
	}
	started := &event.ContractStarted{
		Job: c.Job, Client: c.Client, Freelancer: c.Freelancer, Kind: c.Kind, Via: c.Via,
		Invite: c.Invite, Proposal: c.Proposal, Category: c.Category, Description: c.Description,
	}
	if c.Kind == event.KindHourly {
		started.HourlyRate, started.WeeklyLimitMinutes = *c.HourlyRate, *c.WeeklyLimitMinutes
		started.ManualTimeAllowed = c.ManualTimeAllowed != nil && *c.ManualTimeAllowed
	}
	d.actor = event.ActorClient
	milestones, err := c.milestones(d, from)
	return append([]event.Event{started}, milestones...), err
}

// origin is what the log knows of where a contract comes from.
type origin struct {
	invite   *inviteAggregate
	proposal *proposalAggregate // that the command names
	hire     *proposalAggregate // whose id is the contract's
}

// origin finds them; they must be between the two sides. Where the contract has the id
// of a proposal it must be the one that was last offered there (fine print N10).
func (c StartContract) origin(d *decision) (origin, error) {
	var from origin
	if c.Invite != uuid.Nil {
		i, err := read[*inviteAggregate](d, event.InviteStream(c.Invite))
		if err != nil {
			return from, err
		}
		if i.Exists() {
			if i.client != c.Client || i.freelancer != c.Freelancer {
				return from, d.reject(NotFound, "invite %v is not between the two", c.Invite)
			}
			from.invite = i
		}
	}
	var err error
	if from.hire, err = c.proposal(d, c.Contract); err != nil {
		return from, err
	}
	if p := from.hire; p != nil && (p.job != c.Job || p.offer.kind != c.Kind) {
		return from, d.reject(NotFound, "proposal %v is to another job, or no such contract was offered there", c.Contract)
	}
	if c.Proposal != uuid.Nil {
		from.proposal, err = c.proposal(d, c.Proposal)
	}
	return from, err
}

// proposal finds one of an id, nil if the log knows none. It must be between the two
// sides.
func (c StartContract) proposal(d *decision, id uuid.UUID) (*proposalAggregate, error) {
	p, err := read[*proposalAggregate](d, event.ProposalStream(id))
	if err != nil || !p.Exists() {
		return nil, err
	}
	if p.client != c.Client || p.freelancer != c.Freelancer {
		return nil, d.reject(NotFound, "proposal %v is not between the two", id)
	}
	return p, nil
}

// ready asks whether what is known has come so far that a contract may start.
func (from origin) ready(d *decision, contract uuid.UUID) error {
	if from.invite != nil && !from.invite.accepted {
		return d.reject(WrongState, "the invite was not accepted")
	}
	for _, p := range []*proposalAggregate{from.hire, from.proposal} {
		if p != nil && (!p.hired() || p.contract != contract) {
			return d.reject(WrongState, "no offer of the proposal was accepted for this contract")
		}
	}
	return nil
}

// milestones are those of the offer that was accepted. A hire of the first edition may
// name a contract of another id, and the command a kind of its own there.
func (c StartContract) milestones(d *decision, from origin) ([]event.Event, error) {
	hire := from.hire
	if hire == nil {
		hire = from.proposal
	}
	if hire == nil || c.Kind != event.KindFixed {
		return nil, nil
	}
	var events []event.Event
	agreed := event.Money(0)
	for _, m := range hire.offer.milestones {
		var fits bool
		if agreed, fits = sum(agreed, m.Amount); !fits {
			return nil, d.reject(InvalidAmount, "the contract's sums would leave 64 bits")
		}
		events = append(events, &event.MilestoneAdded{Milestone: m.Milestone, Amount: m.Amount, Description: m.Description, Due: m.Due})
	}
	return events, nil
}

// sides are the accounts of a contract.
func (d *decision) sides(client, freelancer uuid.UUID) (*clientAggregate, *freelancerAggregate, error) {
	c, err := d.client(client)
	if err != nil {
		return nil, nil, err
	}
	f, err := d.freelancer(freelancer)
	return c, f, err
}
