package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// OpenDispute disputes an amount and pauses an active contract. On fixed price it is
// either side's; where escrow is held at most that, and on an ended contract for the
// terms' DisputeDays. On hourly it is the client's, over a week that is invoiced and
// under review, for at most its invoice.
type OpenDispute struct {
	Contract uuid.UUID   `json:"contract"`
	Dispute  uuid.UUID   `json:"dispute"`
	By       event.Side  `json:"by"`
	Amount   event.Money `json:"amount"`
	Reason   event.Text  `json:"reason"`
	Week     event.Week  `json:"week,omitzero"`
}

// AnswerDispute is what the other side says, within the terms' DisputeAnswerDays, of a
// week their WeekDisputeAnswerDays, or until the lapse. Who opened an accepted one gets
// the amount.
type AnswerDispute struct {
	Contract uuid.UUID           `json:"contract"`
	Dispute  uuid.UUID           `json:"dispute"`
	Answer   event.DisputeAnswer `json:"answer"`
}

// LapseDispute is the timer's, when the other side did not answer. What it comes to was
// said when the dispute was opened.
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

// ResolveDispute shares the amount; money in escrow moves in the same append, and hours
// that the client gets are refused.
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
	if c.overWeek() {
		v.week(c.Week).must(c.By != event.SideFreelancer, "only the client disputes a week")
	}
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

func (c OpenDispute) overWeek() bool { return c.Week != event.Week{} }

func (c OpenDispute) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if k.disputes.find(c.Dispute) != nil {
		return nil, d.reject(AlreadyExists, "dispute %v exists", c.Dispute)
	}
	var w *workWeekAggregate
	if c.overWeek() {
		if w, err = existing[*workWeekAggregate](d, event.WorkWeekStream(c.Contract, c.Week)); err != nil {
			return nil, err
		}
	}
	if err := d.inOrder(k); err != nil {
		return nil, err
	}
	opened := &event.DisputeOpened{Dispute: c.Dispute, By: c.By, Week: c.Week, Amount: c.Amount, Reason: c.Reason}
	if k.kind == event.KindHourly {
		opened.RespondBy, opened.OnLapse = d.at.AddDays(d.terms.WeekDisputeAnswerDays), event.LapseProtects
		err = c.overHours(d, k, w)
	} else {
		opened.RespondBy, opened.OnLapse = d.at.AddDays(d.terms.DisputeAnswerDays), k.escrow.onLapse(c.By)
		err = c.overEscrow(d, k)
	}
	if err != nil {
		return nil, err
	}
	d.actor = event.Actor(c.By)
	events := []event.Event{opened}
	if k.state == contractActive {
		events = append(events, &event.ContractPaused{})
	}
	return events, nil
}

// overEscrow checks a dispute on fixed price.
func (c OpenDispute) overEscrow(d *decision, k *contractAggregate) error {
	if err := d.undisputed(k); err != nil {
		return err
	}
	if until := k.endedAt.AddDays(d.terms.DisputeDays); k.state == contractEnded && d.at >= until {
		return d.reject(TooLate, "the contract could be disputed until %v", until)
	}
	if held := k.escrow.held; held > 0 && c.Amount > held {
		return d.reject(ExceedsEscrow, "%d is more than the %d in escrow", c.Amount, held)
	}
	return nil
}

// overHours checks a dispute over a week, nil if none is named. That the contract has
// ended does not matter.
func (c OpenDispute) overHours(d *decision, k *contractAggregate, w *workWeekAggregate) error {
	if w == nil {
		return d.reject(WrongState, "an hourly contract is disputed over a week")
	}
	p := k.disputes.over(c.Week)
	switch {
	case p != nil && p.open():
		return d.reject(DisputeOpen, "dispute %v is open", p.id)
	case !w.invoiced:
		return d.reject(WrongState, "week %v is not invoiced", c.Week)
	case k.weeks[c.Week].paid:
		return d.reject(WrongState, "week %v is paid", c.Week)
	case p != nil:
		return d.reject(WrongState, "week %v was disputed", c.Week)
	case d.at >= w.reviewEndsAt:
		return d.reject(TooLate, "the week could be disputed until %v", w.reviewEndsAt)
	case c.Amount > w.amount:
		return d.reject(ExceedsInvoice, "%d is more than the invoice's %d", c.Amount, w.amount)
	}
	return nil
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
	if !p.open() {
		return nil, nil, d.reject(WrongState, "dispute %v is closed", id)
	}
	return k, p, nil
}

func (d *decision) unanswered(id uuid.UUID) (*contractAggregate, *dispute, error) {
	k, p, err := d.disputed(id)
	if err == nil && p.state == disputeAnswered {
		err = d.reject(WrongState, "dispute %v was answered", id)
	}
	return k, p, err
}

func (c AnswerDispute) decide(d *decision) ([]event.Event, error) {
	k, p, err := d.unanswered(c.Dispute)
	if err != nil {
		return nil, err
	}
	d.actor = event.Actor(p.other())
	events := []event.Event{&event.DisputeAnswered{Dispute: c.Dispute, Answer: c.Answer}}
	if c.Answer == event.AnswerContest {
		return events, nil
	}
	if p.onLapse == event.LapseProtects {
		return append(events, refused(p, p.amount, event.RefusedAccepted)...), nil
	}
	return append(events, k.escrow.lapse(p)...), nil
}

func (c LapseDispute) decide(d *decision) ([]event.Event, error) {
	k, p, err := d.unanswered(c.Dispute)
	if err != nil {
		return nil, err
	}
	if d.at < p.respondBy {
		return nil, d.reject(TooEarly, "the dispute may be answered until %v", p.respondBy)
	}
	d.actor = event.ActorTimer
	events := []event.Event{&event.DisputeLapsed{Dispute: c.Dispute}}
	if p.onLapse == event.LapseProtects {
		w, err := existing[*workWeekAggregate](d, event.WorkWeekStream(c.Contract, p.week))
		if err != nil {
			return nil, err
		}
		return append(events, refused(p, min(p.amount, w.unprotected(k.rate)), event.RefusedLapsed)...), nil
	}
	return append(events, k.escrow.lapse(p)...), nil
}

// refused are the hours that a dispute over a week refuses.
func refused(p *dispute, amount event.Money, cause event.RefusalCause) []event.Event {
	if amount == 0 {
		return nil
	}
	return []event.Event{&event.HoursRefused{Week: p.week, Amount: amount, Cause: cause}}
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
	if p.onLapse == event.LapseProtects {
		return append([]event.Event{resolved}, refused(p, c.ToClient, event.RefusedRuled)...), nil
	}
	return append([]event.Event{resolved}, k.escrow.share(c.ToFreelancer, c.ToClient)...), nil
}

func (c CancelDispute) decide(d *decision) ([]event.Event, error) {
	if _, _, err := d.disputed(c.Dispute); err != nil {
		return nil, err
	}
	d.actor = party(c.Actor)
	return []event.Event{&event.DisputeCancelled{Dispute: c.Dispute}}, nil
}
