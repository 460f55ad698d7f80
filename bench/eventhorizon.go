package bench

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	eh "github.com/looplab/eventhorizon"
	"github.com/looplab/eventhorizon/aggregatestore/events"
	"github.com/looplab/eventhorizon/eventstore/memory"
)

// eventHorizon is github.com/looplab/eventhorizon. Its event store in memory
// keeps copies of Go values, made by reflection; see jsonEventStore.
type eventHorizon struct {
	store      eh.EventStore
	aggregates *events.AggregateStore
	contract   *ehContract // that was started last
	contracts  []uuid.UUID
}

// ehContract is the aggregate, as its examples show one.
type ehContract struct {
	*events.AggregateBase
	client, freelancer uuid.UUID
	paid               int64
}

func newEHContract(id uuid.UUID) *ehContract {
	return &ehContract{AggregateBase: events.NewAggregateBase(contractType, id)}
}

// HandleCommand is part of its interface of aggregates. Commands are not
// measured: bonuses are paid by a method.
func (c *ehContract) HandleCommand(context.Context, eh.Command) error {
	return fmt.Errorf("no commands")
}

// ApplyEvent folds one event.
func (c *ehContract) ApplyEvent(_ context.Context, event eh.Event) error {
	switch e := event.Data().(type) {
	case *ContractStarted:
		c.client, c.freelancer = e.Client, e.Freelancer
	case *BonusPaid:
		c.paid += e.Amount
	default:
		return fmt.Errorf("an event of type %s", event.EventType())
	}
	return nil
}

func (c *ehContract) hasPaid(amount int64) bool { return c.paid == amount }

func init() { // its registries are global
	eh.RegisterAggregate(func(id uuid.UUID) eh.Aggregate { return newEHContract(id) })
	eh.RegisterEventData(contractStarted, func() eh.EventData { return &ContractStarted{} })
	eh.RegisterEventData(bonusPaid, func() eh.EventData { return &BonusPaid{} })
}

func newEventHorizon() ledger {
	s, err := memory.NewEventStore()
	if err != nil {
		panic(err) // cannot happen: no options
	}
	return newEventHorizonOn(s)
}

func newEventHorizonJSON() ledger { return newEventHorizonOn(newJSONEventStore()) }

func newEventHorizonOn(s eh.EventStore) ledger {
	a, err := events.NewAggregateStore(s)
	if err != nil {
		panic(err) // cannot happen: there is a store
	}
	return &eventHorizon{store: s, aggregates: a}
}

func (h *eventHorizon) start(ctx context.Context, contract uuid.UUID, f Fact) error {
	h.open(contract, f)
	return h.aggregates.Save(ctx, h.contract)
}

func (h *eventHorizon) open(contract uuid.UUID, f Fact) {
	h.contract = newEHContract(contract)
	h.contracts = append(h.contracts, contract)
	h.contract.AppendEvent(contractStarted, started(f), f.OccurredAt)
}

func (h *eventHorizon) pay(ctx context.Context, f Fact, amount int64) error {
	h.contract.AppendEvent(bonusPaid, &BonusPaid{amount, f}, f.OccurredAt)
	return h.aggregates.Save(ctx, h.contract)
}

func (h *eventHorizon) fill(ctx context.Context, n, events int) error {
	facts := facts(events)
	for c := range n {
		h.open(contractID(c), facts[0])
		for i := 1; i < events; i++ {
			h.contract.AppendEvent(bonusPaid, &BonusPaid{amountOf(i), facts[i]}, facts[i].OccurredAt)
		}
		if err := h.aggregates.Save(ctx, h.contract); err != nil {
			return err
		}
	}
	return nil
}

func (h *eventHorizon) load(ctx context.Context, id uuid.UUID) (contract, error) {
	a, err := h.aggregates.Load(ctx, contractType, id)
	if err != nil {
		return nil, err
	}
	return a.(*ehContract), nil
}

// fold gives the events of one contract after the other to an event handler:
// its event stores cannot be read as a whole.
func (h *eventHorizon) fold(ctx context.Context) (int64, error) {
	var paid int64
	handler := eh.EventHandlerFunc(func(_ context.Context, event eh.Event) error {
		if e, ok := event.Data().(*BonusPaid); ok {
			paid += e.Amount
		}
		return nil
	})
	for _, id := range h.contracts {
		events, err := h.store.Load(ctx, id)
		if err != nil {
			return 0, err
		}
		for _, event := range events {
			if err := handler.HandleEvent(ctx, event); err != nil {
				return 0, err
			}
		}
	}
	return paid, nil
}
