// Package readmodeltest is the suite that every readmodel.Database passes, and
// with it the whole read model on that database.
package readmodeltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/readmodel"
)

// Open makes an empty database and gives a function that opens it, each time
// as another program would. What it opens, it closes when the test ends.
type Open func(t testing.TB) func() readmodel.Database

// Run runs the suite. Short runs, which are the race detector's, leave out what
// is long and does one thing after the other.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Open)
		long bool
	}{
		{"Types", testTypes, false},
		{"Rows", testRows, false},
		{"Rollback", testRollback, false},
		{"Snapshot", testSnapshot, false},
		{"Writers", testWriters, false},
		{"Cancel", testCancel, false},
		{"Close", testClose, false},
		{"Lease", testLease, false},
		{"Schema", testSchema, false},
		{"Equality", testEquality, true},
		{"Statistics", testStatistics, true},
		{"Crash", testCrash, true},
		{"LostLog", testLostLog, false},
		{"Poison", testPoison, false},
		{"Gap", testGap, false},
		{"Runners", testRunners, false},
		{"Fenced", testFenced, false},
		{"OtherLog", testOtherLog, false},
		{"Docs", testDocs, false},
		{"Live", testLive, false},
		{"Reads", testReads, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.long && testing.Short() {
				t.Skip("one thing comes after the other, of which the race detector learns nothing")
			}
			c.test(t, open)
		})
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
