package process_test

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
)

// A host that gives every freelancer Connects on the first of the month names the
// allowance.
func ExampleModelAllowances() {
	ctx := context.Background()
	clock := process.NewManualClock(time.Date(2024, 3, 20, 9, 0, 0, 0, time.UTC))
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	options := process.Options{Clock: clock}
	options.Connects = process.ModelAllowances()
	p, err := m.Processes(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	freelancer := uuid.New()
	if _, err := m.Do(ctx, aggregate.RegisterFreelancer{Freelancer: freelancer}); err != nil {
		fmt.Println(err)
		return
	}
	clock.Set(time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC))
	if err := p.Settle(ctx); err != nil {
		fmt.Println(err)
		return
	}
	for rec, err := range m.Store().ReadAll(ctx, store.Span{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		env, err := event.Marketplace().Decode(&rec)
		if err != nil {
			fmt.Println(err)
			return
		}
		if e, ok := env.Event.(*event.ConnectsGranted); ok {
			fmt.Println(e.Amount, "for", e.Month, "until", e.ExpiresAt)
		}
	}
	// Output: 10 for 2024-04 until 2025-04-01T00:00:00Z
}
