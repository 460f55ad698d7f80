package readmodeltest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
)

// testLease: a name has one holder, over all programs, until it is released or
// its holder is gone.
func testLease(t *testing.T, open Open) {
	reopen := open(t)
	db, other := reopen(), reopen()
	first, err := db.Lease(t.Context(), "runner-1-0")
	require.NoError(t, err)
	require.NoError(t, first.Held(t.Context()))
	for _, d := range []readmodel.Database{db, other} {
		_, err = d.Lease(t.Context(), "runner-1-0")
		require.ErrorIs(t, err, readmodel.ErrLeased)
	}
	another, err := other.Lease(t.Context(), "runner-1-1")
	require.NoError(t, err, "another name is another lease")
	require.NoError(t, another.Release())

	require.NoError(t, first.Release())
	require.NoError(t, first.Release())
	require.ErrorIs(t, first.Held(t.Context()), readmodel.ErrLeaseLost)
	second, err := other.Lease(t.Context(), "runner-1-0")
	require.NoError(t, err)
	require.NoError(t, second.Held(t.Context()))
	require.NoError(t, first.Release(), "which is not the second's")
	_, err = db.Lease(t.Context(), "runner-1-0")
	require.ErrorIs(t, err, readmodel.ErrLeased)

	require.NoError(t, other.Close(), "leases end with their database")
	require.Error(t, second.Held(t.Context()))
	third, err := db.Lease(t.Context(), "runner-1-0")
	require.NoError(t, err)
	require.NoError(t, second.Release())
	require.NoError(t, third.Held(t.Context()))
	require.NoError(t, third.Release())

	for _, name := range []string{"", "A", "a/b", "a_b", "a b", "é", strings.Repeat("a", 61)} {
		_, err := db.Lease(t.Context(), name)
		require.Error(t, err, name)
	}
	long, err := db.Lease(t.Context(), strings.Repeat("a", 60))
	require.NoError(t, err)
	require.NoError(t, long.Release())
}
