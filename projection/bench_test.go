package projection_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/sqlite"
)

// millionEvents makes up a history of at least a million events.
func millionEvents() *market {
	m := newMarket(1)
	m.registerClients(3000)
	for len(m.history) < 1_000_000 {
		m.freelancer(20, 12)
	}
	return m
}

var inMemory = sync.OnceValue(func() *memory.Store { return memory.New() })

func memoryLog(b *testing.B) store.Store {
	s := inMemory()
	head, err := s.Head(b.Context())
	require.NoError(b, err)
	if head == 0 {
		millionEvents().writeTo(b, s)
	}
	return s
}

func sqliteLog(b *testing.B) store.Store {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "events.db"), sqlite.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	millionEvents().writeTo(b, s)
	return s
}

// BenchmarkFold folds a log of a million events into a model; full-json reads
// the same log with encoding/json into the full event structs and does no more.
func BenchmarkFold(b *testing.B) {
	for _, log := range []struct {
		name string
		open func(*testing.B) store.Store
	}{{"memory", memoryLog}, {"sqlite", sqliteLog}} {
		b.Run(log.name, func(b *testing.B) {
			s := log.open(b)
			b.Run("scan", func(b *testing.B) { benchmarkRead(b, s, func(*event.Record) {}) })
			b.Run("full-json", func(b *testing.B) { benchmarkRead(b, s, fullJSON(b)) })
			for _, workers := range []int{1, 2, 4} {
				b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
					b.ReportAllocs()
					var n event.Position
					for b.Loop() {
						m := projection.NewModel(event.Marketplace())
						require.NoError(b, m.Load(b.Context(), s, workers))
						n += m.Position()
					}
					b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
				})
			}
		})
	}
}

func benchmarkRead(b *testing.B, s store.Store, each func(*event.Record)) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for rec, err := range s.ReadAll(b.Context(), store.Span{}) {
			if err != nil {
				b.Fatal(err)
			}
			each(&rec)
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

func fullJSON(b *testing.B) func(*event.Record) {
	types := map[string]reflect.Type{}
	for _, t := range event.Types() {
		types[t.Event.EventType()] = reflect.TypeOf(t.Event).Elem()
	}
	type meta struct {
		OccurredAt  event.Time  `json:"occurredAt"`
		Version     string      `json:"schemaVersion"`
		Actor       event.Actor `json:"actor"`
		Command     uuid.UUID   `json:"commandId"`
		Correlation uuid.UUID   `json:"$correlationId"`
		Causation   uuid.UUID   `json:"$causationId"`
	}
	return func(rec *event.Record) {
		var m meta
		if err := json.Unmarshal(rec.Metadata, &m); err != nil {
			b.Fatal(err)
		}
		if err := json.Unmarshal(rec.Data, reflect.New(types[rec.Type]).Interface()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReport computes all statistics of 100,000 freelancers, each with 10
// invites and 6 contracts, and measures the memory of the model that holds them.
func BenchmarkReport(b *testing.B) {
	const freelancers = 100_000
	var before, after runtime.MemStats
	log := memory.New()
	m := newMarket(2)
	m.registerClients(freelancers / 3)
	for range freelancers {
		m.freelancer(10, 6)
		if len(m.history) > 200_000 {
			m.writeTo(b, log)
			m.history = m.history[:0]
		}
	}
	m.writeTo(b, log)
	m.history = nil
	head, err := log.Head(b.Context())
	require.NoError(b, err)
	runtime.GC()
	runtime.ReadMemStats(&before)
	model := projection.NewModel(event.Marketplace())
	require.NoError(b, model.Load(b.Context(), log, runtime.NumCPU()))
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(log)
	bytes := float64(after.HeapAlloc - before.HeapAlloc)
	for _, name := range projection.PresetNames() {
		b.Run(name, func(b *testing.B) {
			policy, err := projection.Preset(name)
			require.NoError(b, err)
			for b.Loop() {
				r, err := model.Report(marketEnds, policy)
				require.NoError(b, err)
				require.Len(b, r.Freelancers, freelancers)
			}
			b.ReportMetric(float64(freelancers)*float64(b.N)/b.Elapsed().Seconds(), "freelancers/s")
			b.ReportMetric(bytes/freelancers, "model-B/freelancer")
			b.ReportMetric(bytes/float64(head), "model-B/event")
		})
	}
}
