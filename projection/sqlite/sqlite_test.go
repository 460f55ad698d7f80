package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/readmodel"
	"github.com/marketcore/marketplace/projection/readmodeltest"
)

func TestDatabase(t *testing.T) {
	readmodeltest.Run(t, func(t testing.TB) func() readmodel.Database {
		path := filepath.Join(t.TempDir(), "model.db")
		return func() readmodel.Database { return mustOpen(t, path, Options{}) }
	})
}

func mustOpen(t testing.TB, path string, o Options) *Database {
	db, err := Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}
