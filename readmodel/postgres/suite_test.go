package postgres_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

func TestMain(m *testing.M) {
	readmodeltest.Child(openAt)
	os.Exit(m.Run())
}

func openAt(ctx context.Context, url string) (readmodel.Database, error) {
	return postgres.Open(ctx, url, postgres.Options{})
}

// on opens databases of a server.
func on(server *postgrestest.Server) readmodeltest.Open {
	return func(t testing.TB) func() readmodel.Database {
		url := server.Database(t)
		return func() readmodel.Database {
			db, err := openAt(t.Context(), url)
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

// TestKilled: see RunKilled.
func TestKilled(t *testing.T) {
	server := postgrestest.Start(t)
	readmodeltest.RunKilled(t, server.Database(t), server.Database(t), openAt)
}
