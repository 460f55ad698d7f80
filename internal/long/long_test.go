package long_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

func TestPick(t *testing.T) {
	for value, want := range map[string][2]int{"": {2, 3}, "long": {12, 13}, "soak": {12, 50}} {
		t.Setenv(long.Variable, value)
		if testing.Short() {
			want = [2]int{2, 3}
		}
		require.Equal(t, want[0], long.Pick(2, 12), value)
		require.Equal(t, want[1], long.Among(3, 13, 50), value)
		require.Equal(t, want[0] == 12, long.Run(), value)
		require.Equal(t, want[1] == 50, long.Soak(), value)
	}
	t.Setenv(long.Variable, "yes")
	require.PanicsWithValue(t, `MARKETPLACE_TEST is "yes"; it is either unset, "long" or "soak"`, func() { long.Run() })
}

func TestChecks(t *testing.T) {
	checks := flag.Int("rapid.checks", 100, "as rapid has it, which this package does not link")
	t.Setenv(long.Variable, "")
	long.Checks(8, 20, 50)
	require.Equal(t, 8, *checks)
	t.Setenv(long.Variable, "long")
	long.Checks(8, 20, 50)
	// flag.Set counts as asked for: whoever asks first is heard.
	require.Equal(t, 8, *checks)
}
