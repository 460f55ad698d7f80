package aggregate

import (
	"cmp"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// lot is what is left of Connects that came, and expire, together.
type lot struct {
	number    int
	left      event.Connects
	expiresAt event.Time
}

// spending is what a proposal took; it can come back once.
type spending struct {
	job      uuid.UUID
	amount   event.Connects
	returned bool
}

// connects are the Connects of an account and keep the law: granted + purchased
// + returned = spent + expired + held.
type connects struct {
	lots     []lot // with something left, first-expiring first
	made     int   // how many lots there have been
	spent    map[uuid.UUID]spending
	received event.Connects // granted, purchased and returned
	gone     event.Connects // spent and expired
}

func (c *connects) clone() connects {
	copied := *c
	copied.lots, copied.spent = slices.Clone(c.lots), maps.Clone(c.spent)
	return copied
}

// find is the place of a lot with something left, -1 if there is none.
func (c *connects) find(number int) int {
	return slices.IndexFunc(c.lots, func(l lot) bool { return l.number == number })
}

// spentOn is what the proposal has cost so far, if it did not come back.
func (c *connects) spentOn(proposal uuid.UUID) (spending, bool) {
	s, ok := c.spent[proposal]
	return s, ok && !s.returned
}

// spend takes an amount from the lots, first-expiring first. Lots whose moment
// has come count no more, whether or not the timer has said so. It reports false
// where there are not enough.
func (c *connects) spend(at event.Time, proposal, job uuid.UUID, amount event.Connects) ([]event.Event, bool) {
	var events []event.Event
	for _, l := range c.lots {
		if at >= l.expiresAt || amount == 0 {
			continue
		}
		taken := min(amount, l.left)
		amount -= taken
		events = append(events, &event.ConnectsSpent{Proposal: proposal, Job: job, Lot: l.number, Amount: taken})
	}
	return events, amount == 0
}

func (c *connects) evolve(at event.Time, e event.Event) error {
	switch e := e.(type) {
	case *event.ConnectsGranted:
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.ConnectsPurchased:
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.ConnectsReturned:
		s, ok := c.spentOn(e.Proposal)
		if !ok || e.Amount != s.amount {
			return invariantError(e, "that was not spent on the proposal")
		}
		s.returned = true
		c.spent[e.Proposal] = s
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.ConnectsSpent:
		i := c.find(e.Lot)
		if i < 0 || at >= c.lots[i].expiresAt {
			return invariantError(e, "lot %d holds nothing that could be spent", e.Lot)
		}
		s, ok := c.spentOn(e.Proposal)
		if !ok {
			s = spending{job: e.Job}
		}
		if s.job != e.Job {
			return invariantError(e, "the proposal was to another job")
		}
		s.amount += e.Amount
		c.spent[e.Proposal] = s
		return c.take(e, i, e.Amount)
	case *event.ConnectsExpired:
		i := c.find(e.Lot)
		if i < 0 || e.Amount != c.lots[i].left {
			return invariantError(e, "lot %d does not hold just that", e.Lot)
		}
		return c.take(e, i, e.Amount)
	}
	return errUnexpectedEvent(e)
}

// receive adds a lot in its place by when it expires, which is not always last:
// what came back expires later than what was granted before it.
func (c *connects) receive(e event.Event, l lot) error {
	if l.number != c.made+1 || l.left <= 0 || l.left > MaxConnects {
		return invariantError(e, "it is not the next lot, or its amount is out of bounds")
	}
	c.made++
	c.received += l.left
	i, _ := slices.BinarySearchFunc(c.lots, l, func(a, b lot) int {
		return cmp.Or(cmp.Compare(a.expiresAt, b.expiresAt), cmp.Compare(a.number, b.number))
	})
	c.lots = slices.Insert(c.lots, i, l)
	return c.check(e)
}

func (c *connects) take(e event.Event, i int, amount event.Connects) error {
	if amount <= 0 || amount > c.lots[i].left {
		return invariantError(e, "the lot holds %d", c.lots[i].left)
	}
	c.gone += amount
	if c.lots[i].left -= amount; c.lots[i].left == 0 {
		c.lots = slices.Delete(c.lots, i, i+1)
	}
	return c.check(e)
}

// check asserts the law after every movement.
func (c *connects) check(e event.Event) error {
	var held event.Connects
	for _, l := range c.lots {
		held += l.left
	}
	return ensure(c.received == c.gone+held, e, "Connects appear or disappear")
}
