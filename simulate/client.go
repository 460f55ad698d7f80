package simulate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// client is one with a character.
type client struct {
	actor
	id     uuid.UUID
	every  int64 // days between two needs, in the mean
	direct int   // per mille of the needs: who is asked without a job being posted
	hourly int   // per mille of the jobs
	harsh  bool  // bad to work with, again and again
	late   bool  // lets submitted work lie until it is released by itself

	gone  bool          // for good
	known []*freelancer // worked with before, the last few
}

func newClient(w *world, number uint64) *client {
	c := &client{actor: w.actor(kindClient, number)}
	c.id = c.actor.id()
	c.every = weighed(&c.actor, share[int64]{50, 70}, share[int64]{40, 30}, share[int64]{10, 10})
	c.direct = 60
	c.hourly = int(c.between(200, 700))
	c.harsh = c.rarely(20_000)
	c.late = c.chance(180)
	if c.harsh {
		c.every = 8 // who leaves nobody content looks for somebody again and again
	}
	return c
}

func (c *client) register() {
	c.do(aggregate.RegisterClient{Client: c.id})
	c.do(aggregate.AcceptTerms{Client: c.id, Version: "1"})
	if c.chance(930) {
		c.plan(c.minutes(3, 600), func() { c.do(aggregate.VerifyPaymentMethod{Client: c.id}) })
	}
	c.plan(c.hours(11, 200), c.need)
	c.misfortunes()
}

// misfortunes are what the platform does to an account, rarely.
func (c *client) misfortunes() {
	platform := &c.crowd.platform
	rarely := func(ppm int, do func()) {
		if c.rarely(ppm) {
			c.plan(c.days(20, 250), do)
		}
	}
	rarely(8_000, func() {
		if c.do(aggregate.LosePaymentMethod{Client: c.id}) == applied {
			c.plan(c.days(1, 20), func() { c.do(aggregate.VerifyPaymentMethod{Client: c.id}) })
		}
	})
	rarely(5_000, func() { platform.do(aggregate.RecordViolation{Client: c.id, Rule: "payment outside the marketplace"}) })
	rarely(5_000, func() { platform.do(aggregate.ContactClient{Client: c.id, Reason: "a question about the invoices"}) })
	rarely(5_000, func() {
		platform.do(aggregate.FlagClient{Client: c.id, Reason: event.Text(event.FlagPoorCollaboration)})
		if platform.chance(500) {
			platform.plan(platform.days(30, 120), func() { platform.do(aggregate.LiftClientFlag{Client: c.id}) })
		}
	})
	rarely(4_000, func() {
		platform.do(aggregate.SuspendClient{Client: c.id, Reason: oneOf(platform, event.SanctionTOS, event.SanctionPayment)})
	})
	rarely(2_000, func() {
		platform.do(aggregate.BarClient{Client: c.id, Reason: event.SanctionFraud})
		c.gone = true
	})
}

// appeal is what a client does who finds out about a suspension: the platform
// lifts it, or bars the client, or leaves it.
func (c *client) appeal() {
	platform := &c.crowd.platform
	platform.plan(platform.days(10, 60), func() {
		switch n := platform.between(0, 999); {
		case n < 500:
			platform.do(aggregate.ReinstateClient{Client: c.id})
		case n < 800:
			c.gone = true
			platform.do(aggregate.BarClient{Client: c.id, Reason: event.SanctionConduct})
		default:
			c.gone = true
		}
	})
}

// need is work to be done: again and again.
func (c *client) need() {
	if c.gone {
		return
	}
	c.plan(c.between(c.every*day/4, c.every*day*7/4), c.need)
	if len(c.known) > 0 && c.chance(c.direct) {
		c.hireDirectly()
		return
	}
	c.post()
}

// hireDirectly offers a contract to somebody who is known, without a job. Few decline.
func (c *client) hireDirectly() {
	f := oneOf(&c.actor, c.known...)
	if !f.free() {
		return
	}
	kind := event.KindFixed
	if c.chance(c.hourly) {
		kind = event.KindHourly
	}
	k := c.agree(f, kind)
	switch c.do(k.direct()) {
	case applied:
	case aggregate.ClientSuspended:
		c.appeal()
		return
	default:
		return
	}
	closed := func(a *actor, cause event.OfferClosing) func() {
		return func() { a.do(aggregate.CloseContractOffer{Contract: k.id, Cause: cause}) }
	}
	wait, answers := f.soon()
	switch n := f.between(0, 999); {
	case c.chance(30):
		c.plan(c.hours(1, 48), closed(&c.actor, event.OfferClosedWithdrawn))
	case !answers && n < 500: // it will expire
	case n < 80:
		f.plan(wait, closed(&f.actor, event.OfferClosedDeclined))
	default:
		f.plan(min(wait, 6*day)+f.minutes(1, 60), func() {
			if f.do(aggregate.AcceptContract{Contract: k.id}) == applied {
				k.begin()
			}
		})
	}
}

// remember keeps the last few freelancers in mind.
func (c *client) remember(f *freelancer) {
	if c.known = append(c.known, f); len(c.known) > 5 {
		c.known = append([]*freelancer{}, c.known[1:]...)
	}
}
