package aggregate

import (
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type milestoneState uint8

const (
	milestoneUnfunded milestoneState = iota
	milestoneFunded
	milestoneSubmitted
	milestoneRefundRequested
	milestoneClosed // funded once and nothing held
)

// milestone is a part of a fixed-price contract with its escrow.
type milestone struct {
	id            uuid.UUID
	amount        event.Money
	held          event.Money
	state         milestoneState
	attempt       int
	autoReleaseAt event.Time // of the submission that stands
	respondBy     event.Time // of the refund request that stands
}

// escrow holds a contract's milestones, in the order they were added, and
// keeps the law: funded = released + refunded + held.
type escrow struct {
	milestones                 []*milestone
	byID                       map[uuid.UUID]*milestone // nil of a few, which are searched
	agreed                     event.Money              // the milestones' amounts, or the most that 64 bits hold
	funded, released, refunded event.Money
	held                       event.Money
}

// few is how many milestones are found as fast without an index.
const few = 16

func (x *escrow) milestone(id uuid.UUID) *milestone {
	if x.byID != nil {
		return x.byID[id]
	}
	for _, m := range x.milestones {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (x *escrow) add(m *milestone) {
	x.milestones = append(x.milestones, m)
	agreed, ok := sum(x.agreed, m.amount)
	if !ok {
		agreed = math.MaxInt64
	}
	x.agreed = agreed
	x.index(len(x.milestones) - 1)
}

// index takes in the milestones from the given one on.
func (x *escrow) index(from int) {
	if len(x.milestones) <= few {
		return
	}
	if x.byID == nil {
		x.byID, from = make(map[uuid.UUID]*milestone, len(x.milestones)), 0
	}
	for _, m := range x.milestones[from:] {
		x.byID[m.id] = m
	}
}

func (x *escrow) clone() escrow {
	copied := *x
	copied.milestones = make([]*milestone, len(x.milestones))
	for i, m := range x.milestones {
		mine := *m
		copied.milestones[i] = &mine
	}
	copied.byID = nil
	copied.index(0)
	return copied
}

func (x *escrow) evolve(e event.Event) error {
	var m *milestone
	// in finds the milestone, which must be in one of the states.
	in := func(id uuid.UUID, states ...milestoneState) error {
		if m = x.milestone(id); m == nil || !slices.Contains(states, m.state) {
			return invariantError(e, "milestone %v is not there, or its state does not allow it", id)
		}
		return nil
	}
	var err error
	switch e := e.(type) {
	case *event.MilestoneAdded:
		if x.milestone(e.Milestone) != nil || e.Amount <= 0 {
			return invariantError(e, "milestone %v was added before, or has no amount", e.Milestone)
		}
		x.add(&milestone{id: e.Milestone, amount: e.Amount})
	case *event.MilestoneFunded:
		if err = in(e.Milestone, milestoneUnfunded); err != nil {
			return err
		}
		if e.Amount != m.amount {
			return invariantError(e, "milestone %v is funded in full", e.Milestone)
		}
		m.state, m.held = milestoneFunded, e.Amount
		x.funded += e.Amount
		x.held += e.Amount
	case *event.WorkSubmitted:
		if err = in(e.Milestone, milestoneFunded, milestoneSubmitted); err != nil {
			return err
		}
		m.state, m.attempt, m.autoReleaseAt = milestoneSubmitted, e.Attempt, e.AutoReleaseAt
	case *event.ChangesRequested:
		if err = in(e.Milestone, milestoneSubmitted); err != nil {
			return err
		}
		m.state = milestoneFunded
	case *event.EscrowRefundRequested:
		if err = in(e.Milestone, milestoneFunded, milestoneSubmitted); err != nil {
			return err
		}
		m.state, m.respondBy = milestoneRefundRequested, e.RespondBy
	case *event.EscrowRefundRefused:
		if err = in(e.Milestone, milestoneRefundRequested); err != nil {
			return err
		}
		m.state = milestoneFunded
	case *event.MilestoneReleased:
		if err = in(e.Milestone, releasedFrom(e.Cause)...); err != nil {
			return err
		}
		m.take(e.Amount)
		x.released += e.Amount
		x.held -= e.Amount
		err = x.check(e, m, e.Amount)
	case *event.EscrowRefunded:
		if err = in(e.Milestone, refundedFrom(e.Cause)...); err != nil {
			return err
		}
		m.take(e.Amount)
		x.refunded += e.Amount
		x.held -= e.Amount
		err = x.check(e, m, e.Amount)
	}
	return err
}

// releasedFrom: a resolution reaches milestones that a client's release may not.
func releasedFrom(cause event.ReleaseCause) []milestoneState {
	switch cause {
	case event.ReleasedByClient:
		return []milestoneState{milestoneFunded, milestoneSubmitted}
	case event.ReleasedAuto:
		return []milestoneState{milestoneSubmitted}
	}
	return []milestoneState{milestoneFunded, milestoneSubmitted, milestoneRefundRequested}
}

// refundedFrom: the end by the freelancer and a resolution need no request.
func refundedFrom(cause event.RefundCause) []milestoneState {
	if cause == event.RefundAccepted || cause == event.RefundLapsed {
		return []milestoneState{milestoneRefundRequested}
	}
	return []milestoneState{milestoneFunded, milestoneSubmitted, milestoneRefundRequested}
}

// take moves money out; that answers a submission or a request that stands.
func (m *milestone) take(amount event.Money) {
	m.held -= amount
	m.state = milestoneFunded
	if m.held == 0 {
		m.state = milestoneClosed
	}
}

// check asserts the conservation law after an amount left a milestone.
func (x *escrow) check(e event.Event, m *milestone, amount event.Money) error {
	if amount <= 0 || m.held < 0 || x.held < 0 || x.funded != x.released+x.refunded+x.held {
		return invariantError(e, "escrow is not conserved by %d: funded %d, released %d, refunded %d, held %d",
			amount, x.funded, x.released, x.refunded, x.held)
	}
	return nil
}

// refunds empties every milestone with money, for one cause.
func (x *escrow) refunds(cause event.RefundCause) []event.Event {
	var events []event.Event
	for _, m := range x.milestones {
		if m.held > 0 {
			events = append(events, &event.EscrowRefunded{Milestone: m.id, Amount: m.held, Cause: cause})
		}
	}
	return events
}

// share gives the first part of what is held to the freelancer and the next to
// the client, milestone by milestone in the order they were added.
func (x *escrow) share(toFreelancer, toClient event.Money) []event.Event {
	var released, refunded []event.Event
	for _, m := range x.milestones {
		held := m.held
		if part := min(held, toFreelancer); part > 0 {
			released = append(released, &event.MilestoneReleased{Milestone: m.id, Amount: part, Cause: event.ReleasedByDispute})
			held, toFreelancer = held-part, toFreelancer-part
		}
		if part := min(held, toClient); part > 0 && toFreelancer == 0 {
			refunded = append(refunded, &event.EscrowRefunded{Milestone: m.id, Amount: part, Cause: event.RefundByDispute})
			toClient -= part
		}
	}
	return append(released, refunded...)
}

// onLapse is what a dispute that a side opens over escrow comes to without an answer.
func (x *escrow) onLapse(by event.Side) event.DisputeLapse {
	switch {
	case x.held == 0:
		return event.LapseNothing
	case by == event.SideFreelancer:
		return event.LapseReleases
	}
	return event.LapseRefunds
}

// lapse moves the disputed amount to who opened the dispute. One of the first edition
// moves nothing (fine print C6).
func (x *escrow) lapse(p *dispute) []event.Event {
	switch p.onLapse {
	case event.LapseReleases:
		return x.share(p.amount, 0)
	case event.LapseRefunds:
		return x.share(0, p.amount)
	}
	return nil
}

// sum adds amounts of 0 or more; it reports false where 64 bits are too few.
func sum(amounts ...event.Money) (event.Money, bool) {
	var total event.Money
	for _, a := range amounts {
		if a > math.MaxInt64-total {
			return 0, false
		}
		total += a
	}
	return total, true
}
