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

// application is what the account knows of a proposal to a job (fine print N4).
type application struct {
	job, invite uuid.UUID
	at          event.Time
	price       event.Connects // what it costs
	spent       event.Connects // what it took so far
	firstly     bool           // of a log of the first edition, which has only what was spent (fine print S1)
	returned    bool           // what it took came back
}

// connects are the Connects of an account, with the applications that take them, and keep
// the law: granted + purchased + returned = spent + expired + held.
type connects struct {
	lots         []lot                     // with something left, first-expiring first
	made         int                       // how many lots there have been
	months       map[event.Month]bool      // for which an allowance was granted
	applications map[uuid.UUID]application // by proposal
	byJob        map[uuid.UUID][]uuid.UUID // the proposals of the applications to a job
	received     event.Connects            // granted, purchased and returned
	gone         event.Connects            // spent and expired
}

func newConnects() connects {
	return connects{
		months: map[event.Month]bool{}, applications: map[uuid.UUID]application{}, byJob: map[uuid.UUID][]uuid.UUID{},
	}
}

// clone shares the lists of byJob: a longer one is another.
func (c *connects) clone() connects {
	copied := *c
	copied.lots, copied.months = slices.Clone(c.lots), maps.Clone(c.months)
	copied.applications, copied.byJob = maps.Clone(c.applications), maps.Clone(c.byJob)
	return copied
}

// find is the place of a lot with something left, -1 if there is none.
func (c *connects) find(number int) int {
	return slices.IndexFunc(c.lots, func(l lot) bool { return l.number == number })
}

// applied is the application of a proposal that stands: what it took did not come back.
func (c *connects) applied(proposal uuid.UUID) (application, bool) {
	a, ok := c.applications[proposal]
	return a, ok && !a.returned
}

// apply adds an application; of a proposal it is the first or follows one of which the
// Connects came back.
func (c *connects) apply(proposal uuid.UUID, a application) {
	if _, again := c.applications[proposal]; !again {
		c.byJob[a.job] = append(slices.Clip(c.byJob[a.job]), proposal)
	}
	c.applications[proposal] = a
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
		if e.Month != "" {
			if c.months[e.Month] {
				return invariantError(e, "the allowance of its month was granted before")
			}
			c.months[e.Month] = true
		}
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.ConnectsPurchased:
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.JobApplied:
		if _, ok := c.applied(e.Proposal); ok {
			return invariantError(e, "the proposal applied before")
		}
		c.apply(e.Proposal, application{job: e.Job, invite: e.Invite, at: at, price: e.Connects})
		return ensure(e.Connects >= 0, e, "its price is below 0")
	case *event.ConnectsReturned:
		a, ok := c.applied(e.Proposal)
		if !ok || e.Amount != a.spent {
			return invariantError(e, "that was not spent on the proposal")
		}
		a.returned = true
		c.applications[e.Proposal] = a
		return c.receive(e, lot{e.Lot, e.Amount, e.ExpiresAt})
	case *event.ConnectsSpent:
		i := c.find(e.Lot)
		if i < 0 || at >= c.lots[i].expiresAt {
			return invariantError(e, "lot %d holds nothing that could be spent", e.Lot)
		}
		return c.pay(at, e, i)
	case *event.ConnectsExpired:
		i := c.find(e.Lot)
		if i < 0 || e.Amount != c.lots[i].left {
			return invariantError(e, "lot %d does not hold just that", e.Lot)
		}
		return c.take(e, i, e.Amount)
	}
	return errUnexpectedEvent(e)
}

// pay takes what an application costs out of a lot.
func (c *connects) pay(at event.Time, e *event.ConnectsSpent, lot int) error {
	a, ok := c.applied(e.Proposal)
	if !ok {
		a = application{job: e.Job, at: at, firstly: true}
	}
	if a.firstly {
		a.price += e.Amount
	}
	if a.job != e.Job {
		return invariantError(e, "the proposal was to another job")
	}
	if e.Amount <= 0 || e.Amount > a.price-a.spent {
		return invariantError(e, "the proposal costs %d", a.price)
	}
	a.spent += e.Amount
	c.apply(e.Proposal, a)
	return c.take(e, lot, e.Amount)
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
