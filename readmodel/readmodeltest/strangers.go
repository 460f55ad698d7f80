package readmodeltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
)

// testStrangers: what others keep under a name of the read model is never replaced.
// Whoever meets it refuses, says what it is, and has made nothing.
func testStrangers(t *testing.T, open Open) {
	db, log := open(t)(), Log(t, 31, 2)
	d, m := db.Dialect(), model(t, db, newClock(0), 1)
	for _, c := range []struct{ kind, theirs string }{
		{"VIEW", d.Stable("contracts")},
		{"TABLE", d.Stable("contracts")},
		{"TABLE", d.Stable("model_versions")},
		{"TABLE", d.Table(1, "checkpoints")},
	} {
		if namespace := namespaceOf(c.theirs); namespace != "" {
			exec(t, db, "CREATE SCHEMA IF NOT EXISTS "+namespace)
		}
		exec(t, db, "CREATE "+c.kind+" "+c.theirs+" AS SELECT 42 AS theirs")
		_, err := m.Ensure(t.Context())
		require.ErrorIs(t, err, readmodel.ErrNotAReadModel, "%v", c)
		require.ErrorContains(t, err, c.theirs)
		require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{}).Run(t.Context()), readmodel.ErrNotAReadModel, "%v", c)
		_, err = m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.ErrorIs(t, err, readmodel.ErrNotAReadModel, "%v", c)
		require.ErrorContains(t, err, c.theirs)
		require.EqualValues(t, 42, mustInteger(t, db, "SELECT theirs FROM "+c.theirs))
		exec(t, db, "DROP "+c.kind+" "+c.theirs)
	}
	_, err := m.Ensure(t.Context())
	require.NoError(t, err, "namespaces that are there and empty are used")
}

// testViewOfAnother: a view of the live version that somebody has put one of their own
// in the place of is theirs now. A rebuild refuses before it makes anything.
func testViewOfAnother(t *testing.T, open Open) {
	db, log := open(t)(), Log(t, 32, 2)
	m := model(t, db, newClock(0), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	view := db.Dialect().Stable("contracts")
	exec(t, db, "DROP VIEW "+view, "CREATE VIEW "+view+" AS SELECT 42 AS theirs FROM "+db.Dialect().Table(1, "checkpoints"))
	_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.ErrorIs(t, err, readmodel.ErrNotAReadModel)
	require.ErrorContains(t, err, view)
	require.EqualValues(t, 42, mustInteger(t, db, "SELECT theirs FROM "+view))
	all, err := m.Versions(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	exec(t, db, "DROP VIEW "+view)
	_, err = m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.NotZero(t, mustInteger(t, db, "SELECT count(*) FROM "+view))
}

// testGuest: what others keep in the namespace of a version does not go with it.
func testGuest(t *testing.T, open Open) {
	db, log := open(t)(), Log(t, 33, 2)
	theirs := db.Dialect().Table(1, "contracts_copy")
	if namespaceOf(theirs) == "" {
		t.Skip("a version has no namespace of its own here, and is dropped table by table")
	}
	m := model(t, db, newClock(0), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	exec(t, db, "CREATE TABLE "+theirs+" AS SELECT 42 AS theirs")
	_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
	require.NoError(t, err)
	err = m.Drop(t.Context(), 1)
	require.ErrorIs(t, err, readmodel.ErrNotAReadModel)
	require.ErrorContains(t, err, theirs)
	require.EqualValues(t, 42, mustInteger(t, db, "SELECT theirs FROM "+theirs))
	exec(t, db, "DROP TABLE "+theirs)
	require.NoError(t, m.Drop(t.Context(), 1))
}
