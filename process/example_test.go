package process_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// A host runs what follows by itself until it ends. The checkpoint is a file of its
// own, so that a restart need not read the whole log.
func ExampleFileCheckpoint() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	m, err := marketplace.New(memory.New(), marketplace.Options{})
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Processes(process.Options{Checkpoint: process.FileCheckpoint("market.agenda")})
	if err != nil {
		log.Fatal(err)
	}
	go p.Run(ctx) // until ctx ends
	<-ctx.Done()
}

// A host's test moves the clock and watches what follows by itself. A host
// itself leaves the clock out and calls Run instead of Settle.
func Example() {
	ctx := context.Background()
	clock := process.NewManualClock(time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC))
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	p, err := m.Processes(process.Options{Clock: clock})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, freelancer, contract := uuid.New(), uuid.New(), uuid.New()
	rate, limit := event.Money(40_00), int64(40*60)
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer},
		aggregate.StartContract{Contract: contract, Job: uuid.New(), Client: client, Freelancer: freelancer,
			Kind: event.KindHourly, Via: event.ViaProposal, HourlyRate: &rate, WeeklyLimitMinutes: &limit},
		aggregate.LogSegment{Contract: contract, Start: event.MustParseTime("2024-03-01T09:30:00Z"), Kind: event.SegmentTracked, Activity: 7, Screenshot: true},
	} {
		if _, err := m.Do(ctx, c); err != nil {
			fmt.Println(err)
			return
		}
		clock.Advance(10 * time.Minute)
	}
	head, err := m.Store().Head(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 30 {
		clock.Advance(24 * time.Hour)
		if err := p.Settle(ctx); err != nil {
			fmt.Println(err)
			return
		}
	}
	for rec, err := range m.Store().ReadAll(ctx, store.Span{After: head}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		env, err := m.Registry().Decode(&rec)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(env.OccurredAt, env.Actor, env.Event.EventType())
	}
	// Output:
	// 2024-03-04T09:50:00Z timer JobSuccessAssessed
	// 2024-03-05T09:50:00Z timer WeekInvoiced
	// 2024-03-09T09:50:00Z timer HoursPaid
	// 2024-03-11T09:50:00Z timer JobSuccessAssessed
	// 2024-03-18T09:50:00Z timer JobSuccessAssessed
	// 2024-03-25T09:50:00Z timer JobSuccessAssessed
	// 2024-03-31T09:50:00Z timer InviteExpired
}
