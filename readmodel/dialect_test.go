package readmodel_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/sqlite"
)

// elsewhere is a database with a dialect that is made outside of the library:
// all names that it makes have a prefix of its own.
type elsewhere struct{ readmodel.Database }

func (elsewhere) Dialect() *readmodel.Dialect {
	return &readmodel.Dialect{
		Name: "elsewhere",
		Types: [...]string{
			readmodel.ID: "TEXT", readmodel.Moment: "INTEGER", readmodel.Integer: "INTEGER", readmodel.Text: "TEXT", readmodel.Bool: "INTEGER",
		},
		InList:        "IN (SELECT value FROM json_each(%s))",
		VersionPrefix: "elsewhere%d_",
		StablePrefix:  "elsewhere_",
		SharedIndexes: true,
		CountTables:   "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1 || $2",
		Relations:     readmodel.SQLite.Relations,
	}
}

// TestDialectOfAnother: a dialect can be made by whoever implements a database,
// here so that one file holds two read models.
func TestDialectOfAnother(t *testing.T) {
	file, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "model.db"), sqlite.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, file.Close()) })
	log := small(t)
	counts := map[string]int64{}
	for _, db := range []readmodel.Database{file, elsewhere{file}} {
		d := db.Dialect()
		m := model(t, db, readmodel.Options{})
		follow(t, m, log, 1)
		done, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, done.Comparison.Equal(), "%+v", done.Comparison)
		require.NoError(t, m.Drop(t.Context()))
		require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
			for row, err := range tx.Query("SELECT count(*) FROM " + d.Stable("contracts")) {
				require.NoError(t, err)
				var n int64
				require.NoError(t, row.Scan(&n))
				counts[d.Name] = n
			}
			return nil
		}))
	}
	require.NotZero(t, counts["SQLite"])
	require.Equal(t, counts["SQLite"], counts["elsewhere"])
}

// TestNamespacesOfVersionsAlone: a dialect may have a namespace for each version
// and none for the stable names, which are then in no namespace that is made.
func TestNamespacesOfVersionsAlone(t *testing.T) {
	d := *readmodel.PostgreSQL
	d.VersionPrefix, d.StablePrefix = "v%d.", ""
	db := &recorder{dialect: &d}
	m := model(t, db, readmodel.Options{})
	_, err := m.Ensure(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.Drop(t.Context(), 1))
	var made []string
	for _, s := range db.statements {
		if strings.Contains(s, " SCHEMA ") {
			made = append(made, s)
		}
	}
	require.Equal(t, []string{"CREATE SCHEMA IF NOT EXISTS v1", "DROP SCHEMA IF EXISTS v1 CASCADE"}, made)
}
