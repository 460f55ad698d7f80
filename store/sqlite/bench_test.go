package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// The events of the benchmarks are as large as those of a marketplace.
var (
	benchData = []byte(`{"job":"6f1e9a52-7b53-4c57-9d0e-0d5a6cbb8a11","client":"0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2",` +
		`"freelancer":"d2a5b3c4-18f6-4c56-b7a9-3e1f5a7c9b0d","kind":"fixed","via":"invite"}`)
	benchMetadata = []byte(`{"$correlationId":"6f1e9a52-7b53-4c57-9d0e-0d5a6cbb8a11","$causationId":"0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2",` +
		`"commandId":"0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2","occurredAt":"2016-01-06T08:00:00Z","actor":"client","version":"1"}`)
)

func benchEvents(n int) []event.Proposed {
	events := make([]event.Proposed, n)
	for i := range events {
		events[i] = event.Proposed{ID: uuid.New(), Type: fmt.Sprintf("Type%d", i%40), Data: benchData, Metadata: benchMetadata}
	}
	return events
}

func benchStore(b *testing.B) *Store {
	s, err := Open(b.Context(), filepath.Join(b.TempDir(), "log.db"), Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	return s
}

// BenchmarkAppend: every append is one event for a stream of its own, as when
// many things begin, the dearest case.
func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s := benchStore(b)
			var next atomic.Int64
			var wg sync.WaitGroup
			b.ReportAllocs()
			b.ResetTimer()
			n := commits(s, func() {
				for range callers {
					wg.Go(func() {
						for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
							_, err := s.Append(b.Context(), store.Write{
								Stream: "contract-" + uuid.NewString(), Expected: store.NoStream, Events: benchEvents(1)})
							if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				wg.Wait()
				s.writer.end()
			})
			b.ReportMetric(float64(b.N)/float64(n), "events/commit")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// BenchmarkBareLoop commits the same rows in groups of the same size through
// SQLite alone: no request, no answer, no check of a revision.
func BenchmarkBareLoop(b *testing.B) {
	for _, group := range []int{1, 64} {
		b.Run(fmt.Sprintf("group=%d", group), func(b *testing.B) {
			tx, err := openTransaction(filepath.Join(b.TempDir(), "log.db"), Options{}.withDefaults())
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, tx.close()) })
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; {
				require.NoError(b, tx.beginStmt.Exec())
				for j := 0; j < group && i < b.N; j++ {
					i++
					name, e := "contract-"+uuid.NewString(), benchEvents(1)[0]
					require.NoError(b, exec(tx.addStream, int64(i), name, int64(0)))
					row := stored{position: int64(i), stream: int64(i), data: e.Data, metadata: e.Metadata,
						header: header{id: e.ID, recordedAt: time.Now().UnixMicro(), kind: 1}}
					require.NoError(b, tx.addEvent.insert(&row, name, e.Type))
				}
				require.NoError(b, tx.commitStmt.Exec())
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// bigLog fills a log with events of streams of ten, in writes of ten.
func bigLog(b *testing.B, s *Store, events int) {
	var writes []store.Write
	for i := 0; i < events; i += 10 {
		writes = append(writes, store.Write{Stream: fmt.Sprintf("contract-%032d", i), Expected: store.NoStream, Events: benchEvents(10)})
		if len(writes) == 400 || i+10 >= events {
			_, err := s.AppendAll(b.Context(), writes)
			require.NoError(b, err)
			writes = writes[:0]
		}
	}
}

func BenchmarkReadAll(b *testing.B) {
	const events = 1_000_000
	s := benchStore(b)
	start := time.Now()
	bigLog(b, s, events)
	b.Logf("written at %.0f events/s", events/time.Since(start).Seconds())
	info, err := os.Stat(s.path)
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		n := 0
		for _, err := range s.ReadAll(b.Context(), store.Span{}) {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, events, n)
	}
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(info.Size())/events, "file-B/event")
	b.ReportMetric(float64(len(benchData)+len(benchMetadata)), "payload-B/event")
}

func BenchmarkReadStream(b *testing.B) {
	s := benchStore(b)
	bigLog(b, s, 100_000)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range s.ReadStream(b.Context(), fmt.Sprintf("contract-%032d", i*7919%100_000/10*10), 0) {
			require.NoError(b, err)
			n++
		}
		require.Equal(b, 10, n)
		i++
	}
	b.ReportMetric(float64(10*b.N)/b.Elapsed().Seconds(), "events/s")
}
