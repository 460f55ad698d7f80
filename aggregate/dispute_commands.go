package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// OpenDispute disputes an amount; where escrow is held at most that. It pauses
// an active contract. An ended one can be disputed for the terms' DisputeDays.
type OpenDispute struct {
	Contract uuid.UUID   `json:"contract"`
	Dispute  uuid.UUID   `json:"dispute"`
	By       event.Side  `json:"by"`
	Amount   event.Money `json:"amount"`
	Reason   event.Text  `json:"reason"`
}

// AnswerDispute is what the other side says, within the terms' DisputeAnswerDays
// or until the lapse.
type AnswerDispute struct {
	Contract uuid.UUID           `json:"contract"`
	Dispute  uuid.UUID           `json:"dispute"`
	Answer   event.DisputeAnswer `json:"answer"`
}

// LapseDispute is the timer's, when the other side did not answer.
type LapseDispute struct {
	Contract uuid.UUID `json:"contract"`
	Dispute  uuid.UUID `json:"dispute"`
}

// ProposeSettlement is the mediator's proposal how to share the amount.
type ProposeSettlement struct {
	Contract     uuid.UUID   `json:"contract"`
	Dispute      uuid.UUID   `json:"dispute"`
	ToFreelancer event.Money `json:"to_freelancer"`
	ToClient     event.Money `json:"to_client"`
}

// ResolveDispute shares the amount; money in escrow moves in the same append.
type ResolveDispute struct {
	Contract     uuid.UUID       `json:"contract"`
	Dispute      uuid.UUID       `json:"dispute"`
	ToFreelancer event.Money     `json:"to_freelancer"`
	ToClient     event.Money     `json:"to_client"`
	DecidedBy    event.DecidedBy `json:"decided_by"`
}

// CancelDispute takes a dispute back; it then counts nowhere.
type CancelDispute struct {
	Contract uuid.UUID   `json:"contract"`
	Dispute  uuid.UUID   `json:"dispute"`
	Actor    event.Actor `json:"actor,omitzero"` // client, freelancer or platform, the default
}

func (c OpenDispute) stream() string       { return event.ContractStream(c.Contract) }
func (c AnswerDispute) stream() string     { return event.ContractStream(c.Contract) }
func (c LapseDispute) stream() string      { return event.ContractStream(c.Contract) }
func (c ProposeSettlement) stream() string { return event.ContractStream(c.Contract) }
func (c ResolveDispute) stream() string    { return event.ContractStream(c.Contract) }
func (c CancelDispute) stream() string     { return event.ContractStream(c.Contract) }

func validateDispute(c Command, contract, dispute uuid.UUID) *validation {
	return validate(c).id("contract", contract).id("dispute", dispute)
}

func (c OpenDispute) validate() error {
	v := validateDispute(c, c.Contract, c.Dispute).filled("reason", string(c.Reason)).amount("amount", c.Amount)
	return oneOf(v, "by", c.By, event.SideClient, event.SideFreelancer).err()
}

func (c AnswerDispute) validate() error {
	return oneOf(validateDispute(c, c.Contract, c.Dispute), "answer", c.Answer, event.AnswerAccept, event.AnswerContest).err()
}

func (c LapseDispute) validate() error { return validateDispute(c, c.Contract, c.Dispute).err() }

func (c ProposeSettlement) validate() error {
	return validateDispute(c, c.Contract, c.Dispute).share("to_freelancer", c.ToFreelancer).share("to_client", c.ToClient).err()
}

func (c ResolveDispute) validate() error {
	v := validateDispute(c, c.Contract, c.Dispute).share("to_freelancer", c.ToFreelancer).share("to_client", c.ToClient)
	return oneOf(v, "decided_by", c.DecidedBy,
		event.DecidedBySettlement, event.DecidedByMediation, event.DecidedByArbitration).err()
}

func (c CancelDispute) validate() error {
	return oneOf(validateDispute(c, c.Contract, c.Dispute), "actor", party(c.Actor),
		event.ActorClient, event.ActorFreelancer, event.ActorPlatform).err()
}

func (c OpenDispute) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if k.disputes.find(c.Dispute) != nil {
		return nil, d.reject(AlreadyExists, "dispute %v exists", c.Dispute)
	}
	if err := d.inOrder(k); err != nil {
		return nil, err
	}
	if err := d.undisputed(k); err != nil {
		return nil, err
	}
	if until := k.endedAt.AddDays(d.terms.DisputeDays); k.state == contractEnded && d.at >= until {
		return nil, d.reject(TooLate, "the contract could be disputed until %v", until)
	}
	if held := k.escrow.held; held > 0 && c.Amount > held {
		return nil, d.reject(ExceedsEscrow, "%d is more than the %d in escrow", c.Amount, held)
	}
	d.actor = event.Actor(c.By)
	events := []event.Event{&event.DisputeOpened{
		Dispute: c.Dispute, By: c.By, Amount: c.Amount, RespondBy: d.at.AddDays(d.terms.DisputeAnswerDays), Reason: c.Reason,
	}}
	if k.state == contractActive {
		events = append(events, &event.ContractPaused{})
	}
	return events, nil
}

// disputed begins every command on a dispute: closed ones are WrongState, not
// NotFound (fine print A1).
func (d *decision) disputed(id uuid.UUID) (*contractAggregate, *dispute, error) {
	k, err := existing[*contractAggregate](d, d.command.stream())
	if err != nil {
		return nil, nil, err
	}
	p := k.disputes.find(id)
	if p == nil {
		return nil, nil, d.reject(NotFound, "the contract has no dispute %v", id)
	}
	if err := d.inOrder(k); err != nil {
		return nil, nil, err
	}
	if p.closed {
		return nil, nil, d.reject(WrongState, "dispute %v is closed", id)
	}
	return k, p, nil
}

func (d *decision) unanswered(id uuid.UUID) (*dispute, error) {
	_, p, err := d.disputed(id)
	if err == nil && p.answered {
		err = d.reject(WrongState, "dispute %v was answered", id)
	}
	return p, err
}

func (c AnswerDispute) decide(d *decision) ([]event.Event, error) {
	p, err := d.unanswered(c.Dispute)
	if err != nil {
		return nil, err
	}
	d.actor = event.Actor(p.other())
	return []event.Event{&event.DisputeAnswered{Dispute: c.Dispute, Answer: c.Answer}}, nil
}

func (c LapseDispute) decide(d *decision) ([]event.Event, error) {
	p, err := d.unanswered(c.Dispute)
	if err != nil {
		return nil, err
	}
	if d.at < p.respondBy {
		return nil, d.reject(TooEarly, "the dispute may be answered until %v", p.respondBy)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.DisputeLapsed{Dispute: c.Dispute}}, nil
}

func (d *decision) sharesAddUp(p *dispute, toFreelancer, toClient event.Money) error {
	if !p.splits(toFreelancer, toClient) {
		return d.reject(InvalidAmount, "the shares do not add up to the disputed %d", p.amount)
	}
	return nil
}

func (c ProposeSettlement) decide(d *decision) ([]event.Event, error) {
	_, p, err := d.disputed(c.Dispute)
	if err != nil {
		return nil, err
	}
	if err := d.sharesAddUp(p, c.ToFreelancer, c.ToClient); err != nil {
		return nil, err
	}
	return []event.Event{&event.SettlementProposed{Dispute: c.Dispute, ToFreelancer: c.ToFreelancer, ToClient: c.ToClient}}, nil
}

func (c ResolveDispute) decide(d *decision) ([]event.Event, error) {
	k, p, err := d.disputed(c.Dispute)
	if err != nil {
		return nil, err
	}
	if err := d.sharesAddUp(p, c.ToFreelancer, c.ToClient); err != nil {
		return nil, err
	}
	resolved := &event.DisputeResolved{Dispute: c.Dispute, ToFreelancer: c.ToFreelancer, ToClient: c.ToClient, DecidedBy: c.DecidedBy}
	return append([]event.Event{resolved}, k.escrow.share(c.ToFreelancer, c.ToClient)...), nil
}

func (c CancelDispute) decide(d *decision) ([]event.Event, error) {
	if _, _, err := d.disputed(c.Dispute); err != nil {
		return nil, err
	}
	d.actor = party(c.Actor)
	return []event.Event{&event.DisputeCancelled{Dispute: c.Dispute}}, nil
}
