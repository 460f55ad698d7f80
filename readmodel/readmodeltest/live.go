package readmodeltest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// testLive: a read model that followed a growing log, in batches of any size,
// by any number of partitions, over a database that broke again and again and
// while its statistics were computed, is the one that a clean run over the
// finished log makes. Each seed is another history and another run of luck.
func testLive(t *testing.T, open Open) {
	seeds := long.Pick[uint64](4, 6)
	if testing.Short() { // under the race detector a few do
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { testLiveSeed(t, open, seed) })
	}
}

func testLiveSeed(t *testing.T, open Open, seed uint64) {
	luck := rand.New(rand.NewPCG(seed, 2))
	partitions := []int{1, 2, 7}[luck.IntN(3)]
	log := newLog(t, seed)
	history := market.New(seed + 100)
	history.Rough = true
	history.RegisterClients(3)
	for range 1 + luck.IntN(3) {
		history.Freelancer(luck.IntN(8), luck.IntN(6))
	}
	events := slices.Clone(history.History)
	slices.SortStableFunc(events, func(a, b market.Event) int { return int(a.At - b.At) })
	ends := max(market.Ends, events[len(events)-1].At) // a clock does not go back

	db := open(t)()
	f, c := newFaulty(db), newClock(market.Opens)
	m := model(t, f, c, partitions)
	var runners []*readmodel.Runner
	var stops []func() error
	for i := range partitions {
		r := runner(t, m, log, readmodel.RunnerOptions{Partition: i, BatchEvents: 1 + luck.IntN(50)})
		runners, stops = append(runners, r), append(stops, started(t, r))
	}
	for len(events) > 0 {
		n := min(1+luck.IntN(40), len(events))
		history.History = events[:n]
		history.Append(t, log)
		c.set(events[n-1].At)
		if luck.IntN(2) == 0 {
			f.breakAfter(luck.Int64N(60))
		} else {
			f.loseAnswerAfter(luck.Int64N(6))
		}
		if events = events[n:]; luck.IntN(3) == 0 {
			head, err := log.Head(t.Context())
			require.NoError(t, err)
			for _, r := range runners {
				require.NoError(t, r.WaitFor(t.Context(), head))
			}
		}
	}
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	f.breakAfter(-1)
	for i, r := range runners {
		require.NoError(t, r.WaitFor(t.Context(), head))
		require.NoError(t, stops[i]())
	}
	require.NoError(t, m.WaitFor(t.Context(), head))
	c.set(ends)
	refreshed(t, m)

	want := folded(t, log)
	clean := open(t)()
	follow(t, model(t, clean, c, 1), log, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.Equal(t, dump(t, clean, 1), dump(t, db, 1))
	requireCurrent(t, db, want, ends, preset(t, statistics.DefaultPolicy))
	p := preset(t, statistics.DefaultPolicy)
	report, err := statistics.Ask(t.Context(), want, statistics.FullReport(), ends, p)
	require.NoError(t, err)
	same(t, report, nil)(statistics.Ask(t.Context(), m, statistics.FullReport(), ends, p))
}

// testReads: a question asked while a runner writes is answered as of one
// moment: money that went to freelancers is money that clients spent.
func testReads(t *testing.T, open Open) {
	log, _ := roughLog(t, 11, 4)
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 1)
	_, err := m.Ensure(t.Context())
	require.NoError(t, err)
	r := runner(t, m, log, readmodel.RunnerOptions{BatchEvents: 20, NoStatistics: true})
	p := preset(t, statistics.DefaultPolicy)
	done := make(chan struct{})
	var reading sync.WaitGroup
	reports := 0
	reading.Go(func() {
		for last := false; !last; reports++ {
			select {
			case <-done:
				last = true
			default:
			}
			report, err := statistics.Ask(t.Context(), m, statistics.FullReport(), event.Never, p)
			if err != nil {
				t.Error(err)
				return
			}
			var paid, spent event.Money
			for _, f := range report.Freelancers {
				paid += f.Paid
			}
			for _, c := range report.Clients {
				spent += c.Spent
			}
			if paid != report.Marketplace.Paid || spent != paid {
				text, _ := json.Marshal(report.Marketplace)
				t.Errorf("freelancers got %d, clients spent %d of %s", paid, spent, text)
			}
		}
	})
	stop := started(t, r)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	close(done)
	reading.Wait()
	require.NoError(t, stop())
	require.Positive(t, reports)
}
