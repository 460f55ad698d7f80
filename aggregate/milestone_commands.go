package aggregate

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// AddMilestone agrees a part of a fixed-price contract.
type AddMilestone struct {
	Contract    uuid.UUID   `json:"contract"`
	Milestone   uuid.UUID   `json:"milestone"`
	Amount      event.Money `json:"amount"`
	Description event.Text  `json:"description,omitzero"` // what is agreed
	Due         event.Day   `json:"due,omitzero"`         // binds nothing
}

// FundMilestone puts the milestone's whole amount in escrow.
type FundMilestone struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// SubmitWork hands in work; the client has the terms' AutoReleaseDays to answer.
// Submitting again starts the time anew.
type SubmitWork struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// RequestChanges answers a submission and stops its clock.
type RequestChanges struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// ReleaseMilestone pays the freelancer from escrow, with or without submission.
type ReleaseMilestone struct {
	Contract  uuid.UUID    `json:"contract"`
	Milestone uuid.UUID    `json:"milestone"`
	Amount    *event.Money `json:"amount,omitzero"` // default: all that is left
}

// AutoReleaseMilestone is the timer's, when a submission was not answered.
type AutoReleaseMilestone struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// RequestEscrowRefund asks the freelancer to give back what is in escrow.
type RequestEscrowRefund struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// AcceptEscrowRefund gives it back.
type AcceptEscrowRefund struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// RefuseEscrowRefund keeps it in escrow.
type RefuseEscrowRefund struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

// LapseEscrowRefund is the timer's, when the request was not answered.
type LapseEscrowRefund struct {
	Contract  uuid.UUID `json:"contract"`
	Milestone uuid.UUID `json:"milestone"`
}

func (c AddMilestone) stream() string         { return event.ContractStream(c.Contract) }
func (c FundMilestone) stream() string        { return event.ContractStream(c.Contract) }
func (c SubmitWork) stream() string           { return event.ContractStream(c.Contract) }
func (c RequestChanges) stream() string       { return event.ContractStream(c.Contract) }
func (c ReleaseMilestone) stream() string     { return event.ContractStream(c.Contract) }
func (c AutoReleaseMilestone) stream() string { return event.ContractStream(c.Contract) }
func (c RequestEscrowRefund) stream() string  { return event.ContractStream(c.Contract) }
func (c AcceptEscrowRefund) stream() string   { return event.ContractStream(c.Contract) }
func (c RefuseEscrowRefund) stream() string   { return event.ContractStream(c.Contract) }
func (c LapseEscrowRefund) stream() string    { return event.ContractStream(c.Contract) }

func (c AddMilestone) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).amount("amount", c.Amount).
		text("description", string(c.Description)).day("due", c.Due).err()
}

func (c ReleaseMilestone) validate() error {
	v := validateMilestone(c, c.Contract, c.Milestone)
	if c.Amount != nil {
		v.amount("amount", *c.Amount)
	}
	return v.err()
}

func (c FundMilestone) validate() error  { return validateMilestone(c, c.Contract, c.Milestone).err() }
func (c SubmitWork) validate() error     { return validateMilestone(c, c.Contract, c.Milestone).err() }
func (c RequestChanges) validate() error { return validateMilestone(c, c.Contract, c.Milestone).err() }
func (c AutoReleaseMilestone) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).err()
}
func (c RequestEscrowRefund) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).err()
}
func (c AcceptEscrowRefund) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).err()
}
func (c RefuseEscrowRefund) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).err()
}
func (c LapseEscrowRefund) validate() error {
	return validateMilestone(c, c.Contract, c.Milestone).err()
}

func validateMilestone(c Command, contract, milestone uuid.UUID) *validation {
	return validate(c).id("contract", contract).id("milestone", milestone)
}

func (c AddMilestone) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if k.escrow.milestone(c.Milestone) != nil {
		return nil, d.reject(AlreadyExists, "milestone %v exists", c.Milestone)
	}
	if err := d.inOrder(k); err != nil {
		return nil, err
	}
	if k.kind != event.KindFixed {
		return nil, d.reject(WrongState, "an hourly contract has no milestones")
	}
	if err := d.running(k); err != nil {
		return nil, err
	}
	if !k.fits(c.Amount) {
		return nil, d.reject(InvalidAmount, "the contract's sums would leave 64 bits")
	}
	d.actor = event.ActorClient
	return []event.Event{&event.MilestoneAdded{
		Milestone: c.Milestone, Amount: c.Amount, Description: c.Description, Due: c.Due,
	}}, nil
}

// movesEscrow marks a command that an open dispute forbids.
type movesEscrow bool

// milestone makes the checks that all commands on a milestone share, up to the
// milestone's own state.
func (d *decision) milestone(id uuid.UUID, moves movesEscrow) (*contractAggregate, *milestone, error) {
	k, err := existing[*contractAggregate](d, d.command.stream())
	if err != nil {
		return nil, nil, err
	}
	m := k.escrow.milestone(id)
	if m == nil {
		return nil, nil, d.reject(NotFound, "the contract has no milestone %v", id)
	}
	if err := d.inOrder(k); err != nil {
		return nil, nil, err
	}
	if err := d.running(k); err != nil {
		return nil, nil, err
	}
	if moves {
		return k, m, d.undisputed(k)
	}
	return k, m, nil
}

// ready tells NotFunded from WrongState: on an unfunded milestone every command
// but FundMilestone gets the former (fine print F7).
func (d *decision) ready(m *milestone, states ...milestoneState) error {
	switch {
	case slices.Contains(states, m.state):
		return nil
	case m.state == milestoneUnfunded:
		return d.reject(NotFunded, "milestone %v is not funded", m.id)
	}
	return d.reject(WrongState, "milestone %v may not do that now", m.id)
}

func (d *decision) work(id uuid.UUID, moves movesEscrow, states ...milestoneState) (*milestone, error) {
	_, m, err := d.milestone(id, moves)
	if err != nil {
		return nil, err
	}
	return m, d.ready(m, states...)
}

func (c FundMilestone) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, true, milestoneUnfunded)
	if err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.MilestoneFunded{Milestone: c.Milestone, Amount: m.amount}}, nil
}

func (c SubmitWork) decide(d *decision) ([]event.Event, error) {
	k, m, err := d.milestone(c.Milestone, false)
	if err != nil {
		return nil, err
	}
	if k.state == contractPaused {
		return nil, d.reject(WrongState, "the contract is paused")
	}
	if err := d.ready(m, milestoneFunded, milestoneSubmitted); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.WorkSubmitted{
		Milestone: c.Milestone, Attempt: m.attempt + 1, AutoReleaseAt: d.at.AddDays(d.terms.AutoReleaseDays),
	}}, nil
}

func (c RequestChanges) decide(d *decision) ([]event.Event, error) {
	if _, err := d.work(c.Milestone, false, milestoneSubmitted); err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.ChangesRequested{Milestone: c.Milestone}}, nil
}

func (c ReleaseMilestone) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, true, milestoneFunded, milestoneSubmitted)
	if err != nil {
		return nil, err
	}
	amount := m.held
	if c.Amount != nil {
		amount = *c.Amount
	}
	if amount > m.held {
		return nil, d.reject(ExceedsEscrow, "%d is more than the %d left of milestone %v", amount, m.held, c.Milestone)
	}
	d.actor = event.ActorClient
	return []event.Event{&event.MilestoneReleased{Milestone: c.Milestone, Amount: amount, Cause: event.ReleasedByClient}}, nil
}

func (c AutoReleaseMilestone) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, true, milestoneSubmitted)
	if err != nil {
		return nil, err
	}
	if d.at < m.autoReleaseAt {
		return nil, d.reject(TooEarly, "the client may answer until %v", m.autoReleaseAt)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.MilestoneReleased{Milestone: c.Milestone, Amount: m.held, Cause: event.ReleasedAuto}}, nil
}

func (c RequestEscrowRefund) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, false, milestoneFunded, milestoneSubmitted)
	if err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.EscrowRefundRequested{
		Milestone: c.Milestone, Amount: m.held, RespondBy: d.at.AddDays(d.terms.EscrowRefundDays),
	}}, nil
}

func (c AcceptEscrowRefund) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, true, milestoneRefundRequested)
	if err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.EscrowRefunded{Milestone: c.Milestone, Amount: m.held, Cause: event.RefundAccepted}}, nil
}

func (c RefuseEscrowRefund) decide(d *decision) ([]event.Event, error) {
	if _, err := d.work(c.Milestone, false, milestoneRefundRequested); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.EscrowRefundRefused{Milestone: c.Milestone}}, nil
}

func (c LapseEscrowRefund) decide(d *decision) ([]event.Event, error) {
	m, err := d.work(c.Milestone, true, milestoneRefundRequested)
	if err != nil {
		return nil, err
	}
	if d.at < m.respondBy {
		return nil, d.reject(TooEarly, "the freelancer may answer until %v", m.respondBy)
	}
	d.actor = event.ActorTimer
	return []event.Event{&event.EscrowRefunded{Milestone: c.Milestone, Amount: m.held, Cause: event.RefundLapsed}}, nil
}
