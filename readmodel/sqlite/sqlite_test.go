package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

func TestMain(m *testing.M) {
	readmodeltest.Child(openAt)
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

func mustOpen(t testing.TB, path string, o Options) *database {
	db, err := Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db.(*database)
}
