//go:build unix

package eventstoredb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// The benchmarks do the same work by turns through the store and through the
// bare official client, on the same server, so that a noisy machine is noisy
// for both. They report the events per second of each in the median turn, and
// the price of supervision: how much longer the store takes, and how much more
// processor time, server's part included, in the median of the pairs of turns.

func benchServer(b *testing.B) (*eventstoredb.Store, *esdb.Client) {
	server := esdbtest.Start(b)
	s := open(b, server.ConnectionString(), eventstoredb.Options{})
	client, err := official(server.ConnectionString())
	require.NoError(b, err)
	b.Cleanup(func() { _ = client.Close() })
	return s, client
}

// beside runs both by turns, b.N times, each turn doing so many events.
func beside(b *testing.B, events int, ours, bare func()) {
	var took, spent [2][]float64 // seconds
	turn := func(which int, run func()) {
		begun, used := time.Now(), cpuTime(b)
		run()
		took[which] = append(took[which], time.Since(begun).Seconds())
		spent[which] = append(spent[which], (cpuTime(b) - used).Seconds())
	}
	for i := range b.N {
		if i%2 == 0 { // neither is always first
			turn(0, ours)
			turn(1, bare)
		} else {
			turn(1, bare)
			turn(0, ours)
		}
	}
	more := func(of [2][]float64) float64 {
		ratios := make([]float64, b.N)
		for i := range ratios {
			ratios[i] = of[0][i] / of[1][i]
		}
		return 100 * (median(ratios) - 1)
	}
	b.ReportMetric(more(took), "%-longer")
	b.ReportMetric(more(spent), "%-more-cpu")
	b.ReportMetric(float64(events)/median(took[0]), "store-events/s")
	b.ReportMetric(float64(events)/median(took[1]), "bare-events/s")
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// cpuTime is what the process has spent on all cores, in user and in system mode.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s, client := benchServer(b)
			const turn = 256 // appends
			ends := map[string][]store.Expected{"ours": make([]store.Expected, callers), "bare": make([]store.Expected, callers)}
			write := func(name string, append func(ctx context.Context, stream string, end store.Expected, e event.Proposed) error) func() {
				for i := range callers {
					ends[name][i] = store.NoStream
				}
				return func() {
					var wg sync.WaitGroup
					for i := range callers {
						wg.Go(func() {
							for range turn / callers {
								if err := append(b.Context(), fmt.Sprintf("%s-%d", name, i), ends[name][i], storetest.Events(1)[0]); err != nil {
									b.Error(err)
								}
								ends[name][i]++
							}
						})
					}
					wg.Wait()
				}
			}
			beside(b, turn, write("ours", func(ctx context.Context, stream string, end store.Expected, e event.Proposed) error {
				_, err := s.Append(ctx, store.Write{Stream: stream, Expected: end, Events: []event.Proposed{e}})
				return err
			}), write("bare", func(ctx context.Context, stream string, end store.Expected, e event.Proposed) error {
				o := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
				if end >= 0 {
					o.ExpectedRevision = esdb.Revision(uint64(end))
				}
				_, err := client.AppendToStream(ctx, stream, o, esdb.EventData{EventID: e.ID, EventType: e.Type,
					ContentType: esdb.ContentTypeJson, Data: e.Data, Metadata: e.Metadata})
				return err
			}))
		})
	}
}

const benchEvents = 20_000

// fill writes events to read.
func fill(b *testing.B, s store.Store) {
	for i := range benchEvents / 1000 {
		_, err := s.Append(b.Context(), store.Write{Stream: "s-1", Expected: store.Expected(i*1000) - 1, Events: storetest.Events(1000)})
		require.NoError(b, err)
	}
}

// drain counts the events of a read through the bare client.
func drain(b *testing.B, want int, result *esdb.ReadStream, err error) {
	require.NoError(b, err)
	defer result.Close()
	n := 0
	for ; ; n++ {
		if _, err := result.Recv(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			b.Fatal(err)
		}
	}
	require.Equal(b, want, n)
}

func count(b *testing.B, read func(func(event.Record, error) bool)) {
	n := 0
	for _, err := range read {
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	require.Equal(b, benchEvents, n)
}

func BenchmarkReadStream(b *testing.B) {
	s, client := benchServer(b)
	fill(b, s)
	beside(b, benchEvents, func() { count(b, s.ReadStream(b.Context(), "s-1", 0)) }, func() {
		result, err := client.ReadStream(b.Context(), "s-1", esdb.ReadStreamOptions{}, 1<<40)
		drain(b, benchEvents, result, err)
	})
}

// BenchmarkReadAll compares a filtered read of the log with one that is not,
// as the official client has none, on a log that holds hardly anything else.
func BenchmarkReadAll(b *testing.B) {
	s, client := benchServer(b)
	fill(b, s)
	all := benchEvents + 4 // the server's users, of which a real one has more
	beside(b, benchEvents, func() { count(b, s.ReadAll(b.Context(), store.Span{})) }, func() {
		result, err := client.ReadAll(b.Context(), esdb.ReadAllOptions{}, 1<<40)
		drain(b, all, result, err)
	})
}

func BenchmarkCatchUp(b *testing.B) {
	s, client := benchServer(b)
	fill(b, s)
	beside(b, benchEvents, func() {
		n := 0
		for note, err := range s.Subscribe(b.Context(), 0) {
			if err != nil {
				b.Fatal(err)
			}
			if note.CaughtUp() {
				break
			}
			n++
		}
		require.Equal(b, benchEvents, n)
	}, func() {
		sub, err := client.SubscribeToAll(b.Context(), esdb.SubscribeToAllOptions{
			From: esdb.Start{}, Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: 512, CheckpointInterval: 1})
		require.NoError(b, err)
		n := 0
		for {
			e := sub.Recv()
			if e.SubscriptionDropped != nil {
				b.Fatal(e.SubscriptionDropped.Error)
			}
			if e.CaughtUp != nil {
				break
			}
			if e.EventAppeared != nil {
				n++
			}
		}
		require.NoError(b, sub.Close())
		require.Equal(b, benchEvents, n)
	})
}
