// Package readmodeltest is the suite that every readmodel.Database passes, and
// with it the whole read model on that database.
package readmodeltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
)

// Open makes an empty database and gives a function that opens it, each time
// as another program would; of a database that one process has, as another part
// of that process would. What it opens, it closes when the test ends.
type Open func(t testing.TB) func() readmodel.Database

// Run tries all that a read model does on the databases that open makes, each
// case on an empty one, but for what needs a process or a server to kill: see
// RunKilled and RunServerKilled.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"Types", testTypes},
		{"Rows", testRows},
		{"Rollback", testRollback},
		{"Snapshot", testSnapshot},
		{"Writers", testWriters},
		{"Cancel", testCancel},
		{"Close", testClose},
		{"Lease", testLease},
		{"Schema", testSchema},
		{"Texts", testTexts},
		{"Equality", testEquality},
		{"Statistics", testStatistics},
		{"Policies", testPolicies},
		{"StatisticsFail", testStatisticsFail},
		{"StatisticsFailForGood", testStatisticsFailForGood},
		{"StatisticsOfOldVersion", testStatisticsOfOldVersion},
		{"Crash", testCrash},
		{"LostLog", testLostLog},
		{"Poison", testPoison},
		{"Foreign", testForeign},
		{"Gap", testGap},
		{"Runners", testRunners},
		{"Fenced", testFenced},
		{"EndedContext", testEndedContext},
		{"NotForThisRunner", testNotForThisRunner},
		{"Partial", testPartial},
		{"OtherLog", testOtherLog},
		{"EmptyLog", testEmptyLog},
		{"RestoredLog", testRestoredLog},
		{"HalfBuiltOfRestoredLog", testHalfBuiltOfRestoredLog},
		{"LogRestoredMeanwhile", testLogRestoredMeanwhile},
		{"RebuildOfOtherLog", testRebuildOfOtherLog},
		{"KeptVersion", testKeptVersion},
		{"HeadOfNoEvent", testHeadOfNoEvent},
		{"Pending", testPending},
		{"ToldOnce", testToldOnce},
		{"Docs", testDocs},
		{"Live", testLive},
		{"Reads", testReads},
		{"Strangers", testStrangers},
		{"ViewOfAnother", testViewOfAnother},
		{"Guest", testGuest},
		{"SwapBesideReader", testSwapBesideReader},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, open)
		})
	}
}

// skipShort leaves a test out of short runs, which are the race detector's.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it takes long, and what runs at once in it does in Runners, Reads and Live too")
	}
}

// exec runs statements, each in the one transaction.
func exec(t testing.TB, db readmodel.Database, statements ...string) {
	t.Helper()
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// integer is the one integer that a query gives.
func integer(tx readmodel.Tx, sql string, args ...any) (n int64, err error) {
	for row, err := range tx.Query(sql, args...) {
		if err != nil {
			return 0, err
		}
		if err := row.Scan(&n); err != nil {
			return 0, err
		}
	}
	return n, nil
}

func mustInteger(t testing.TB, db readmodel.Database, sql string, args ...any) (n int64) {
	t.Helper()
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) (err error) {
		n, err = integer(tx, sql, args...)
		return err
	}))
	return n
}
