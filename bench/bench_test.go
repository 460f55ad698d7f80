package bench

import (
	"context"
	"testing"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store/memory"
)

// contractEvents is how many events a contract has.
const contractEvents = 1_000

// BenchmarkAppend writes contracts of 1,000 events each, one event after the
// other, every contract into a log of its own. One operation is one event.
func BenchmarkAppend(b *testing.B) {
	facts := facts(contractEvents)
	each(b, func(b *testing.B, lib library) {
		ctx := b.Context()
		var l ledger
		i := 0
		for b.Loop() {
			var err error
			if i == 0 {
				l = lib.open()
				err = l.start(ctx, contractID(0), facts[0])
			} else {
				err = l.pay(ctx, facts[i], amountOf(i))
			}
			if err != nil {
				b.Fatal(err)
			}
			i = (i + 1) % contractEvents
		}
	})
}

// BenchmarkLoad loads one contract of 1,000 events from a log that holds no
// other. One operation is one contract.
func BenchmarkLoad(b *testing.B) {
	each(b, func(b *testing.B, lib library) {
		ctx := b.Context()
		l := filled(ctx, b, lib, 1)
		for b.Loop() {
			if _, err := l.load(ctx, contractID(0)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkFold folds a whole log, contracts of 1,000 events, into what was
// paid. One operation is the whole log.
func BenchmarkFold(b *testing.B) {
	for _, size := range []struct {
		name      string
		contracts int
	}{{"100k", 100}, {"1M", 1_000}} {
		b.Run("events="+size.name, func(b *testing.B) {
			each(b, func(b *testing.B, lib library) {
				ctx := b.Context()
				l := filled(ctx, b, lib, size.contracts)
				for b.Loop() {
					if _, err := l.fold(ctx); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// BenchmarkDo is BenchmarkAppend as a host of this library does it: a command
// with its id is decided by all rules, and what comes of it is appended.
func BenchmarkDo(b *testing.B) {
	facts, contract := facts(contractEvents), contractID(0)
	b.Run("lib=marketplace", func(b *testing.B) {
		ctx := b.Context()
		b.ReportAllocs()
		var m *marketplace.Marketplace
		i := 0
		for b.Loop() {
			var c aggregate.Command = aggregate.PayBonus{Contract: contract, Amount: event.Money(amountOf(i))}
			if i == 0 {
				var err error
				if m, err = openMarketplace(ctx); err != nil {
					b.Fatal(err)
				}
				c = aggregate.StartContract{
					Contract: contract, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaInvite,
				}
			}
			_, err := m.Do(ctx, c, marketplace.CommandID(facts[i].CommandID), marketplace.At(facts[i].OccurredAt))
			if err != nil {
				b.Fatal(err)
			}
			i = (i + 1) % contractEvents
		}
	})
}

// openMarketplace makes a marketplace on a new log, with one client and one
// freelancer.
func openMarketplace(ctx context.Context) (*marketplace.Marketplace, error) {
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		return nil, err
	}
	at := marketplace.At(firstDay)
	if _, err := m.Do(ctx, aggregate.RegisterClient{Client: client}, at); err != nil {
		return nil, err
	}
	_, err = m.Do(ctx, aggregate.RegisterFreelancer{Freelancer: freelancer}, at)
	return m, err
}

func each(b *testing.B, run func(*testing.B, library)) {
	for _, lib := range libraries() {
		b.Run("lib="+lib.name, func(b *testing.B) {
			b.ReportAllocs()
			run(b, lib)
		})
	}
}

func filled(ctx context.Context, tb testing.TB, lib library, n int) ledger {
	l := lib.open()
	if err := l.fill(ctx, n, contractEvents); err != nil {
		tb.Fatal(err)
	}
	return l
}
