package eventstoredb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A pause is at most twice as long as the one before could be, never above the
// cap, never below half of what it could be, and differs from client to client.
func TestBackoff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := backoff{
			first: time.Duration(rapid.Int64Range(1, int64(time.Second)).Draw(t, "first")),
			most:  time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "most")),
		}
		n := rapid.IntRange(0, 1_000_000).Draw(t, "failures")
		whole := b.most
		if n < 40 {
			whole = min(b.most, b.first<<max(n-1, 0))
		}
		d := b.delay(n)
		require.LessOrEqual(t, d, b.most)
		if n <= 20 {
			require.LessOrEqual(t, d, whole)
			require.GreaterOrEqual(t, d, whole-whole/2-1)
		}
	})
	b, seen := backoff{first: time.Second, most: time.Minute}, map[time.Duration]bool{}
	for range 20 {
		seen[b.delay(3)] = true
	}
	require.Greater(t, len(seen), 1)
}
