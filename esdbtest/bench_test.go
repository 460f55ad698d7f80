package esdbtest_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
)

// BenchmarkAppend appends single events with the official client, by one
// caller and by 64, each to a stream of its own.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			_, c := start(b)
			put(b, c, "warm", 1)
			var left atomic.Int64
			left.Store(int64(b.N))
			done := make(chan error, callers)
			b.ResetTimer()
			for n := range callers {
				go func() {
					for left.Add(-1) >= 0 {
						_, err := c.AppendToStream(b.Context(), fmt.Sprint("s", n), esdb.AppendToStreamOptions{}, events(1)...)
						if err != nil {
							done <- err
							return
						}
					}
					done <- nil
				}()
			}
			for range callers {
				require.NoError(b, <-done)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkRead reads a stream, and BenchmarkSubscribe the log by a
// subscription, of 10,000 events.
func BenchmarkRead(b *testing.B) {
	_, c := start(b)
	for range 10 {
		put(b, c, "s", 1000)
	}
	for b.Loop() {
		rs, err := c.ReadStream(b.Context(), "s", esdb.ReadStreamOptions{}, 10_000)
		require.NoError(b, err)
		all, err := drain(rs)
		require.NoError(b, err)
		require.Len(b, all, 10_000)
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkSubscribe: see BenchmarkRead.
func BenchmarkSubscribe(b *testing.B) {
	_, c := start(b)
	for range 10 {
		put(b, c, "s", 1000)
	}
	for b.Loop() {
		sub, err := c.SubscribeToAll(b.Context(), esdb.SubscribeToAllOptions{From: esdb.Start{},
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"s"}}})
		require.NoError(b, err)
		for seen := 0; seen < 10_000; {
			e := sub.Recv()
			require.Nil(b, e.SubscriptionDropped)
			if e.EventAppeared != nil {
				seen++
			}
		}
		require.NoError(b, sub.Close())
	}
	b.ReportMetric(float64(b.N)*10_000/b.Elapsed().Seconds(), "events/s")
}
