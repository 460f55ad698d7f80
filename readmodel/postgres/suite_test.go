package postgres_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

// shared is the server of the tests that do nothing to it.
var shared postgrestest.Shared

func TestMain(m *testing.M) {
	readmodeltest.Child(openBriefly)
	os.Exit(shared.Main(m))
}

func openAt(ctx context.Context, url string) (readmodel.Database, error) {
	return postgres.Open(ctx, url, postgres.Options{})
}

// on opens databases of a server, shared or not.
func on(server interface{ Database(testing.TB) string }) readmodeltest.Open {
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

// TestReadModel runs the suite that every database passes. What a long run repeats, on
// longer histories and at more moments, is the read model's and not the database's: it
// does so on SQLite.
func TestReadModel(t *testing.T) {
	t.Setenv(long.Variable, "")
	readmodeltest.Run(t, on(&shared))
}

// TestServerDiesUnderRunners: see RunServerKilled.
func TestServerDiesUnderRunners(t *testing.T) {
	server := postgrestest.Start(t)
	readmodeltest.RunServerKilled(t, server, on(server))
}

// TestKilled: see RunKilled.
func TestKilled(t *testing.T) {
	readmodeltest.RunKilled(t, shared.Database(t), shared.Database(t), openAt)
}

// TestStopped: see RunStopped.
func TestStopped(t *testing.T) {
	readmodeltest.RunStopped(t, func() string { return shared.Database(t) }, openBriefly, true)
}

// openBriefly has leases that last for a few seconds.
func openBriefly(ctx context.Context, url string) (readmodel.Database, error) {
	return postgres.Open(ctx, url, postgres.Options{LeaseTimeout: 3 * time.Second})
}
