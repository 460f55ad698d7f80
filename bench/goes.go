package bench

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/modernice/goes/aggregate"
	"github.com/modernice/goes/aggregate/repository"
	"github.com/modernice/goes/event"
	"github.com/modernice/goes/event/eventstore"
	"github.com/modernice/goes/event/query"
	"github.com/modernice/goes/projection"
)

// goes is github.com/modernice/goes. Its event store in memory keeps Go values
// in a map, from which every insert makes its list of events anew; see
// jsonGoesStore.
type goes struct {
	open       func(...event.Event) (event.Store, error)
	store      event.Store
	repository *repository.TypedRepository[*goesContract]
	contract   *goesContract // that was started last
}

// goesContract is the aggregate, as its documentation shows one.
type goesContract struct {
	*aggregate.Base
	client, freelancer uuid.UUID
	paid               int64
}

func newGoesContract(id uuid.UUID) *goesContract {
	c := &goesContract{Base: aggregate.New(contractType, id)}
	event.ApplyWith(c, c.start, contractStarted)
	event.ApplyWith(c, c.pay, bonusPaid)
	return c
}

func (c *goesContract) start(e event.Of[ContractStarted]) {
	c.client, c.freelancer = e.Data().Client, e.Data().Freelancer
}

func (c *goesContract) pay(e event.Of[BonusPaid]) { c.paid += e.Data().Amount }

func (c *goesContract) hasPaid(amount int64) bool { return c.paid == amount }

func newGoes() ledger {
	return newGoesOn(func(events ...event.Event) (event.Store, error) { return eventstore.New(events...), nil })
}

func newGoesJSON() ledger { return newGoesOn(newJSONGoesStore) }

func newGoesOn(open func(...event.Event) (event.Store, error)) ledger {
	g := &goes{open: open}
	if err := g.put(); err != nil {
		panic(err) // cannot happen: no events
	}
	return g
}

// put makes the log anew with these events in it.
func (g *goes) put(events ...event.Event) error {
	var err error
	if g.store, err = g.open(events...); err != nil {
		return err
	}
	g.repository = repository.Typed(repository.New(g.store), newGoesContract)
	return nil
}

func (g *goes) start(ctx context.Context, contract uuid.UUID, f Fact) error {
	g.contract = newGoesContract(contract)
	aggregate.Next(g.contract, contractStarted, *started(f))
	return g.repository.Save(ctx, g.contract)
}

func (g *goes) pay(ctx context.Context, f Fact, amount int64) error {
	aggregate.Next(g.contract, bonusPaid, BonusPaid{amount, f})
	return g.repository.Save(ctx, g.contract)
}

// fill makes the store with its events in it: by inserts a million would take
// it days.
func (g *goes) fill(_ context.Context, n, events int) error {
	facts := facts(events)
	all := make([]event.Event, 0, n*events)
	for c := range n {
		id := contractID(c)
		for i, f := range facts {
			at := []event.Option{event.Aggregate(id, contractType, i+1), event.Time(f.OccurredAt.Add(time.Duration(c)))}
			if i == 0 {
				all = append(all, event.New(contractStarted, *started(f), at...).Any())
			} else {
				all = append(all, event.New(bonusPaid, BonusPaid{amountOf(i), f}, at...).Any())
			}
		}
	}
	return g.put(all...)
}

func (g *goes) load(ctx context.Context, id uuid.UUID) (contract, error) {
	return g.repository.Fetch(ctx, id)
}

// goesPaid is a projection.
type goesPaid struct {
	*projection.Base
	paid int64
}

func newGoesPaid() *goesPaid {
	p := &goesPaid{Base: projection.New()}
	event.ApplyWith(p, p.pay, bonusPaid)
	return p
}

func (p *goesPaid) pay(e event.Of[BonusPaid]) { p.paid += e.Data().Amount }

// fold applies a projection job.
func (g *goes) fold(ctx context.Context) (int64, error) {
	p := newGoesPaid()
	job := projection.NewJob(ctx, g.store, query.New(query.Name(contractStarted, bonusPaid), query.SortByTime()))
	err := job.Apply(ctx, p)
	return p.paid, err
}
