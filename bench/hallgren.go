package bench

import (
	"context"

	"github.com/google/uuid"
	"github.com/hallgren/eventsourcing"
	"github.com/hallgren/eventsourcing/aggregate"
	"github.com/hallgren/eventsourcing/eventstore/memory"
)

// hallgren is github.com/hallgren/eventsourcing with its event store in memory,
// which keeps the bytes of its encoder (encoding/json).
type hallgren struct {
	store    *memory.Memory
	contract *hallgrenContract // that was started last
	events   int
}

// hallgrenContract is the aggregate, as its README shows one.
type hallgrenContract struct {
	aggregate.Root
	Client, Freelancer uuid.UUID
	Paid               int64
}

// Transition folds one event.
func (c *hallgrenContract) Transition(event eventsourcing.Event) {
	switch e := event.Data().(type) {
	case *ContractStarted:
		c.Client, c.Freelancer = e.Client, e.Freelancer
	case *BonusPaid:
		c.Paid += e.Amount
	}
}

// Register names the aggregate's events.
func (c *hallgrenContract) Register(r aggregate.RegisterFunc) { r(&ContractStarted{}, &BonusPaid{}) }

func (c *hallgrenContract) hasPaid(amount int64) bool { return c.Paid == amount }

func init() { aggregate.Register(&hallgrenContract{}) } // its register is global

func newHallgren() ledger { return &hallgren{store: memory.Create()} }

func (h *hallgren) start(_ context.Context, contract uuid.UUID, f Fact) error {
	if err := h.open(contract, f); err != nil {
		return err
	}
	h.events++
	return aggregate.Save(h.store, h.contract)
}

func (h *hallgren) open(contract uuid.UUID, f Fact) error {
	h.contract = &hallgrenContract{}
	if err := h.contract.SetID(contract.String()); err != nil {
		return err
	}
	aggregate.TrackChange(h.contract, started(f))
	return nil
}

func (h *hallgren) pay(_ context.Context, f Fact, amount int64) error {
	aggregate.TrackChange(h.contract, &BonusPaid{amount, f})
	h.events++
	return aggregate.Save(h.store, h.contract)
}

func (h *hallgren) fill(_ context.Context, n, events int) error {
	facts := facts(events)
	for c := range n {
		if err := h.open(contractID(c), facts[0]); err != nil {
			return err
		}
		for i := 1; i < events; i++ {
			aggregate.TrackChange(h.contract, &BonusPaid{amountOf(i), facts[i]})
		}
		if err := aggregate.Save(h.store, h.contract); err != nil {
			return err
		}
	}
	h.events += n * events
	return nil
}

func (h *hallgren) load(ctx context.Context, id uuid.UUID) (contract, error) {
	c := &hallgrenContract{}
	return c, aggregate.Load(ctx, h.store, id.String(), c)
}

// fold runs a projection. It fetches all events at once: each fetch of this
// store looks through the log from its beginning.
func (h *hallgren) fold(ctx context.Context) (int64, error) {
	var paid int64
	projection := eventsourcing.NewProjection(h.store.All(0, uint64(h.events)), func(event eventsourcing.Event) error {
		if e, ok := event.Data().(*BonusPaid); ok {
			paid += e.Amount
		}
		return nil
	})
	result := projection.RunToEnd(ctx)
	return paid, result.Error
}
