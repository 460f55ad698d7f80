package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/google/uuid"
)

// bareLoop is what one would write by hand: encoding/json, a mutex and a slice.
// It checks nothing and has one list for all contracts.
type bareLoop struct {
	mu  sync.Mutex
	log []bareRecord

	contract uuid.UUID // that was started last
}

type bareRecord struct {
	contract uuid.UUID
	name     string
	data     []byte
}

func newBareLoop() ledger { return &bareLoop{} }

func (b *bareLoop) start(_ context.Context, contract uuid.UUID, f Fact) error {
	b.contract = contract
	return b.append(contractStarted, started(f))
}

func (b *bareLoop) pay(_ context.Context, f Fact, amount int64) error {
	return b.append(bonusPaid, &BonusPaid{amount, f})
}

func (b *bareLoop) append(name string, e any) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.log = append(b.log, bareRecord{b.contract, name, data})
	return nil
}

func (b *bareLoop) fill(ctx context.Context, n, events int) error {
	return fillOneByOne(ctx, b, n, events)
}

func (b *bareLoop) load(_ context.Context, id uuid.UUID) (contract, error) {
	paid, err := b.sum(func(of uuid.UUID) bool { return of == id })
	return bareContract(paid), err
}

func (b *bareLoop) fold(context.Context) (int64, error) {
	return b.sum(func(uuid.UUID) bool { return true })
}

func (b *bareLoop) sum(of func(uuid.UUID) bool) (int64, error) {
	b.mu.Lock()
	log := b.log
	b.mu.Unlock()
	var paid int64
	for i := range log {
		r := &log[i]
		if !of(r.contract) {
			continue
		}
		switch r.name {
		case contractStarted:
			var e ContractStarted
			if err := json.Unmarshal(r.data, &e); err != nil {
				return 0, err
			}
		case bonusPaid:
			var e BonusPaid
			if err := json.Unmarshal(r.data, &e); err != nil {
				return 0, err
			}
			paid += e.Amount
		default:
			return 0, fmt.Errorf("an event of type %q", r.name)
		}
	}
	return paid, nil
}

type bareContract int64

func (c bareContract) hasPaid(amount int64) bool { return int64(c) == amount }
