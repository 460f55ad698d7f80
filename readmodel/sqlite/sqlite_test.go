package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

func TestMain(m *testing.M) {
	readmodeltest.Child(openBriefly)
	os.Exit(m.Run())
}

func openAt(ctx context.Context, path string) (readmodel.Database, error) {
	return Open(ctx, path, Options{})
}

func TestDatabase(t *testing.T) {
	readmodeltest.Run(t, func(t testing.TB) func() readmodel.Database {
		path := filepath.Join(t.TempDir(), "model.db")
		return func() readmodel.Database { return mustOpen(t, path, Options{}) }
	})
}

func TestKilled(t *testing.T) {
	folder := t.TempDir()
	readmodeltest.RunKilled(t, filepath.Join(folder, "model.db"), filepath.Join(folder, "clean.db"), openAt)
}

// TestStopped: see RunStopped. One that is stopped while it writes has SQLite's locks.
func TestStopped(t *testing.T) {
	folder, n := t.TempDir(), 0
	readmodeltest.RunStopped(t, func() string {
		n++
		return filepath.Join(folder, fmt.Sprintf("model-%d.db", n))
	}, openBriefly, false)
}

// openBriefly has leases that last for a few seconds.
func openBriefly(ctx context.Context, path string) (readmodel.Database, error) {
	return Open(ctx, path, Options{LeaseTimeout: 3 * time.Second})
}

func mustOpen(t testing.TB, path string, o Options) *database {
	db, err := Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db.(*database)
}
