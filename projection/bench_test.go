package projection_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/sqlite"
)

const million = 1_000_000

var inMemory = sync.OnceValue(func() *memory.Store { return memory.New() })

func memoryLog(b *testing.B) store.Store {
	s := inMemory()
	head, err := s.Head(b.Context())
	require.NoError(b, err)
	if head == 0 {
		market.Large(market.Size(b, million)).WriteTo(b, s)
	}
	return s
}

// inOrderLog cannot be cut, as an EventStoreDB cannot: one core reads at a time.
func inOrderLog(b *testing.B) store.Store { return struct{ store.Store }{memoryLog(b)} }

func sqliteLog(b *testing.B) store.Store {
	s, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "events.db"), sqlite.Options{})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	market.Large(market.Size(b, million)).WriteTo(b, s)
	return s
}

// BenchmarkFold folds a log of a million events (or as many millions as
// MARKETPLACE_BENCH_MILLIONS says) into a model. Its yardstick,
// encoding-json, folds the same log into the same records, with encoding/json
// into the full event structs; scan reads the log and does no more.
func BenchmarkFold(b *testing.B) {
	for _, log := range []struct {
		name string
		open func(*testing.B) store.Store
	}{{"memory", memoryLog}, {"in-order", inOrderLog}, {"sqlite", sqliteLog}} {
		b.Run(log.name, func(b *testing.B) {
			s := log.open(b)
			b.Run("scan", func(b *testing.B) {
				benchmarkRead(b, s, func() func(*event.Record) { return func(*event.Record) {} })
			})
			b.Run("encoding-json", func(b *testing.B) { benchmarkRead(b, s, func() func(*event.Record) { return foldJSON(b) }) })
			for _, workers := range []int{1, 2, 4} {
				b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
					b.ReportAllocs()
					var n event.Position
					for b.Loop() {
						m := projection.NewModel()
						require.NoError(b, m.Load(b.Context(), s, workers))
						n += m.Position()
					}
					b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
				})
			}
		})
	}
}

func benchmarkRead(b *testing.B, s store.Store, begin func() func(*event.Record)) {
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		each := begin()
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

func foldJSON(b *testing.B) func(*event.Record) {
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
	folder, err := projection.NewFolder(projection.Partition{})
	require.NoError(b, err)
	records := projection.NewRecords()
	return func(rec *event.Record) {
		var m meta
		if err := json.Unmarshal(rec.Metadata, &m); err != nil {
			b.Fatal(err)
		}
		e := reflect.New(types[rec.Type]).Interface().(event.Event)
		if err := json.Unmarshal(rec.Data, e); err != nil {
			b.Fatal(err)
		}
		if err := folder.FoldDecoded(&event.Envelope{
			ID: rec.ID, Stream: rec.Stream, Revision: rec.Revision, Position: rec.Position, RecordedAt: rec.RecordedAt, Version: 1,
			Meta:  event.Meta{OccurredAt: m.OccurredAt, Actor: m.Actor, CommandID: m.Command, CorrelationID: m.Correlation, CausationID: m.Causation},
			Event: e,
		}, records); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReport computes all statistics of 100,000 freelancers, each with 6
// invites and 3 contracts, and measures the memory of the model that holds them.
func BenchmarkReport(b *testing.B) {
	const freelancers = 100_000
	model, memory := bigModel(b, freelancers)
	for _, name := range statistics.PresetNames() {
		b.Run(name, func(b *testing.B) {
			policy, err := statistics.Preset(name)
			require.NoError(b, err)
			for b.Loop() {
				r, err := statistics.Ask(b.Context(), model, statistics.FullReport(), market.Ends, policy)
				require.NoError(b, err)
				require.Len(b, r.Freelancers, freelancers)
			}
			b.ReportMetric(freelancers*float64(b.N)/b.Elapsed().Seconds(), "freelancers/s")
			b.ReportMetric(memory/freelancers, "model-B/freelancer")
			b.ReportMetric(memory/float64(model.Position()), "model-B/event")
		})
	}
}

// bigModel loads a history that is too large to be kept as a log, part by part.
func bigModel(b *testing.B, freelancers int) (model *projection.Model, bytes float64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	model = projection.NewModel()
	m := market.New(2)
	m.NoDiaries = true
	m.RegisterClients(freelancers / 3)
	for i := range freelancers {
		m.Freelancer(6, 3)
		if len(m.History) > 200_000 || i == freelancers-1 {
			part := memory.New()
			m.WriteTo(b, part)
			m.History = m.History[:0]
			require.NoError(b, model.Load(b.Context(), later{part, model.Position()}, 1))
		}
	}
	m = nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	return model, float64(after.HeapAlloc - before.HeapAlloc)
}

// later is a part of a log, which is read as a whole; it calls its first event by
// the position behind that of the part before.
type later struct {
	store.Store
	behind event.Position
}

func (s later) Head(ctx context.Context) (event.Position, error) {
	head, err := s.Store.Head(ctx)
	return s.behind + head, err
}

func (s later) ReadAll(ctx context.Context, _ store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for r, err := range s.Store.ReadAll(ctx, store.Span{}) {
			r.Position += s.behind
			if !yield(r, err) {
				return
			}
		}
	}
}
