package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// contract is what a client and a freelancer have agreed, and how it will go.
type contract struct {
	*client
	*freelancer
	id   uuid.UUID
	kind event.ContractKind

	// Fixed price.
	amount event.Money // in all
	parts  int64       // milestones to come

	// Hourly.
	rate   event.Money
	limit  int64
	manual bool
	weeks  int64 // of work to come
	load   load
	// The last week with work, and about what it costs.
	lastWeek   event.Week
	lastAmount event.Money

	paid    event.Money // more or less, as they see it
	quarrel quarrel
}

// quarrel is when they dispute.
type quarrel int

const (
	never quarrel = iota
	atWork
	afterwards
)

// agree is what the two would agree on.
func (c *client) agree(f *freelancer, kind event.ContractKind) *contract {
	k := &contract{client: c, freelancer: f, id: c.actor.id(), kind: kind}
	k.manual = c.chance(250)
	if c.below(1_000_000) < int64(c.options.DisputePPM) {
		k.quarrel = weighed(&c.actor, share[quarrel]{70, atWork}, share[quarrel]{30, afterwards})
	}
	if kind == event.KindFixed {
		k.parts = weighed(&c.actor, share[int64]{60, 1}, share[int64]{35, c.between(2, 3)}, share[int64]{5, c.between(4, 6)})
		k.amount = weighed(&c.actor,
			share[event.Money]{55, c.dollars(20, 300)}, share[event.Money]{40, c.dollars(250, 2000)}, share[event.Money]{5, c.dollars(2000, 12000)})
		return k
	}
	k.rate = f.rate
	k.load = weighed(&c.actor, share[load]{50, light}, share[load]{42, medium}, share[load]{8, full})
	k.weeks = weighed(&c.actor, share[int64]{60, c.between(1, 4)}, share[int64]{32, c.between(5, 16)}, share[int64]{8, c.between(20, 60)})
	k.limit = k.load.most() * 10 * c.between(70, 120) / 100
	return k
}

// offer is the offer of it on a proposal. The command is somebody else's from
// now on, so it shares nothing with k, which will change.
func (k *contract) offer(proposal uuid.UUID) aggregate.MakeOffer {
	amount, rate, limit, manual := k.amount, k.rate, k.limit, k.manual
	if k.kind == event.KindFixed {
		return aggregate.MakeOffer{Proposal: proposal, Kind: k.kind, Amount: &amount}
	}
	return aggregate.MakeOffer{Proposal: proposal, Kind: k.kind, HourlyRate: &rate, WeeklyLimitMinutes: &limit, ManualTimeAllowed: &manual}
}

// direct is the offer of it without a proposal.
func (k *contract) direct() aggregate.OfferContract {
	direct := aggregate.OfferContract{
		Contract: k.id, Job: k.client.actor.id(), Client: k.client.id, Freelancer: k.freelancer.id, Kind: k.kind,
		Category: categories[k.freelancer.category].name,
	}
	o := k.offer(uuid.Nil)
	direct.HourlyRate, direct.WeeklyLimitMinutes, direct.ManualTimeAllowed = o.HourlyRate, o.WeeklyLimitMinutes, o.ManualTimeAllowed
	return direct
}

// begin lets the work begin; the contract has started, or is just about to.
func (k *contract) begin() {
	k.freelancer.busy++
	k.client.remember(k.freelancer)
	if k.kind == event.KindFixed {
		k.client.plan(k.client.minutes(2, 20*60), k.nextMilestone)
		return
	}
	if k.client.chance(60) {
		k.client.plan(k.client.days(3, 20), func() {
			k.client.do(aggregate.ChangeWeeklyLimit{Contract: k.id, WeeklyLimitMinutes: k.limit * k.client.between(8, 20) / 10})
		})
	}
	k.freelancer.plan(k.freelancer.hours(2, 70), k.week)
}

// unstarted waits with what needs a contract that has not started: the client was
// suspended before the offer was accepted, and it starts with the reinstatement.
func (k *contract) unstarted(then func()) {
	if k.client.gone {
		k.freelancer.busy--
		return
	}
	k.client.plan(k.client.days(7, 20), then)
}

// maybePause stops the work for a while, rarely; then it goes on.
func (k *contract) maybePause(then func()) {
	a := oneOf(&k.client.actor, &k.client.actor, &k.freelancer.actor)
	if !a.chance(12) || a.do(aggregate.PauseContract{Contract: k.id, Actor: k.as(a)}) != applied {
		then()
		return
	}
	a.plan(a.days(2, 15), func() {
		a.do(aggregate.ResumeContract{Contract: k.id, Actor: k.as(a)})
		then()
	})
}

func (k *contract) as(a *actor) event.Actor {
	if a == &k.client.actor {
		return event.ActorClient
	}
	return event.ActorFreelancer
}

// finish ends the contract within a few days.
func (k *contract) finish() {
	a, by := &k.client.actor, event.SideClient
	if a.chance(150) {
		a, by = &k.freelancer.actor, event.SideFreelancer
	}
	if k.client.chance(60) {
		k.client.plan(k.client.hours(1, 20), k.bonus)
	}
	a.plan(a.hours(2, 90), func() { k.end(a, by, "completed") })
}

func (k *contract) bonus() {
	k.client.do(aggregate.PayBonus{Contract: k.id, Amount: k.client.dollars(10, 150)})
}

// end ends the contract, and feedback and whatever else follows.
func (k *contract) end(a *actor, by event.Side, reason event.Text) {
	switch a.do(aggregate.EndContract{Contract: k.id, By: by, Reason: reason}) {
	case applied:
		k.freelancer.busy--
		k.afterwards()
	case aggregate.NotFound:
		k.unstarted(func() { k.end(a, by, reason) })
	case aggregate.EscrowNotEmpty, aggregate.DisputeOpen:
		a.plan(a.days(5, 9), func() { k.end(a, by, reason) })
	}
}
