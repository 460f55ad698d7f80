package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// PauseContract stops submitting and logging work; all else goes on.
type PauseContract struct {
	Contract uuid.UUID   `json:"contract"`
	Actor    event.Actor `json:"actor,omitzero"` // client, freelancer or platform, the default
}

// ResumeContract ends a pause.
type ResumeContract struct {
	Contract uuid.UUID   `json:"contract"`
	Actor    event.Actor `json:"actor,omitzero"` // client, freelancer or platform, the default
}

// ChangeWeeklyLimit sets how many minutes of a week are billed, from now on.
type ChangeWeeklyLimit struct {
	Contract           uuid.UUID `json:"contract"`
	WeeklyLimitMinutes int64     `json:"weekly_limit_minutes"`
}

// PayBonus pays something on top, at any time.
type PayBonus struct {
	Contract uuid.UUID   `json:"contract"`
	Amount   event.Money `json:"amount"`
}

// GiveRefund gives money back, at most what was paid net, at any time.
type GiveRefund struct {
	Contract uuid.UUID   `json:"contract"`
	Amount   event.Money `json:"amount"`
}

// EndContract ends a contract. A freelancer who ends it returns all escrow; a
// client must have released or refunded it before.
type EndContract struct {
	Contract uuid.UUID  `json:"contract"`
	By       event.Side `json:"by"`
	Reason   event.Text `json:"reason"`
}

func (c PauseContract) stream() string     { return event.ContractStream(c.Contract) }
func (c ResumeContract) stream() string    { return event.ContractStream(c.Contract) }
func (c ChangeWeeklyLimit) stream() string { return event.ContractStream(c.Contract) }
func (c PayBonus) stream() string          { return event.ContractStream(c.Contract) }
func (c GiveRefund) stream() string        { return event.ContractStream(c.Contract) }
func (c EndContract) stream() string       { return event.ContractStream(c.Contract) }

func (c PauseContract) validate() error  { return validateParty(c, c.Contract, c.Actor) }
func (c ResumeContract) validate() error { return validateParty(c, c.Contract, c.Actor) }

// validateParty checks a command that either side or the platform may give.
func validateParty(c Command, contract uuid.UUID, actor event.Actor) error {
	return oneOf(validate(c).id("contract", contract), "actor", party(actor),
		event.ActorClient, event.ActorFreelancer, event.ActorPlatform).err()
}

// party is who gave a command that names no one: the platform.
func party(a event.Actor) event.Actor {
	if a == "" {
		return event.ActorPlatform
	}
	return a
}

func (c ChangeWeeklyLimit) validate() error {
	return validate(c).id("contract", c.Contract).must(c.WeeklyLimitMinutes > 0, "weekly_limit_minutes must be above 0").err()
}

func (c PayBonus) validate() error {
	return validate(c).id("contract", c.Contract).amount("amount", c.Amount).err()
}

func (c GiveRefund) validate() error {
	return validate(c).id("contract", c.Contract).amount("amount", c.Amount).err()
}

func (c EndContract) validate() error {
	return oneOf(validate(c).id("contract", c.Contract).filled("reason", string(c.Reason)), "by", c.By,
		event.SideClient, event.SideFreelancer).err()
}

func (c PauseContract) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if k.state != contractActive {
		return nil, d.reject(WrongState, "only an active contract can be paused")
	}
	d.actor = party(c.Actor)
	return []event.Event{&event.ContractPaused{}}, nil
}

func (c ResumeContract) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if k.state != contractPaused {
		return nil, d.reject(WrongState, "only a paused contract can be resumed")
	}
	if err := d.undisputed(k); err != nil {
		return nil, err
	}
	d.actor = party(c.Actor)
	return []event.Event{&event.ContractResumed{}}, nil
}

func (c ChangeWeeklyLimit) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if k.kind != event.KindHourly {
		return nil, d.reject(WrongState, "a fixed-price contract has no weekly limit")
	}
	if err := d.running(k); err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.WeeklyLimitChanged{WeeklyLimitMinutes: c.WeeklyLimitMinutes}}, nil
}

func (c PayBonus) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if !k.fits(c.Amount) {
		return nil, d.reject(InvalidAmount, "the contract's sums would leave 64 bits")
	}
	d.actor = event.ActorClient
	return []event.Event{&event.BonusPaid{Amount: c.Amount}}, nil
}

func (c GiveRefund) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if c.Amount > k.paid() {
		return nil, d.reject(ExceedsPaid, "%d is more than the %d paid, net of refunds", c.Amount, k.paid())
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.RefundGiven{Amount: c.Amount}}, nil
}

func (c EndContract) decide(d *decision) ([]event.Event, error) {
	k, err := loadTarget[*contractAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.running(k); err != nil {
		return nil, err
	}
	if err := d.undisputed(k); err != nil {
		return nil, err
	}
	if c.By == event.SideClient && k.escrow.held > 0 {
		return nil, d.reject(EscrowNotEmpty, "escrow holds %d; release or refund it first", k.escrow.held)
	}
	d.actor = event.Actor(c.By)
	return append(k.escrow.refunds(event.RefundEndedByFreelancer), &event.ContractEnded{
		By: c.By, FeedbackClosesAt: endOfDay(d.at, d.terms.FeedbackDays), ResponsesCloseAt: endOfDay(d.at, d.terms.ResponseDays), Reason: c.Reason,
	}), nil
}

// endOfDay is the end of the last of so many whole days after that of a moment: 00:00
// of the date after it.
func endOfDay(at event.Time, days int) event.Time {
	return (at.Date() + event.Date(days) + 1).Start().AddSeconds(0)
}

func (d *decision) running(k *contractAggregate) error {
	if k.state == contractEnded {
		return d.reject(WrongState, "the contract has ended")
	}
	return nil
}

// undisputed refuses a contract with an open dispute: escrow stands still.
func (d *decision) undisputed(k *contractAggregate) error {
	if p := k.disputes.open(); p != nil {
		return d.reject(DisputeOpen, "dispute %v is open", p.id)
	}
	return nil
}
