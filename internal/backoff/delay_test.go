package backoff_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/internal/backoff"
)

// A pause is at most twice as long as the one before could be, never above the
// cap, never below half of what it could be, and differs from client to client.
func TestDelay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := backoff.Backoff{
			First: time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(t, "first")),
			Last:  time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "last")),
		}
		n := rapid.IntRange(0, 1_000_000).Draw(t, "failures")
		whole := b.Last
		if n < 40 {
			whole = min(b.Last, b.First<<max(n-1, 0))
		}
		d := b.Delay(n)
		require.LessOrEqual(t, d, b.Last)
		if n <= 20 {
			require.LessOrEqual(t, d, whole)
			require.GreaterOrEqual(t, d, whole-whole/2-1)
		}
	})
	b, seen := backoff.Backoff{First: time.Second, Last: time.Minute}, map[time.Duration]bool{}
	for range 20 {
		seen[b.Delay(3)] = true
	}
	require.Greater(t, len(seen), 1)
}

// What chance takes off is the caller's to give: a pause follows from it.
func TestDelayFollowsFromChance(t *testing.T) {
	for name, c := range map[string]struct {
		random func(time.Duration) time.Duration
		want   []time.Duration
	}{
		"nothing is taken off":  {func(time.Duration) time.Duration { return 0 }, []time.Duration{10, 10, 20, 40, 70, 70}},
		"the most is taken off": {func(below time.Duration) time.Duration { return below - 1 }, []time.Duration{5, 5, 10, 20, 35, 35}},
	} {
		b := backoff.Backoff{First: 10, Last: 70, Random: c.random}
		for n, want := range c.want {
			require.Equal(t, want, b.Delay(n), "%s: failure %d", name, n)
		}
	}
}

func TestSleepEndsEarly(t *testing.T) {
	ended := make(chan struct{})
	close(ended)
	backoff.Sleep(time.Hour, ended, nil)
	backoff.Sleep(time.Hour, nil, ended)
	backoff.Sleep(0, nil, nil)
}
