package competing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

func TestStrategies(t *testing.T) {
	events := func(e *engine.Engine) {
		for i := range 30 {
			_, _ = e.Append(context.Background(), "s", engine.Any, []engine.Event{{
				ID: uuid.New(), Type: "Tested", Metadata: fmt.Appendf(nil, `{"$correlationId":"c%d"}`, i%5)}})
		}
	}
	// share delivers everything to three consumers with the given room each
	// and says who got what, by the correlation.
	share := func(t *testing.T, strategy competing.Strategy, room int) []map[string]int {
		e, r := start(t)
		create(t, r, func(s *competing.Settings) { s.Strategy = strategy })
		shares := make([]map[string]int, 3)
		consumers := make([]*competing.Consumer, 3)
		for i := range consumers {
			consumers[i], shares[i] = connect(t, r, room), map[string]int{}
		}
		events(e)
		require.Eventually(t, func() bool {
			info, err := r.Info(key)
			return err == nil && info.InFlight == 30
		}, 10*time.Second, time.Millisecond)
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // what was delivered still comes
		for i, c := range consumers {
			for d, err := c.Next(ctx); err == nil; d, err = c.Next(ctx) {
				shares[i][string(d.Event.Event.Metadata)]++
			}
		}
		return shares
	}
	got := share(t, competing.DispatchToSingle, 20)
	require.Equal(t, []int{20, 10, 0}, totals(got))
	require.Equal(t, []int{10, 10, 10}, totals(share(t, competing.RoundRobin, 20)))
	require.Equal(t, []int{30, 0, 0}, totals(share(t, competing.Pinned, 40)), "one stream, one consumer")
	got = share(t, competing.PinnedByCorrelation, 40)
	require.Equal(t, []int{12, 6, 12}, totals(got), "each new correlation goes to who has the fewest; c2 and c3 share a bucket")
	for _, m := range got {
		for _, n := range m {
			require.Equal(t, 6, n, "a correlation, one consumer")
		}
	}
}

func totals(shares []map[string]int) []int {
	sums := make([]int, len(shares))
	for i, m := range shares {
		for _, n := range m {
			sums[i] += n
		}
	}
	return sums
}

// TestAPinnedConsumerWithoutRoom is overtaken by others.
func TestAPinnedConsumerWithoutRoom(t *testing.T) {
	e, r := start(t)
	create(t, r, func(s *competing.Settings) { s.Strategy = competing.PinnedByCorrelation })
	a, b := connect(t, r, 1), connect(t, r, 2)
	for _, c := range []string{"one", "two", "one", "two"} {
		_, err := e.Append(t.Context(), "s", engine.Any, []engine.Event{{
			ID: uuid.New(), Type: "Tested", Metadata: fmt.Appendf(nil, `{"$correlationId":%q}`, c)}})
		require.NoError(t, err)
	}
	ids, got := take(t, a, 1)
	require.Equal(t, []string{"s 0/0"}, got)
	_, got = take(t, b, 2)
	require.Equal(t, []string{"s 1/0", "s 3/0"}, got)
	a.Ack(ids...)
	_, got = take(t, a, 1)
	require.Equal(t, []string{"s 2/0"}, got)
}

// TestDispatchToSingle goes on with the consumer that it has come to.
func TestDispatchToSingle(t *testing.T) {
	e, r := start(t)
	create(t, r, func(s *competing.Settings) { s.Strategy = competing.DispatchToSingle })
	a, b := connect(t, r, 1), connect(t, r, 2)
	appendN(t, e, "s", 2)
	ids, got := take(t, a, 1)
	require.Equal(t, []string{"s 0/0"}, got)
	take(t, b, 1)
	a.Ack(ids...)
	appendN(t, e, "s", 1)
	_, got = take(t, b, 1)
	require.Equal(t, []string{"s 2/0"}, got)
}
