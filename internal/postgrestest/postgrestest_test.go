package postgrestest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
)

// TestServer: databases are apart, and what was committed outlives a kill of
// every process; what was not is gone.
func TestServer(t *testing.T) {
	server := postgrestest.Start(t)
	ctx := t.Context()
	url, other := server.Database(t), server.Database(t)
	require.NotEqual(t, url, other)
	conn, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
	require.NoError(t, err)
	tx, err := conn.Begin(ctx)
	require.NoError(t, err)
	_, err = tx.Exec(ctx, "INSERT INTO kept VALUES (2)")
	require.NoError(t, err)

	require.NoError(t, server.Kill())
	require.Error(t, tx.Commit(ctx))
	_, err = pgx.Connect(ctx, url)
	require.Error(t, err)
	require.Error(t, server.Kill(), "it is down")
	require.NoError(t, server.Restart())
	require.Error(t, server.Restart(), "it is up")

	conn, err = pgx.Connect(ctx, url)
	require.NoError(t, err)
	var n int
	require.NoError(t, conn.QueryRow(ctx, "SELECT sum(n) FROM kept").Scan(&n))
	require.Equal(t, 1, n)
	var fsync string
	require.NoError(t, conn.QueryRow(ctx, "SHOW fsync").Scan(&fsync))
	require.Equal(t, "on", fsync)
	conn, err = pgx.Connect(ctx, other)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, "SELECT * FROM kept")
	require.Error(t, err)
	require.NoError(t, server.Stop())
	version, err := server.Version(ctx)
	require.NoError(t, err)
	require.Contains(t, version, "PostgreSQL")
}
