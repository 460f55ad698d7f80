package bench

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// ours is this library: store/memory, the codec of package event and the
// Contract of package aggregate, with all of its rules.
type ours struct {
	store    *memory.Store
	registry *event.Registry

	stream string // of the contract that was started last
	state  aggregate.State
	next   uint64
}

var registry = event.Marketplace()

func newMarketplace() ledger { return &ours{store: memory.New(), registry: registry} }

func (o *ours) start(ctx context.Context, contract uuid.UUID, f Fact) error {
	var err error
	o.stream, o.next = event.ContractStream(contract), 0
	if o.state, err = aggregate.NewState(o.stream); err != nil {
		return err
	}
	return o.append(ctx, []Fact{f}, []event.Event{contractStartedEvent()})
}

func (o *ours) pay(ctx context.Context, f Fact, amount int64) error {
	return o.append(ctx, []Fact{f}, []event.Event{&event.BonusPaid{Amount: event.Money(amount)}})
}

func contractStartedEvent() event.Event {
	return &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}
}

// append does what a repository does: evolve, encode, append behind the
// revision that is known.
func (o *ours) append(ctx context.Context, facts []Fact, events []event.Event) error {
	w := store.Write{Stream: o.stream, Expected: store.NoStream, Events: make([]event.Proposed, len(events))}
	if o.next > 0 {
		w.Expected = store.Exact(o.next - 1)
	}
	for i, e := range events {
		m := meta(facts[i])
		if err := o.state.Evolve(m.OccurredAt, e); err != nil {
			return err
		}
		var err error
		if w.Events[i], err = o.registry.Encode(event.ID(m.CommandID, 0), m, e); err != nil {
			return err
		}
	}
	done, err := o.store.Append(ctx, w)
	o.next = done.Revision + 1
	return err
}

func meta(f Fact) event.Meta {
	return event.Meta{
		OccurredAt: event.At(f.OccurredAt), Actor: event.Actor(f.Actor),
		CommandID: f.CommandID, CorrelationID: f.CorrelationID, CausationID: f.CausationID,
	}
}

func (o *ours) fill(ctx context.Context, n, events int) error {
	batch := []event.Event{contractStartedEvent()}
	for i := 1; i < events; i++ {
		batch = append(batch, &event.BonusPaid{Amount: event.Money(amountOf(i))})
	}
	facts := facts(events)
	for c := range n {
		var err error
		o.stream, o.next = event.ContractStream(contractID(c)), 0
		if o.state, err = aggregate.NewState(o.stream); err != nil {
			return err
		}
		if err := o.append(ctx, facts, batch); err != nil {
			return err
		}
	}
	return nil
}

func (o *ours) load(ctx context.Context, id uuid.UUID) (contract, error) {
	stream := event.ContractStream(id)
	state, err := aggregate.NewState(stream)
	if err != nil {
		return nil, err
	}
	decoder := o.registry.NewDecoder()
	for rec, err := range o.store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return nil, err
		}
		env, err := decoder.Decode(&rec)
		if err != nil {
			return nil, err
		}
		if err := state.Evolve(env.OccurredAt, env.Event); err != nil {
			return nil, err
		}
	}
	return ourContract{id, state}, nil
}

// ourContract answers by a rule: a refund gives back at most what was paid.
type ourContract struct {
	id    uuid.UUID
	state aggregate.State
}

func (c ourContract) hasPaid(amount int64) bool {
	refund := func(amount int64) error {
		read := func(string) (aggregate.State, error) { return c.state, nil }
		_, err := aggregate.Decide(read, aggregate.DefaultTerms(), c.state.Clock(),
			aggregate.GiveRefund{Contract: c.id, Amount: event.Money(amount)})
		return err
	}
	return refund(amount) == nil && errors.Is(refund(amount+1), aggregate.ExceedsPaid)
}

func (o *ours) fold(ctx context.Context) (int64, error) {
	decoder := o.registry.NewFoldDecoder()
	var paid event.Money
	for rec, err := range o.store.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return 0, err
		}
		env, err := decoder.Decode(&rec)
		if err != nil {
			return 0, err
		}
		if e, ok := env.Event.(*event.BonusPaid); ok {
			paid += e.Amount
		}
	}
	return int64(paid), nil
}
