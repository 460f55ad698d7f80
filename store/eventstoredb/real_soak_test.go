package eventstoredb_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/readmodel/sqlite"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/simulate"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// roundMonths is how long the market of one round lives.
func roundMonths() int {
	if *realSoak > 0 {
		return 3
	}
	return long.Among(1, 1, 2)
}

// soaked is a marketplace on one log with its processes, by a clock that the
// test moves.
type soaked struct {
	log       store.Store
	market    *marketplace.Marketplace
	processes *process.Runner
	clock     *process.ManualClock
}

func newSoaked(t testing.TB, log store.Store, from time.Time) *soaked {
	clock := process.NewManualClock(from)
	m, err := marketplace.New(kept{log}, marketplace.Options{AllowFuture: true, Now: clock.Now})
	require.NoError(t, err)
	p, err := m.Processes(process.Options{Clock: clock})
	require.NoError(t, err)
	return &soaked{log, m, p, clock}
}

// round imports the life of a market, and lets what it left open follow.
func (s *soaked) round(t testing.TB, commands []byte, until time.Time) marketplace.ImportReport {
	report := persist(t, func(ctx context.Context) (marketplace.ImportReport, error) {
		return s.market.Import(ctx, bytes.NewReader(commands), marketplace.ImportOptions{})
	})
	s.clock.Set(until)
	persist(t, func(ctx context.Context) (struct{}, error) { return struct{}{}, s.processes.Settle(ctx) })
	return report
}

// persist does again what failed because the server was away for longer than a
// call is patient.
func persist[T any](t testing.TB, do func(context.Context) (T, error)) T {
	for {
		done, err := do(t.Context())
		if !errors.Is(err, store.ErrUnavailable) {
			require.NoError(t, err)
			return done
		}
		t.Log("again:", err)
	}
}

// TestRealSoak imports one market after the other for the time of -real-soak,
// with processes, a subscriber and a read model beside, whatever becomes of the
// server meanwhile. At the end the log is that of the same commands in memory,
// the subscriber has heard each event once and in order, and log and read model
// answer every question alike.
func TestRealSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other; TestRestartsUnderLoad has what runs at once")
	}
	t.Parallel()
	log := openReal(t, realServer(t))
	defer log.Close()
	from := time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC)
	embedded := memory.New()
	defer embedded.Close()
	want, got := newSoaked(t, embedded, from), newSoaked(t, log, from)
	defer want.market.Close()
	defer got.market.Close()

	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "model.db"), sqlite.Options{})
	require.NoError(t, err)
	model, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	defer model.Close()
	runner, err := model.NewRunner(log, readmodel.RunnerOptions{})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() {
		if err := runner.Run(ctx); err != nil {
			t.Errorf("the read model's runner ended: %v", err)
		}
	})
	heard := newListener()
	beside.Go(func() { heard.listen(ctx, log) })

	rounds := 0
	for end := time.Now().Add(*realSoak); rounds == 0 || time.Now().Before(end); rounds++ {
		until := from.AddDate(0, roundMonths(), 0)
		commands := commandsOf(t, uint64(rounds), from, until)
		from = until.AddDate(0, 6, 0) // the longest deadline is behind it
		report := got.round(t, commands, from)
		require.Equal(t, want.round(t, commands, from), report)
		t.Logf("round %d: %d commands imported", rounds, report.Applied)
	}
	all, err := storetest.All(t.Context(), log)
	require.NoError(t, err)
	last := all[len(all)-1].Position
	patient, done := context.WithTimeout(t.Context(), 2*time.Minute)
	defer done()
	require.NoError(t, runner.WaitFor(patient, last))
	require.NoError(t, heard.wait(patient, last))
	stop()
	beside.Wait()
	require.Equal(t, all, heard.records)
	end := event.At(from)
	sameMarket(t, embedded, log, end)
	readmodeltest.RequireSame(t, loaded(t, log, 1), model, []event.Time{end})
}

// commandsOf are the commands of a simulated market, as a script.
func commandsOf(t testing.TB, seed uint64, from, until time.Time) (lines []byte) {
	s := memory.New()
	defer s.Close()
	_, err := simulate.Run(t.Context(), s, simulate.Options{
		Seed: seed, Clients: 20, Freelancers: 40, From: from, Until: until, Trouble: 20,
		Done: func(d simulate.Done) (err error) {
			lines, err = script.Append(lines, d.ID, d.At, d.Command)
			return err
		},
	})
	require.NoError(t, err)
	return lines
}

// listener keeps what a subscription yields.
type listener struct {
	mu      sync.Mutex
	records []event.Record
	news    chan struct{}
	err     error
}

func newListener() *listener { return &listener{news: make(chan struct{}, 1)} }

func (l *listener) listen(ctx context.Context, log store.Store) {
	for n, err := range log.Subscribe(ctx, 0) {
		l.mu.Lock()
		if n.Record != nil {
			l.records = append(l.records, n.Record.Clone())
		}
		l.err = err
		l.mu.Unlock()
		select {
		case l.news <- struct{}{}:
		default:
		}
	}
}

// wait returns when the record at a position was heard.
func (l *listener) wait(ctx context.Context, last event.Position) error {
	for {
		l.mu.Lock()
		n, err := len(l.records), l.err
		reached := n > 0 && l.records[n-1].Position >= last
		l.mu.Unlock()
		if reached || err != nil {
			return err
		}
		select {
		case <-l.news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
