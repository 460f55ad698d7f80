package duckdb

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

// asked names a file, in the environment of another process, which says what
// opening it comes to.
const asked = "DUCKDB_TEST_OPEN"

func TestMain(m *testing.M) {
	if path := os.Getenv(asked); path != "" {
		_, err := Open(context.Background(), path)
		fmt.Println(marketplace.Code(err), err)
		os.Exit(0)
	}
	readmodeltest.Child(openAt)
	os.Exit(m.Run())
}

func openAt(ctx context.Context, path string) (readmodel.Database, error) { return Open(ctx, path) }

// TestDatabase runs the suite that every database passes.
func TestDatabase(t *testing.T) {
	readmodeltest.Run(t, func(t testing.TB) func() readmodel.Database {
		path := filepath.Join(t.TempDir(), "model.duckdb")
		return func() readmodel.Database { return mustOpen(t, path) }
	})
}

// TestKilled: see RunKilled.
func TestKilled(t *testing.T) {
	folder := t.TempDir()
	readmodeltest.RunKilled(t, filepath.Join(folder, "model.duckdb"), filepath.Join(folder, "clean.duckdb"), openAt)
}

// TestOneProcess: another process does not get the file, and is told why.
func TestOneProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.duckdb")
	binary, err := os.Executable()
	require.NoError(t, err)
	open := func() string {
		other := exec.CommandContext(t.Context(), binary)
		other.Env = append(os.Environ(), asked+"="+path)
		said, err := other.CombinedOutput()
		require.NoError(t, err)
		return string(said)
	}
	db := mustOpen(t, path)
	require.Regexp(t, "^busy .*another process has the file", open())
	require.NoError(t, db.Close())
	require.Regexp(t, "^ <nil>", open())
}

// TestFiles: a file is known by whatever path, holds nothing but read models, and
// is whole without a write-ahead log once it is closed.
func TestFiles(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	foreign, err := sql.Open("duckdb", at("foreign.duckdb"))
	require.NoError(t, err)
	_, err = foreign.ExecContext(t.Context(), "CREATE VIEW contracts AS SELECT 1")
	require.NoError(t, err)
	require.NoError(t, foreign.Close())
	require.NoError(t, os.WriteFile(at("text.duckdb"), bytes.Repeat([]byte("no database "), 5000), 0o600))
	for name, want := range map[string]error{
		"":                          readmodel.ErrUnavailable, // the folder
		"foreign.duckdb":            readmodel.ErrNotAReadModel,
		"text.duckdb":               readmodel.ErrNotAReadModel,
		filepath.Join("no", "such"): readmodel.ErrUnavailable,
	} {
		_, err := Open(t.Context(), at(name))
		require.ErrorIs(t, err, want, name)
	}

	// Files are named as people like, and tables are found in each.
	for _, name := range []string{"v1.duckdb", "it's 50%?.duckdb"} {
		db := mustOpen(t, at(name))
		m, err := readmodel.New(db, readmodel.Options{})
		require.NoError(t, err)
		_, err = m.Ensure(t.Context())
		require.NoError(t, err)
		require.NoError(t, os.Symlink(at(name), at("link to "+name)))
		lease, err := db.Lease(t.Context(), "a")
		require.NoError(t, err)
		_, err = mustOpen(t, at("link to "+name)).Lease(t.Context(), "a")
		require.ErrorIs(t, err, readmodel.ErrLeased)
		require.NoError(t, lease.Held(t.Context()))
	}
	db := mustOpen(t, at("whole.duckdb"))
	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	_, err = m.Ensure(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.Close())
	require.NoFileExists(t, at("whole.duckdb.wal"))
	require.FileExists(t, at("whole.duckdb"))
}

func mustOpen(t testing.TB, path string) *Database {
	db, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}
