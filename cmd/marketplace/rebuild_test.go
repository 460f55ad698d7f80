package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/sqlite"
)

// TestRebuild: from nothing to a version that answers as the log does, then
// anew beside it; the old one goes when it is dropped.
func TestRebuild(t *testing.T) {
	for name, to := range map[string]string{
		"SQLite": "sqlite://" + filepath.Join(t.TempDir(), "model.db"), "PostgreSQL": postgreSQL.Database(t),
	} {
		t.Run(name, func(t *testing.T) {
			out := ok(t, "rebuild", "--store", small(t), "--to", to, "--partitions", "2", "--memory", "64MiB")
			require.Contains(t, out, "version 1 is live, in 2 partitions")
			for _, asOf := range []string{"2017-04-30T12:00:00Z", "2018-02-28T00:00:00Z"} {
				require.Equal(t, ok(t, "stats", "--json", "--store", small(t), "--as-of", asOf),
					ok(t, "stats", "--json", "--"+modelFlagName, to, "--as-of", asOf))
			}
			out = ok(t, "rebuild", "--store", small(t), "--to", to, "--compare")
			require.Contains(t, out, "versions 1 and 2 say the same of ")
			require.NotContains(t, out, "is live")
			out = ok(t, "rebuild", "--store", small(t), "--to", to)
			require.Contains(t, out, "version 2 is live, in 2 partitions")
			out = ok(t, "rebuild", "versions", "--to", to)
			require.Regexp(t, `(?m)1 +old +2 .*\n +2 +live +2 `, out)
			ok(t, "rebuild", "drop", "--to", to)
			require.Equal(t, 2, strings.Count(ok(t, "rebuild", "versions", "--to", to), "\n"))
			fails(t, exitNotFound, "no version 2 of the read model that is not live", "rebuild", "drop", "2", "--to", to)
		})
	}
}

// TestRebuildFromArchive: an archive is a log to rebuild from, also beside tables
// that a rebuild from the log itself has made.
func TestRebuildFromArchive(t *testing.T) {
	skipShort(t)
	dir := filepath.Join(t.TempDir(), "archive")
	ok(t, "export", dir, "--store", small(t))
	to := "sqlite://" + filepath.Join(t.TempDir(), "model.db")
	require.Contains(t, ok(t, "rebuild", "--store", "archive:"+dir, "--to", to), "version 1 is live, in 1 partition")
	for _, asOf := range []string{"2017-04-30T12:00:00Z", "2018-02-28T00:00:00Z"} {
		require.Equal(t, ok(t, "stats", "--json", "--store", small(t), "--as-of", asOf),
			ok(t, "stats", "--json", "--"+modelFlagName, to, "--as-of", asOf))
	}
	out := ok(t, "rebuild", "--store", small(t), "--to", to, "--partitions", "3")
	require.Contains(t, out, "versions 1 and 2 say the same of ")
	out = ok(t, "rebuild", "--store", "archive:"+dir, "--to", to)
	require.Contains(t, out, "versions 2 and 3 say the same of ")
	require.Contains(t, out, "version 3 is live, in 3 partitions")
	fails(t, exitNotFound, "there is no log at", "rebuild", "--store", "archive:"+dir+"-of-others", "--to", to)
}

// TestRebuildShowsDifferences: nothing is swapped unseen.
func TestRebuildShowsDifferences(t *testing.T) {
	skipShort(t)
	path := filepath.Join(t.TempDir(), "model.db")
	to := "sqlite://" + path
	ok(t, "rebuild", "--store", small(t), "--to", to)
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	require.NoError(t, err)
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("UPDATE m1_payments SET amount = amount + 1 WHERE position = (SELECT min(position) FROM m1_payments)")
		return err
	}))
	require.NoError(t, db.Close())
	r := call(t, "rebuild", "--store", small(t), "--to", to)
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.err, "--yes")
	require.Contains(t, r.out, "versions 1 and 2 differ in 1 of ")
	require.Regexp(t, `contract-.*: different \w+ at position \d+, amount: was \d+, is \d+`, r.out)
	require.Contains(t, ok(t, "rebuild", "--store", small(t), "--to", to, "--yes"), "version 2 is live")
	require.Contains(t, ok(t, "rebuild", "--store", small(t), "--to", to), "say the same")
}

func TestRebuildUsage(t *testing.T) {
	fails(t, exitUsage, "--to names", "rebuild", "--store", small(t))
	fails(t, exitUsage, "512MiB", "rebuild", "--to", "sqlite:x.db", "--memory", "much")
	fails(t, exitUsage, "--compare", "rebuild", "--to", "sqlite:x.db", "--compare", "--yes")
	fails(t, exitUsage, "no version", "rebuild", "drop", "first", "--to", "sqlite:x.db")
	fails(t, exitUsage, "", "rebuild", "--store", small(t), "--to", "mysql://x")
}
