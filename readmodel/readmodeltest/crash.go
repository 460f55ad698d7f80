package readmodeltest

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/storetest"
)

// testCrash: the database breaks at each step of a runner and of the
// statistics, the commits among these, or the answer of a commit gets lost, of
// each in turn; afterwards the rows are those of a clean run.
func testCrash(t *testing.T, open Open) {
	skipShort(t)
	log, _ := roughLog(t, 3, 1)
	want, c := folded(t, log), newClock(market.Ends)
	clean := open(t)()
	follow(t, model(t, clean, c, 1), log, 1, readmodel.RunnerOptions{NoStatistics: true})
	rows := dump(t, clean, 1)
	each := long.Pick[int64](3, 2)
	if clean.Dialect().Name != "SQLite" { // of others a step takes long: every third will do
		each *= 3
	}
	f := newFaulty(nil)
	for _, fault := range []struct {
		what  string
		after func(int64)
		each  int64
		least int
	}{
		{"step", f.breakAfter, each, 30 / int(each)},
		{"answer", f.loseAnswerAfter, 1, 3},
	} {
		db := open(t)()
		f.Database = db
		broken := 0
		for k := int64(0); ; k += fault.each {
			// An empty database for each would do as well, and take longer.
			emptied(t, db)
			fault.after(k)
			m := model(t, f, c, 1)
			follow(t, m, log, 1, readmodel.RunnerOptions{BatchEvents: 150, NoStatistics: true})
			require.Equal(t, rows, dump(t, db, 1), "broken at %s %d", fault.what, k)
			for {
				err := m.Refresh(t.Context())
				if err == nil {
					break
				}
				if !errors.Is(err, readmodel.ErrLeased) { // by a connection that the database has not missed yet
					require.ErrorIs(t, err, readmodel.ErrUnavailable)
				}
			}
			requireCurrent(t, db, want, market.Ends, preset(t, statistics.DefaultPolicy))
			if !f.broke() {
				break
			}
			broken++
		}
		require.Greater(t, broken, fault.least)
		t.Logf("%s: broken %d times", fault.what, broken)
	}
}

// emptied takes everything out of a read model, if there is one.
func emptied(t testing.TB, db readmodel.Database) {
	t.Helper()
	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	if _, err := m.Versions(t.Context()); err != nil {
		require.ErrorIs(t, err, readmodel.ErrNotFound)
		return
	}
	var statements []string
	for _, table := range readmodel.Tables() {
		if table.Name != "checkpoints" {
			statements = append(statements, "DELETE FROM "+db.Dialect().Table(1, table.Name))
		}
	}
	exec(t, db, append(statements, "UPDATE "+db.Dialect().Table(1, "checkpoints")+" SET position = 0, log_id = NULL, event_id = NULL, event_position = NULL")...)
}

// testLostLog: a log that breaks off again and again is followed to its end,
// after pauses that grow up to a limit, and nothing is folded twice.
func testLostLog(t *testing.T, open Open) {
	log, _ := roughLog(t, 4, 2)
	clean, db := open(t)(), open(t)()
	c := newClock(market.Ends)
	follow(t, model(t, clean, c, 1), log, 1, readmodel.RunnerOptions{NoStatistics: true})
	faulty := storetest.NewFaulty(log)
	faulty.CutReads(20, 13)
	c = newClock(market.Ends)
	m := model(t, db, c, 1)
	follow(t, m, faulty, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.Equal(t, dump(t, clean, 1), dump(t, db, 1))

	faulty.CutReads(12, 0)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.WaitFor(t.Context(), head))
	r := runner(t, m, faulty, readmodel.RunnerOptions{NoStatistics: true})
	before := len(c.taken())
	stop := started(t, r)
	appendRegistered(t, log)
	head, err = log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	require.NoError(t, stop())
	longest := time.Duration(0)
	for _, pause := range c.taken()[before:] {
		longest = max(longest, pause)
	}
	require.Greater(t, longest, 2*time.Second, "pauses grow")
	require.LessOrEqual(t, longest, 5*time.Second, "to a limit")
}
