package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/postgres"
	"github.com/marketcore/marketplace/projection/postgres/postgrestest"
	"github.com/marketcore/marketplace/projection/readmodel"
	"github.com/marketcore/marketplace/projection/readmodeltest"
)

// on opens databases of a server.
func on(server *postgrestest.Server) readmodeltest.Open {
	return func(t testing.TB) func() readmodel.Database {
		url := server.Database(t)
		return func() readmodel.Database {
			db, err := postgres.Open(t.Context(), url, postgres.Options{})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db
		}
	}
}

// TestReadModel runs the suite that every database passes.
func TestReadModel(t *testing.T) { readmodeltest.Run(t, on(postgrestest.Start(t))) }

// TestServerDiesUnderRunners: see RunServerKilled.
func TestServerDiesUnderRunners(t *testing.T) {
	server := postgrestest.Start(t)
	readmodeltest.RunServerKilled(t, server, on(server))
}
