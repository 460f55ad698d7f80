package readmodeltest

import (
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/sqlite"
)

// Bench measures a read model on a database: a runner's steady rate, that of a
// rebuild, and the delay from an append to the row that can be read, for which
// the benchmark should last some seconds.
func Bench(b *testing.B, open Open) {
	b.Run("rate", func(b *testing.B) { benchRate(b, open) })
	b.Run("rebuild", func(b *testing.B) { benchRebuild(b, open) })
	b.Run("delay at 1000 events a second", func(b *testing.B) { benchDelay(b, open) })
}

func benchLog(b *testing.B) *sqlite.Store {
	log, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "log.db"), sqlite.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, log.Close()) })
	return log
}

// benchHistory is a log of some 100,000 events, or as many millions as
// MARKETPLACE_BENCH_MILLIONS says.
func benchHistory(b *testing.B) (log *sqlite.Store, head event.Position) {
	log = benchLog(b)
	market.Large(market.Size(b, 100_000)).WriteTo(b, log)
	head, err := log.Head(b.Context())
	require.NoError(b, err)
	return log, head
}

// benchRate folds the log into an empty read model, with its marks and without its
// statistics, as events/s.
func benchRate(b *testing.B, open Open) {
	log, head := benchHistory(b)
	var took time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		m, err := readmodel.New(open(b)(), readmodel.Options{})
		require.NoError(b, err)
		r := runner(b, m, log, readmodel.RunnerOptions{NoStatistics: true})
		b.StartTimer()
		begun := time.Now()
		stop := started(b, r)
		require.NoError(b, r.WaitFor(b.Context(), head))
		took += time.Since(begun)
		n += int(head)
		require.NoError(b, stop())
	}
	b.ReportMetric(float64(n)/took.Seconds(), "events/s")
}

// benchRebuild makes a read model of the log from nothing, records,
// indexes and statistics, as events/s.
func benchRebuild(b *testing.B, open Open) {
	log, head := benchHistory(b)
	n := 0
	for b.Loop() {
		b.StopTimer()
		m, err := readmodel.New(open(b)(), readmodel.Options{})
		require.NoError(b, err)
		b.StartTimer()
		_, err = m.Rebuild(b.Context(), log, readmodel.RebuildOptions{})
		require.NoError(b, err)
		n += int(head)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

// benchDelay appends an event every millisecond, each a registration, while the
// runner and its statistics go on. The delay is from when the append was
// answered to when the runner tells that its row can be read.
func benchDelay(b *testing.B, open Open) {
	log := benchLog(b)
	m, err := readmodel.New(open(b)(), readmodel.Options{})
	require.NoError(b, err)
	r := runner(b, m, log, readmodel.RunnerOptions{})
	stop := started(b, r)
	registered := proposed(b, &event.FreelancerRegistered{})
	type sent struct {
		position event.Position
		at       time.Time
	}
	appended := make(chan sent, 1<<16)
	seen := make(chan []time.Duration)
	go func() {
		var delays []time.Duration
		for s := range appended {
			if r.WaitFor(b.Context(), s.position) != nil {
				break
			}
			delays = append(delays, time.Since(s.at))
		}
		seen <- delays
	}()
	due := make(chan struct{})
	var callers sync.WaitGroup
	for range 8 { // who share commits, where one alone would wait for the disk too often
		callers.Go(func() {
			for range due {
				e := registered
				e.ID = uuid.New()
				done, err := log.Append(b.Context(), store.Write{Stream: event.FreelancerStream(uuid.New()), Expected: store.NoStream,
					Events: []event.Proposed{e}})
				if err != nil {
					b.Error(err)
					continue
				}
				appended <- sent{done.Position, time.Now()}
			}
		})
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	begun := time.Now()
	for at := time.Duration(0); b.Loop(); at += time.Millisecond {
		for time.Since(begun) < at { // one that is late catches up
			<-tick.C
		}
		due <- struct{}{}
	}
	close(due)
	callers.Wait()
	took := time.Since(begun)
	close(appended)
	delays := <-seen
	require.NotEmpty(b, delays)
	require.NoError(b, stop())
	slices.Sort(delays)
	b.ReportMetric(float64(len(delays))/took.Seconds(), "events/s")
	b.ReportMetric(float64(delays[len(delays)/2])/1e6, "p50-ms")
	b.ReportMetric(float64(delays[len(delays)*99/100])/1e6, "p99-ms")
}
