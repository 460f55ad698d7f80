package readmodeltest

import (
	"context"
	"iter"
	"log/slog"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// states are the versions of a read model by their states.
func states(t *testing.T, m *readmodel.ReadModel) map[readmodel.State]int64 {
	t.Helper()
	all, err := m.Versions(t.Context())
	require.NoError(t, err)
	states := map[readmodel.State]int64{}
	for _, v := range all {
		states[v.State] = v.Number
	}
	return states
}

// testOtherLog: a read model knows its log, and takes no other one for it, were
// it as long, longer or empty.
func testOtherLog(t *testing.T, open Open) {
	log, _ := roughLog(t, 9, 1)
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 2)
	follow(t, m, log, 2, readmodel.RunnerOptions{NoStatistics: true})
	first, err := store.LogID(t.Context(), log)
	require.NoError(t, err)
	all, err := m.Checkpoints(t.Context())
	require.NoError(t, err)
	for _, c := range all {
		require.Equal(t, first, c.Log)
		require.NotEqual(t, uuid.Nil, c.Event)
		require.LessOrEqual(t, c.EventPosition, c.Position)
	}
	before := dump(t, db, 1)
	longer, _ := roughLog(t, 10, 3)
	shorter, _ := roughLog(t, 11, 0)
	for name, other := range map[string]store.Store{"longer": longer, "shorter": shorter, "empty": newLog(t, 9)} {
		t.Run(name, func(t *testing.T) {
			for p := range 2 {
				err := runner(t, m, other, readmodel.RunnerOptions{Partition: p}).Run(t.Context())
				require.ErrorIs(t, err, readmodel.ErrOtherLog)
				require.ErrorContains(t, err, "rebuild")
			}
			require.Equal(t, before, dump(t, db, 1))
		})
	}
	follow(t, m, log, 2, readmodel.RunnerOptions{NoStatistics: true})
}

// testEmptyLog: a read model of an empty log takes the first one that has an
// event, for good; a checkpoint may have a name before there is one.
func testEmptyLog(t *testing.T, open Open) {
	m := model(t, open(t)(), newClock(market.Ends), 2)
	names := 0 // that were given by empty logs, of which only some do
	for seed := range uint64(8) {
		for p := range 2 {
			log := telling{newLog(t, seed), make(chan event.Position, 100)}
			r := runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true, Partition: p})
			stop := started(t, r)
			name := <-log.caughtUp
			require.NoError(t, r.WaitFor(t.Context(), name))
			require.NoError(t, stop())
			names += int(min(name, 1))
		}
	}
	require.Positive(t, names)
	log := newLog(t, 4)
	subscribed := make(chan struct{})
	r := runner(t, m, announced{log, subscribed}, readmodel.RunnerOptions{NoStatistics: true, Partition: 1})
	stop := started(t, r)
	<-subscribed // having seen that the log is empty
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	last := appendRegistered(t, log)
	require.NoError(t, r.WaitFor(t.Context(), last.Position))
	require.NoError(t, stop())
	first, err := store.LogID(t.Context(), log)
	require.NoError(t, err)
	all, err := m.Checkpoints(t.Context())
	require.NoError(t, err)
	for _, c := range all {
		require.Equal(t, first, c.Log, "of both partitions, whichever met it")
	}
	other, _ := roughLog(t, 4, 0)
	for p := range 2 {
		require.ErrorIs(t, runner(t, m, other, readmodel.RunnerOptions{Partition: p}).Run(t.Context()), readmodel.ErrOtherLog)
	}
}

// telling is a log that tells the names at which its followers have caught up.
type telling struct {
	store.Store
	caughtUp chan event.Position
}

func (s telling) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for n, err := range s.Store.Subscribe(ctx, after) {
			if err == nil && n.CaughtUp() {
				s.caughtUp <- n.Position
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// announced is a log that says when it is followed for the first time.
type announced struct {
	store.Store
	subscribed chan struct{}
}

func (a announced) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	close(a.subscribed)
	return a.Store.Subscribe(ctx, after)
}

// restored is a log with the first n events of another one.
func restored(t *testing.T, log store.Store, seed uint64, n int) store.Store {
	t.Helper()
	again := newLog(t, seed)
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		if n--; n < 0 {
			break
		}
		appendTo(t, again, rec.Stream, store.Any, rec.Clone().Proposed)
	}
	return again
}

// testRestoredLog: a log that was restored from a backup lacks what the read
// model has seen, and then holds something else there. Either is noticed before
// anything is folded; a rebuild makes it right.
func testRestoredLog(t *testing.T, open Open) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	log, _ := roughLog(t, 13, 1)
	events := count(t, log)
	shorter := restored(t, log, 13, events-1)
	otherwise := restored(t, log, 13, events-1)
	appendRegistered(t, otherwise)
	longer := restored(t, log, 13, events/2)
	for range events {
		appendRegistered(t, longer)
	}
	again := doneAgain(t, log, 13, events)
	for name, other := range map[string]store.Store{"shorter": shorter, "otherwise": otherwise, "longer": longer, "done again": again} {
		t.Run(name, func(t *testing.T) {
			m := model(t, open(t)(), newClock(market.Ends), 1)
			follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
			err := runner(t, m, other, readmodel.RunnerOptions{}).Run(t.Context())
			require.ErrorIs(t, err, readmodel.ErrOtherLog)
			require.ErrorContains(t, err, "rebuild")
			done, err := m.Rebuild(t.Context(), other, readmodel.RebuildOptions{})
			require.NoError(t, err)
			require.NotNil(t, done.Comparison)
			if name != "otherwise" && !long.Run() {
				return // what was rebuilt knows nothing of how the log was restored
			}
			follow(t, m, other, 1, readmodel.RunnerOptions{NoStatistics: true})
			again, err := m.Rebuild(t.Context(), other, readmodel.RebuildOptions{})
			require.NoError(t, err)
			require.True(t, again.Comparison.Equal(), "%+v", again.Comparison)
		})
	}
}

// doneAgain is a log that has lost its last event, whose command was then done again,
// with the id that it had and a second later.
func doneAgain(t *testing.T, log store.Store, seed uint64, events int) store.Store {
	t.Helper()
	again := restored(t, log, seed, events-1)
	last, err := store.At(t.Context(), log, mustNewest(t, log))
	require.NoError(t, err)
	env, err := event.Marketplace().Decode(&last)
	require.NoError(t, err)
	meta := env.Meta
	meta.OccurredAt++
	later, err := event.Marketplace().Encode(last.ID, meta, env.Event)
	require.NoError(t, err)
	appendTo(t, again, last.Stream, store.Any, later)
	return again
}

// count is how many events a log holds.
func count(t *testing.T, log store.Store) (events int) {
	t.Helper()
	for _, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		events++
	}
	return events
}

// mustNewest is where the log's newest event stands.
func mustNewest(t *testing.T, log store.Store) (at event.Position) {
	t.Helper()
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		at = rec.Position
	}
	return at
}

// testHalfBuiltOfRestoredLog: what a rebuild has left half-built is of no use once the
// log was restored, and nothing of it comes into the next.
func testHalfBuiltOfRestoredLog(t *testing.T, open Open) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	log, _ := roughLog(t, 13, 1)
	events := count(t, log)
	otherwise := restored(t, log, 13, events-1)
	appendRegistered(t, otherwise)
	keep := func(*readmodel.Comparison) error { return context.Canceled }
	for name, other := range map[string]store.Store{"otherwise": otherwise, "done again": doneAgain(t, log, 13, events)} {
		t.Run(name, func(t *testing.T) {
			db, clean := open(t)(), open(t)()
			m := model(t, db, newClock(market.Ends), 2)
			follow(t, m, log, 2, readmodel.RunnerOptions{NoStatistics: true})
			_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{Accept: keep})
			require.ErrorIs(t, err, context.Canceled)
			// One partition of it is further than the other was ever told to be.
			exec(t, db, "UPDATE "+db.Dialect().Table(2, "checkpoints")+" SET event_id = NULL, event_position = NULL, event_digest = NULL WHERE partition = 0")

			folded := false
			done, err := m.Rebuild(t.Context(), other, readmodel.RebuildOptions{
				Progress: func(p readmodel.RebuildProgress) { folded = folded || p.Phase == readmodel.RebuildFolding },
			})
			require.NoError(t, err)
			require.True(t, folded, "the half-built one is not gone on with")
			follow(t, model(t, clean, newClock(market.Ends), 1), other, 1, readmodel.RunnerOptions{NoStatistics: true})
			require.Equal(t, dump(t, clean, 1), dump(t, db, done.Version.Number))
		})
	}
}

// testLogRestoredMeanwhile: a log that is restored after it was looked at, and right
// before it is subscribed to, is noticed too.
func testLogRestoredMeanwhile(t *testing.T, open Open) {
	log, _ := roughLog(t, 13, 1)
	longer := restored(t, log, 13, 5)
	for ended(t, longer) <= ended(t, log) {
		appendRegistered(t, longer)
	}
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	before := dump(t, db, 1)
	late := &restoring{Replaced: storetest.NewReplaced(log), with: longer}
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	defer cancel()
	require.ErrorIs(t, runner(t, m, late, readmodel.RunnerOptions{NoStatistics: true}).Run(ctx), readmodel.ErrOtherLog)
	require.Equal(t, before, dump(t, db, 1))
}

// restoring is a log that is another one from the first subscription on.
type restoring struct {
	*storetest.Replaced
	with store.Store
	once sync.Once
}

func (r *restoring) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	r.once.Do(func() { r.Replace(r.with) })
	return r.Replaced.Subscribe(ctx, after)
}

// testRebuildOfOtherLog: a rebuild from another log is refused before it does
// anything, unless it is asked for; then there is nothing to compare. What an
// earlier one has left of another log is of no use.
func testRebuildOfOtherLog(t *testing.T, open Open) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	log, _ := roughLog(t, 14, 1)
	other, _ := roughLog(t, 15, 1)
	m := model(t, open(t)(), newClock(market.Ends), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})

	_, err := m.Rebuild(t.Context(), other, readmodel.RebuildOptions{})
	require.ErrorIs(t, err, readmodel.ErrOtherLog)
	require.Equal(t, map[readmodel.State]int64{readmodel.Live: 1}, states(t, m))

	keep := func(*readmodel.Comparison) error { return context.Canceled }
	_, err = m.Rebuild(t.Context(), other, readmodel.RebuildOptions{OtherLog: true, Accept: keep})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, map[readmodel.State]int64{readmodel.Live: 1, readmodel.Building: 2}, states(t, m))
	_, err = m.Compare(t.Context(), 1, 2)
	require.ErrorIs(t, err, readmodel.ErrOtherLog)

	done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.True(t, done.Comparison.Equal(), "the half-built version was of the other log")

	done, err = m.Rebuild(t.Context(), other, readmodel.RebuildOptions{OtherLog: true})
	require.NoError(t, err)
	require.ErrorIs(t, done.Comparison.Err, readmodel.ErrOtherLog)
	follow(t, m, other, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{}).Run(t.Context()), readmodel.ErrOtherLog)
}

// testKeptVersion: a version that a rebuild has left, whole, is gone on with, also
// where it has come to a name behind the log's newest event.
func testKeptVersion(t *testing.T, open Open) {
	behind := 0
	for seed := range uint64(6) {
		log, _ := roughLog(t, seed, 0)
		m := model(t, open(t)(), newClock(market.Ends), 1)
		follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
		if ended(t, log) != mustHead(t, log) {
			behind++
		}
		for _, again := range []bool{false, true} {
			folded := false
			_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{
				Accept:   func(*readmodel.Comparison) error { return context.Canceled },
				Progress: func(p readmodel.RebuildProgress) { folded = folded || p.Phase == readmodel.RebuildFolding },
			})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, !again, folded, "seed %d", seed)
		}
	}
	require.Positive(t, behind)
}

// testHeadOfNoEvent: a log's head may be a name at which no event stands, for an
// append was told it. A version that was made up to there has read the events
// before it.
func testHeadOfNoEvent(t *testing.T, open Open) {
	log, _ := roughLog(t, 18, 1)
	for ended(t, log) == mustHead(t, log) {
		appendRegistered(t, log)
	}
	db, clean := open(t)(), open(t)()
	m := model(t, db, newClock(market.Ends), 0)
	_, err := m.Rebuild(t.Context(), aheadOf{log, ended(t, log)}, readmodel.RebuildOptions{Partitions: 2})
	require.NoError(t, err)
	all, err := m.Checkpoints(t.Context())
	require.NoError(t, err)
	for _, c := range all {
		require.NotEqual(t, uuid.Nil, c.Event)
	}
	appendRegistered(t, log)
	follow(t, m, log, 2, readmodel.RunnerOptions{NoStatistics: true})
	follow(t, model(t, clean, newClock(market.Ends), 1), log, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.Equal(t, dump(t, clean, 1), dump(t, db, 1))
}

// aheadOf is a log whose head is a name behind its newest event.
type aheadOf struct {
	store.Store
	head event.Position
}

func (a aheadOf) Head(context.Context) (event.Position, error) { return a.head, nil }

func mustHead(t *testing.T, log store.Store) event.Position {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	return head
}

// ended is the name that a subscriber is told who has caught up with a log.
func ended(t *testing.T, log store.Store) event.Position {
	t.Helper()
	for n, err := range log.Subscribe(t.Context(), mustHead(t, log)) {
		require.NoError(t, err)
		if n.CaughtUp() {
			return n.Position
		}
	}
	t.Fatal("the subscription ended")
	return 0
}

// testPending: the first event that a runner has read and not folded is told by
// when the log recorded it, until it is in the tables; meanwhile the runner knows
// that it is behind.
func testPending(t *testing.T, open Open) {
	recorded := newClock(market.Opens)
	log := storetest.Strict(memory.Options{Now: recorded.Now}.New(), 16)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	appendRegistered(t, log)
	recorded.set(market.Opens + 600)
	last := appendRegistered(t, log)

	var during []time.Time
	var r *readmodel.Runner
	db := watchedWrites{open(t)(), func() {
		s := r.Status()
		if s.OldestPending.IsZero() { // nothing was read yet, or left
			return
		}
		during = append(during, s.OldestPending)
		require.Less(t, s.Position, s.Head)
	}}
	r = runner(t, model(t, db, newClock(market.Opens+3600), 1), log, readmodel.RunnerOptions{BatchEvents: 1, NoStatistics: true})
	stop := started(t, r)
	require.NoError(t, r.WaitFor(t.Context(), last.Position))
	require.Zero(t, r.Status().OldestPending)
	require.NoError(t, stop())
	require.Equal(t, []time.Time{market.Opens.Std(), (market.Opens + 600).Std()}, during)
}

// watchedWrites is a database that tells of each transaction before it begins.
type watchedWrites struct {
	readmodel.Database
	seen func()
}

func (w watchedWrites) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	w.seen()
	return w.Database.Write(ctx, do)
}

// testToldOnce: a log that is away, or another runner that has the partition, is
// waited for with one word, and one when the runner goes on, however often it
// tries meanwhile.
func testToldOnce(t *testing.T, open Open) {
	log, _ := roughLog(t, 17, 1)
	reopen := open(t)
	c := newClock(market.Ends)
	var said words
	logger := slog.New(slog.NewTextHandler(&said, nil))

	faulty := storetest.NewFaulty(log)
	faulty.CutReads(7, 0)
	first := runner(t, model(t, reopen(), c, 1), faulty, readmodel.RunnerOptions{Logger: logger})
	stop := started(t, first)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, first.WaitFor(t.Context(), head))
	require.Equal(t, []string{"WARN: the read model's runner waits", "INFO: the read model's runner goes on"}, said.all())
	require.Greater(t, len(c.taken()), 6)

	second := runner(t, model(t, reopen(), c, 1), log, readmodel.RunnerOptions{Logger: logger})
	started(t, second)
	tried := len(c.taken())
	for len(c.taken()) < tried+20 { // whose pauses pass at once
		require.NoError(t, first.WaitFor(t.Context(), appendRegistered(t, log).Position))
	}
	require.NoError(t, stop())
	require.NoError(t, second.WaitFor(t.Context(), appendRegistered(t, log).Position))
	require.Equal(t, []string{"INFO: another runner has the partition", "INFO: the other runner has ended"}, said.all()[2:])
}

// words are the lines that a logger was told about a runner's waits, shortened.
type words struct {
	mu    sync.Mutex
	lines []string
}

var waitWords = regexp.MustCompile(`level=(\w+) msg="(the read model's runner waits|the read model's runner goes on|another runner has the partition|the other runner has ended)`)

func (w *words) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if m := waitWords.FindSubmatch(line); m != nil {
		w.lines = append(w.lines, string(m[1])+": "+string(m[2]))
	} else {
		w.lines = append(w.lines, string(line))
	}
	return len(line), nil
}

func (w *words) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.lines)
}
