package competing_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/competing"
	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

func TestStrategies(t *testing.T) {
	events := func(e *engine.Engine) {
		for i := range 30 {
			_, _ = e.Append(context.Background(), "s", engine.Any, []engine.Event{{
				ID: uuid.New(), Metadata: fmt.Appendf(nil, `{"$correlationId":"c%d"}`, i%5)}})
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
	total := func(m map[string]int) (n int) {
		for _, k := range m {
			n += k
		}
		return n
	}

	single := share(t, competing.DispatchToSingle, 20)
	require.Equal(t, []int{20, 10, 0}, []int{total(single[0]), total(single[1]), total(single[2])})
	round := share(t, competing.RoundRobin, 20)
	require.Equal(t, []int{10, 10, 10}, []int{total(round[0]), total(round[1]), total(round[2])})
	pinned := share(t, competing.Pinned, 40)
	require.Equal(t, 30, max(total(pinned[0]), total(pinned[1]), total(pinned[2])), "one stream, one consumer")
	correlated := share(t, competing.PinnedByCorrelation, 40)
	seen := map[string]int{}
	for _, m := range correlated {
		for c, n := range m {
			require.Equal(t, 6, n, "a correlation, one consumer")
			seen[c]++
		}
	}
	require.Len(t, seen, 5)
}
