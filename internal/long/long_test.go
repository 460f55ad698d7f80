package long_test

import (
	"flag"
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

func TestChecks(t *testing.T) {
	checks := flag.Int("rapid.checks", 100, "as rapid has it, which this package does not link")
	t.Setenv(long.Variable, "")
	long.Checks(8, 20)
	require.Equal(t, 8, *checks)
	t.Setenv(long.Variable, "long")
	long.Checks(8, 20)
	// flag.Set counts as asked for: whoever asks first is heard.
	require.Equal(t, 8, *checks)
}
