package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
)

// TestSchemas: read models of several logs fit one database, each in a schema of its
// own: what one does is nothing to the other.
func TestSchemas(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	ctx, url := t.Context(), shared.Database(t)
	first := open(t, url)
	second, err := postgres.Open(ctx, url, postgres.Options{Schema: "market_b"})
	require.NoError(t, err)
	defer second.Close()
	named := open(t, url+"&schema=market_b")
	small, large := readmodeltest.Log(t, 1, 1), readmodeltest.Log(t, 2, 3)

	require.NoError(t, followed(t, first, small))
	lease, err := first.Lease(ctx, "runner-1-0")
	require.NoError(t, err)
	defer lease.Release()
	require.NoError(t, followed(t, second, large), "leases are apart")
	_, err = second.Lease(ctx, "runner-1-0")
	require.NoError(t, err)
	_, err = named.Lease(ctx, "runner-1-0")
	require.ErrorIs(t, err, readmodel.ErrLeased)

	of := func(db readmodel.Database, schema string) (n int64) {
		t.Helper()
		n, err := number(ctx, db, "SELECT count(*) FROM "+schema+".contracts")
		require.NoError(t, err)
		require.Equal(t, schema+".contracts", db.Dialect().Stable("contracts"))
		return n
	}
	few, many := of(first, "marketplace"), of(named, "market_b")
	require.Less(t, few, many)
	m, err := readmodel.New(named, readmodel.Options{})
	require.NoError(t, err)
	done, err := m.Rebuild(ctx, large, readmodel.RebuildOptions{})
	require.NoError(t, err)
	require.True(t, done.Comparison.Equal())
	require.NoError(t, m.Drop(ctx))
	_, err = m.Rebuild(ctx, small, readmodel.RebuildOptions{})
	require.ErrorIs(t, err, readmodel.ErrOtherLog)
	require.Equal(t, few, of(first, "marketplace"))
	require.Equal(t, many, of(second, "market_b"))
}

// TestSchemaNames: what is no name for a schema is refused before anything is made.
func TestSchemaNames(t *testing.T) {
	url := shared.Database(t)
	for _, name := range []string{"Market", "market-b", "marketplace_1", "b_22", "1b", "_b", "pg_market", "information_schema", "select", "m;drop", "é", `m"`} {
		_, err := postgres.Open(t.Context(), url, postgres.Options{Schema: name})
		require.ErrorIs(t, err, readmodel.ErrBadURL, name)
	}
	for _, name := range []string{"", "marketplace", "public", "m2", "a_1b"} {
		db, err := postgres.Open(t.Context(), url, postgres.Options{Schema: name})
		require.NoError(t, err, name)
		require.NoError(t, db.Close())
	}
}
