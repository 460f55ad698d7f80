package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// milestone is the part of a fixed-price contract that is worked on.
type milestone struct {
	*contract
	id       uuid.UUID
	amount   event.Money
	attempts int
}

// nextMilestone agrees and funds the next part, or ends the contract.
func (k *contract) nextMilestone() {
	if k.parts == 0 {
		k.finish()
		return
	}
	c := k.client
	m := &milestone{contract: k, id: c.actor.id(), amount: max(k.amount/event.Money(k.parts), 100)}
	switch c.do(aggregate.AddMilestone{Contract: k.id, Milestone: m.id, Amount: m.amount}) {
	case applied:
	case aggregate.NotFound:
		k.unstarted(k.nextMilestone)
		return
	default:
		return
	}
	k.parts--
	k.amount -= m.amount
	if c.chance(15) { // the client has thought better of it
		c.plan(c.days(1, 12), func() { k.end(&c.actor, event.SideClient, "no longer needed") })
		return
	}
	c.plan(c.minutes(1, 26*60), m.fund)
}

func (m *milestone) fund() {
	f := m.freelancer
	if m.client.do(aggregate.FundMilestone{Contract: m.contract.id, Milestone: m.id}) != applied {
		return
	}
	switch {
	case f.chance(12): // the freelancer gives up; escrow goes back
		f.plan(f.days(1, 12), func() { m.end(&f.actor, event.SideFreelancer, "cannot do it") })
	default:
		f.plan(f.hours(20, 24*12), func() { m.maybePause(m.submit) })
	}
}

func (m *milestone) submit() {
	f := m.freelancer
	if f.do(aggregate.SubmitWork{Contract: m.contract.id, Milestone: m.id}) != applied {
		return
	}
	m.attempts++
	if m.attempts == 1 && f.chance(10) { // something was forgotten
		f.plan(f.minutes(10, 300), m.submit)
		return
	}
	c := m.client
	c.plan(c.hours(3, 24*6), m.answer)
}

// answer is what the client makes of submitted work.
func (m *milestone) answer() {
	c, f := m.client, m.freelancer
	bad := int(100 - f.skill) // of the work
	switch {
	case m.quarrel == atWork:
		m.quarrel = never
		m.dispute(m.amount, m.afterDispute)
	case c.late && c.chance(700): // released by itself after 14 days
		m.paid += m.amount
		c.plan(c.days(15, 18), m.nextMilestone)
	case m.attempts < 4 && c.chance(40+4*bad):
		c.do(aggregate.RequestChanges{Contract: m.contract.id, Milestone: m.id})
		f.plan(f.hours(8, 24*5), m.submit)
	case c.chance(3 + bad/4), c.harsh && c.chance(60):
		m.askBack()
	case m.amount >= 2000 && c.chance(30):
		half := m.amount / 2
		c.do(aggregate.ReleaseMilestone{Contract: m.contract.id, Milestone: m.id, Amount: &half})
		c.plan(c.days(1, 6), m.release)
	default:
		m.release()
	}
}

// release pays what is left and goes on.
func (m *milestone) release() {
	if m.client.do(aggregate.ReleaseMilestone{Contract: m.contract.id, Milestone: m.id}) == applied {
		m.paid += m.amount
	}
	m.client.plan(m.client.hours(1, 60), m.nextMilestone)
}

// askBack asks for the escrow back: the freelancer agrees, refuses, or lets it
// lapse.
func (m *milestone) askBack() {
	c, f := m.client, m.freelancer
	if c.do(aggregate.RequestEscrowRefund{Contract: m.contract.id, Milestone: m.id}) != applied {
		return
	}
	wait, answers := f.soon()
	switch n := f.between(0, 999); {
	case !answers, n < 150:
		c.plan(c.days(8, 12), m.finish)
	case n < 600:
		f.plan(wait, func() {
			f.do(aggregate.AcceptEscrowRefund{Contract: m.contract.id, Milestone: m.id})
			c.plan(c.days(1, 4), m.finish)
		})
	default:
		f.plan(wait, func() {
			f.do(aggregate.RefuseEscrowRefund{Contract: m.contract.id, Milestone: m.id})
			f.plan(f.days(1, 4), m.submit)
		})
	}
}

// afterDispute goes on with what the dispute has left.
func (m *milestone) afterDispute(resolved bool) {
	if resolved {
		m.finish()
		return
	}
	m.client.plan(m.client.days(1, 4), m.release)
}
