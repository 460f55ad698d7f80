package readmodeltest

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// Server is a database's server that can die, and come back with what was
// committed.
type Server interface {
	Kill() error
	Restart() error
}

// RunServerKilled kills the server under the runners of a growing log, at a
// random step of their transactions or while they have nothing to do. Each time
// they catch up by themselves, and at the end the rows are those of a clean
// rebuild. The flag -kills says how often.
func RunServerKilled(t *testing.T, server Server, open Open) {
	const seed, partitions = 21, 2
	luck := rand.New(rand.NewPCG(seed, 3))
	log := newLog(t, seed)
	history := market.New(seed)
	history.Rough = true
	history.RegisterClients(5)
	n := timesKilled()
	for range 2 + n {
		history.Freelancer(8, 8)
	}
	events := slices.Clone(history.History)
	slices.SortStableFunc(events, func(a, b market.Event) int { return int(a.At - b.At) })
	grow := func(n int) {
		history.History = events[:n]
		history.Append(t, log)
		events = events[n:]
	}

	db, c := open(t)(), newClock(market.Ends)
	f := newFaulty(db)
	m, err := readmodel.New(f, readmodel.Options{Now: c.Now, After: shortened(c), Partitions: partitions})
	require.NoError(t, err)
	var runners []*readmodel.Runner
	var stops []func() error
	for i := range partitions {
		r := runner(t, m, log, readmodel.RunnerOptions{Partition: i, BatchEvents: 25})
		runners, stops = append(runners, r), append(stops, started(t, r))
	}
	caughtUp := func() {
		t.Helper()
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		for _, r := range runners {
			require.NoError(t, r.WaitFor(t.Context(), head))
		}
	}
	part, busy := len(events)/(2*n+1), 0
	for i := range n {
		dead := make(chan struct{})
		kill := sync.OnceValue(func() error {
			defer close(dead)
			return server.Kill()
		})
		if i == 0 { // while the tables are made: this one never comes too late
			f.callAfter(luck.Int64N(30), func() { _ = kill() })
		} else {
			f.callAfter(luck.Int64N(150), func() { go func() { _ = kill() }() })
		}
		grow(part)
		if killedBefore(t, dead, runners, log) {
			busy++
		}
		require.NoError(t, kill()) // for those who had caught up
		grow(part)
		require.NoError(t, server.Restart())
		caughtUp()
	}
	grow(len(events))
	caughtUp()
	for _, stop := range stops {
		require.NoError(t, stop())
	}
	t.Logf("%d kills, %d of them while the runners worked", n, busy)
	require.Positive(t, busy)

	refreshed(t, m)
	want := folded(t, log)
	requireCurrent(t, db, want, market.Ends, preset(t, statistics.DefaultPolicy))
	clean := open(t)()
	fresh, err := model(t, clean, c, 1).Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.Equal(t, dump(t, clean, fresh.Version.Number), dump(t, db, 1))
	done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.NotNil(t, done.Comparison)
	require.True(t, done.Comparison.Equal(), "%+v", done.Comparison)
	require.Positive(t, done.Comparison.Entities)
}

// killedBefore reports whether the server died before the runners had caught up.
func killedBefore(t *testing.T, dead <-chan struct{}, runners []*readmodel.Runner, log store.Store) bool {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	caughtUp := make(chan error, 1)
	var waiting sync.WaitGroup
	defer waiting.Wait()
	defer cancel()
	waiting.Go(func() {
		for _, r := range runners {
			if err := r.WaitFor(ctx, head); err != nil {
				caughtUp <- err
				return
			}
		}
		caughtUp <- nil
	})
	select {
	case <-dead:
		return true
	case err := <-caughtUp:
		require.NoError(t, err)
		return false
	}
}

// shortened are the pauses of the clock, but those after failures pass in a
// moment of real time, in which a server can come back.
func shortened(c *clock) func(time.Duration) <-chan time.Time {
	return func(d time.Duration) <-chan time.Time {
		if d < 10*time.Second {
			return time.After(min(d, 50*time.Millisecond))
		}
		return c.After(d)
	}
}
