package simulate_test

import (
	"context"
	"fmt"
	"time"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/simulate"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/memory"
)

// A market of a quarter of a year in memory, and a question to it.
func ExampleRun() {
	ctx := context.Background()
	from := time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC)
	clock := process.NewManualClock(from)
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	result, err := simulate.Run(ctx, m.Store(), simulate.Options{
		Seed: 7, Freelancers: 40, Clients: 15, From: from, Until: from.AddDate(0, 3, 0), Clock: clock,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	stats, err := marketplace.Ask(ctx, m, statistics.MarketplaceTotals())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Commands, "commands,", result.Head, "events")
	fmt.Printf("hires: %+v\n", stats.Hires)
	fmt.Println("ended:", stats.DisputeRate.Ended)
	// Output:
	// 2197 commands, 2443 events
	// hires: {Invite:17 Proposal:8 Direct:0}
	// ended: 16
}
