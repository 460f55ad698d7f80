package long_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

func TestPick(t *testing.T) {
	t.Setenv(long.Variable, "")
	require.Equal(t, 2, long.Pick(2, 12))
	t.Setenv(long.Variable, "long")
	want := 12
	if testing.Short() {
		want = 2
	}
	require.Equal(t, want, long.Pick(2, 12))
	t.Setenv(long.Variable, "yes")
	require.PanicsWithValue(t, `MARKETPLACE_TEST is "yes"; it is either unset or "long"`, func() { long.Run() })
}
