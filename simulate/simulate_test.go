package simulate_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/audit"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/simulate"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/sqlite"
	"github.com/marketcore/marketplace/store/storetest"
)

var from = time.Date(2016, time.January, 4, 0, 0, 0, 0, time.UTC)

// small is a market of four months in which more goes wrong than usual.
func small() simulate.Options {
	return simulate.Options{Seed: 1, Freelancers: 40, Clients: 15, From: from, Until: from.AddDate(0, 4, 0), Trouble: 30, DisputePPM: 200_000}
}

// lived is a market that was simulated, with its log.
type lived struct {
	o      simulate.Options
	log    store.Store
	done   []simulate.Done
	result *simulate.Result
}

// live simulates a market on a log that a clock's owner opens.
func live(t *testing.T, o simulate.Options, open func(now func() time.Time) store.Store) *lived {
	t.Helper()
	o.Clock = process.NewManualClock(o.From)
	l := &lived{log: open(o.Clock.Now)}
	t.Cleanup(func() { require.NoError(t, l.log.Close()) })
	if o.Done == nil {
		o.Done = func(d simulate.Done) error { l.done = append(l.done, d); return nil }
	}
	l.o = o
	var err error
	l.result, err = simulate.Run(t.Context(), l.log, o)
	require.NoError(t, err)
	return l
}

func inMemory(now func() time.Time) store.Store { return memory.Options{Now: now}.New() }

func inFile(t *testing.T) func(now func() time.Time) store.Store {
	return func(now func() time.Time) store.Store {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "market.db"), sqlite.Options{Now: now})
		require.NoError(t, err)
		return s
	}
}

// archived are the files of the log's archive: their sizes and checksums by
// their names.
func (l *lived) archived(t *testing.T) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	_, err := archive.Export(t.Context(), l.log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	files := map[string]string{}
	for _, n := range names {
		f, err := os.Open(filepath.Join(dir, n.Name()))
		require.NoError(t, err)
		sum := sha256.New()
		size, err := io.Copy(sum, f)
		require.NoError(t, errors.Join(err, f.Close()))
		files[n.Name()] = fmt.Sprintf("%d bytes, SHA-256 %x", size, sum.Sum(nil))
	}
	require.Contains(t, files, "manifest.json")
	return files
}

// events are the log's, one after the other.
func events(t *testing.T, s store.Store) iter.Seq[event.Envelope] {
	return func(yield func(event.Envelope) bool) {
		decoder := event.Marketplace().NewDecoder()
		for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			env, err := decoder.Decode(&rec)
			require.NoError(t, err)
			if !yield(env) {
				return
			}
		}
	}
}

// requireSame: two logs have the same events, once what may differ was blanked;
// one may only have the beginning of the other's.
func requireSame(t *testing.T, want, got store.Store, whole bool, blank func(*event.Envelope)) {
	t.Helper()
	next, stop := iter.Pull(events(t, want))
	defer stop()
	for b := range events(t, got) {
		a, ok := next()
		require.True(t, ok, "position %d is too many", b.Position)
		blank(&a)
		blank(&b)
		require.Equal(t, a, b)
	}
	_, more := next()
	require.Equal(t, !whole, more, "the end of the log")
}

// unrecorded blanks when an event was recorded.
func unrecorded(env *event.Envelope) { env.RecordedAt = time.Time{} }

// requireSameArchive: both logs have the same archive, file for file.
func requireSameArchive(t *testing.T, want, got *lived) {
	t.Helper()
	files := want.archived(t)
	require.Equal(t, files, got.archived(t))
	t.Logf("%d files; manifest.json: %s", len(files), files["manifest.json"])
}

// Whatever happens in the market, timers and process managers too, obeys the rules.
func TestObeysTheRules(t *testing.T) {
	r, err := audit.Rules(t.Context(), live(t, small(), inMemory).log, audit.Options{Terms: aggregate.DefaultTerms()})
	require.NoError(t, err)
	require.Empty(t, r.Findings)
	require.Zero(t, r.Unjudged)
	require.Greater(t, r.Events, int64(1000))
}

// TestSeed: one seed gives one market, byte for byte, in whatever store; another
// seed gives another.
func TestSeed(t *testing.T) {
	first := live(t, small(), inMemory)
	require.Greater(t, first.result.Commands, int64(3000), "so small a market proves nothing")
	for _, open := range []func(func() time.Time) store.Store{inMemory, inFile(t)} {
		again := live(t, small(), open)
		require.Equal(t, first.result, again.result)
		require.Equal(t, first.done, again.done)
		requireSameArchive(t, first, again)
	}
	o := small()
	o.Seed = 2
	other := live(t, o, inMemory)
	require.NotEqual(t, first.result, other.result)
	require.NotEqual(t, first.archived(t), other.archived(t))
}

// Recorded_at is simulated time, never before the event happened.
func TestRecordedAt(t *testing.T) {
	l := live(t, small(), inMemory)
	for env := range events(t, l.log) {
		require.False(t, env.RecordedAt.Before(env.OccurredAt.Std()), "position %d", env.Position)
		require.False(t, env.RecordedAt.After(l.o.Until))
	}
}

// A store that cannot write to several streams at once gets every event as it
// happens, and the same market.
func TestWithoutTransactions(t *testing.T) {
	type plain struct{ store.Store }
	o := small()
	o.Until = o.From.AddDate(0, 1, 0)
	want := live(t, o, inMemory)
	got := live(t, o, func(now func() time.Time) store.Store { return plain{inMemory(now)} })
	require.Equal(t, want.result, got.result)
	requireSame(t, want.log, got.log, true, unrecorded)
}

// A log whose positions are names gets the same market, and is told its own names.
func TestPositionsAreNames(t *testing.T) {
	o := small()
	o.Until = o.From.AddDate(0, 2, 0)
	want := live(t, o, inMemory)
	got := live(t, o, func(now func() time.Time) store.Store { return storetest.Strict(inMemory(now), 1) })
	require.Equal(t, want.done, got.done)
	requireSame(t, want.log, got.log, true, func(env *event.Envelope) { env.Position = 0 })
	head, err := got.log.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, head, got.result.Head)
	got.result.Head = want.result.Head
	require.Equal(t, want.result, got.result)
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		words  string
		change func(*simulate.Options)
	}{
		{"Options.Freelancers is 0; it must be 1 to 1000000", func(o *simulate.Options) { o.Freelancers = 0 }},
		{"Options.Freelancers is 1000001", func(o *simulate.Options) { o.Freelancers = 1_000_001 }},
		{"Options.Clients is -1", func(o *simulate.Options) { o.Clients = -1 }},
		{"Options.Clients is 2147483647", func(o *simulate.Options) { o.Clients = math.MaxInt32 }},
		{"Options.DisputePPM is 1000001", func(o *simulate.Options) { o.DisputePPM = 1_000_001 }},
		{"Options.InvitePercent is 101", func(o *simulate.Options) { o.InvitePercent = 101 }},
		{"Options.Trouble is 1001", func(o *simulate.Options) { o.Trouble = 1001 }},
		{"Until later than From", func(o *simulate.Options) { o.Until = o.From }},
		{"at most 100 years", func(o *simulate.Options) { o.Until = o.From.AddDate(simulate.MaxYears, 0, 1) }},
		{"whole seconds", func(o *simulate.Options) { o.From = o.From.Add(time.Second / 2) }},
		{"the years 1 to 9998", func(o *simulate.Options) { o.From = time.Time{}.AddDate(-1, 0, 0) }},
		{"the years 1 to 9998", func(o *simulate.Options) { o.From, o.Until = o.From.AddDate(7982, 0, 0), o.From.AddDate(7983, 0, 0) }},
	} {
		o := small()
		c.change(&o)
		s := memory.New()
		_, err := simulate.Run(t.Context(), s, o)
		require.ErrorContains(t, err, c.words)
		require.Equal(t, err, o.Validate())
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		require.Zero(t, head)
	}
	o := small()
	o.DisputePPM, o.InvitePercent, o.Trouble = -1, -1, -1
	require.NoError(t, o.Validate())
	require.ErrorContains(t, simulate.Options{}.Validate(), "Options.Freelancers is 0", "each thing is told")
}

func TestLogIsNotEmpty(t *testing.T) {
	l := live(t, small(), inMemory)
	_, err := simulate.Run(t.Context(), l.log, small())
	require.ErrorIs(t, err, simulate.ErrNotEmpty)
}

// What fails ends the run, and what the log holds then is the beginning of the
// same market; unless the log itself failed, all of it that was done.
func TestFailures(t *testing.T) {
	whole := live(t, small(), inMemory)
	beginning := func(t *testing.T, s store.Store) { requireSame(t, whole.log, s, false, unrecorded) }
	const enough = 2500 // commands
	stops := func(t *testing.T, ctx context.Context, stop func() error) error {
		o, l := small(), &lived{log: memory.New()}
		o.Done = func(d simulate.Done) error {
			if l.done = append(l.done, d); len(l.done) == enough {
				return stop()
			}
			return nil
		}
		result, err := simulate.Run(ctx, l.log, o)
		require.Nil(t, result)
		require.Equal(t, whole.done[:enough], l.done, "nothing is done after the end")
		beginning(t, l.log)
		requireReplay(t, l)
		return err
	}
	t.Run("who is told", func(t *testing.T) {
		full := errors.New("the disk for the script is full")
		require.ErrorIs(t, stops(t, t.Context(), func() error { return full }), full)
	})
	t.Run("the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := stops(t, ctx, func() error { cancel(); return nil })
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, store.ErrCancelled)
	})
	t.Run("the store", func(t *testing.T) {
		s := &fills{Transactor: memory.New(), left: 2}
		_, err := simulate.Run(t.Context(), s, small())
		require.ErrorIs(t, err, store.ErrFull)
		beginning(t, s)
	})
	t.Run("another writer", inNoTime(func(t *testing.T) {
		o, s, n := small(), memory.New(), 0
		o.Done = func(simulate.Done) error {
			if n++; n == 500 {
				_, err := s.Append(t.Context(), store.Write{Stream: "other", Expected: store.Any, Events: []event.Proposed{{
					ID: [16]byte{1}, Type: "Other", Data: []byte("{}"), Metadata: []byte("{}"),
				}}})
				return err
			}
			return nil
		}
		_, err := simulate.Run(t.Context(), s, o)
		require.ErrorIs(t, err, store.ErrConflict)
		require.ErrorContains(t, err, "somebody else writes")
	}))
}

// inNoTime is a test whose pauses, such as those between attempts, take none.
func inNoTime(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

// fills is a disk that is full after some writes.
type fills struct {
	store.Transactor
	left int
}

func (f *fills) AppendAll(ctx context.Context, w []store.Write) ([]store.Appended, error) {
	if f.left--; f.left < 0 {
		return nil, store.ErrFull
	}
	return f.Transactor.AppendAll(ctx, w)
}
