package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/postgres"
	"github.com/marketcore/marketplace/projection/postgres/postgrestest"
	"github.com/marketcore/marketplace/projection/readmodel"
	"github.com/marketcore/marketplace/projection/readmodeltest"
)

// TestReadModel runs the suite that every database passes.
func TestReadModel(t *testing.T) {
	server := postgrestest.Start(t)
	readmodeltest.Run(t, func(t testing.TB) func() readmodel.Database {
		url := server.Database(t)
		return func() readmodel.Database {
			db, err := postgres.Open(t.Context(), url, postgres.Options{})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db
		}
	})
}
