package storeotel_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storeotel"
	"github.com/marketcore/marketplace/store/storetest"
)

// A watched store is a store, with the transactions of the one it watches.
func TestConformance(t *testing.T) {
	storetest.Run(t, storetest.Config{
		Open: func(testing.TB) store.Store {
			return storeotel.Wrap(memory.New(), storeotel.Options{
				MeterProvider: metric.NewMeterProvider(), TracerProvider: sdktrace.NewTracerProvider()})
		},
		Features: storetest.Features{Transactions: true, DensePositions: true},
	})
}

// What the watched store can do beyond store.Store, and no more, its watcher can.
func TestAbilities(t *testing.T) {
	abilities := func(s store.Store) (can [3]bool) {
		_, can[0] = s.(store.Transactor)
		_, can[1] = s.(store.ColumnReader)
		_, can[2] = s.(store.Cutter)
		return can
	}
	m := memory.New()
	for _, s := range []store.Store{m, struct{ store.Store }{m}, struct{ store.Transactor }{m}, struct{ store.Cutter }{m}, new(archive.Store)} {
		require.Equal(t, abilities(s), abilities(storeotel.Wrap(s, storeotel.Options{})))
	}
}

// Parts of a log are watched too, and what is read of its columns is counted.
func TestParts(t *testing.T) {
	log := memory.New()
	m := event.Meta{OccurredAt: event.MustParseTime("2016-01-04T00:00:00Z"), Actor: event.ActorClient, CommandID: uuid.New()}
	m.CorrelationID, m.CausationID = m.CommandID, m.CommandID
	w := store.Write{Stream: event.ContractStream(uuid.New()), Expected: store.NoStream}
	for i := range 5 {
		p, err := event.Marketplace().Encode(event.ID(m.CommandID, i), m, &event.ContractEnded{By: event.SideClient, Reason: "completed"})
		require.NoError(t, err)
		w.Events = append(w.Events, p)
	}
	_, err := log.Append(t.Context(), w)
	require.NoError(t, err)

	b := newBench()
	b.watch(log)
	for range b.Store.(store.Cutter).Cut(t.Context(), store.Span{Through: 5}, 2) {
	}
	span, attributes := b.span(t)
	require.Equal(t, "store cut", span.Name)
	require.Equal(t, "3", attributes["store.parts"])
	require.Equal(t, "5", attributes["store.through"])

	dir := filepath.Join(t.TempDir(), "archive")
	_, err = archive.Export(t.Context(), log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	archived, err := archive.Open(t.Context(), dir, archive.Options{})
	require.NoError(t, err)
	defer archived.Close()
	b.watch(archived)
	columns := b.Store.(store.ColumnReader)
	parts, err := columns.ColumnParts(t.Context(), store.Span{From: 1}, event.Marketplace().ColumnSchema())
	require.NoError(t, err)
	require.Len(t, parts, 1)
	span, attributes = b.span(t)
	require.Equal(t, "store fact parts", span.Name)
	require.Equal(t, "1", attributes["store.parts"])
	require.Equal(t, "1", attributes["store.from"])
	require.NoError(t, columns.ReadColumns(t.Context(), parts[0], new(event.ColumnBlock)))
	span, attributes = b.span(t)
	require.Equal(t, "store read facts", span.Name)
	require.Equal(t, "5", attributes["store.events"])
	require.Equal(t, map[string]float64{"/main/read facts": 5}, b.measured(t, "store.events"))

	_, err = columns.ColumnParts(t.Context(), store.Span{After: 6}, event.ColumnSchema{})
	require.ErrorIs(t, err, store.ErrUnknownPosition)
	span, attributes = b.span(t)
	require.Equal(t, codes.Unset, span.Status.Code, "an unknown position is an answer")
	require.Equal(t, "unknown_position", attributes["error.type"])
}

// bench is a watched store with what is recorded of it.
type bench struct {
	store.Store
	faults *storetest.Faulty
	record storeotel.Options
	spans  *tracetest.InMemoryExporter
	reader *metric.ManualReader
	now    time.Time
}

func newBench() *bench {
	b := &bench{spans: tracetest.NewInMemoryExporter(), reader: metric.NewManualReader(), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	b.record = storeotel.Options{
		Attributes:     []attribute.KeyValue{attribute.String("store.name", "main")},
		MeterProvider:  metric.NewMeterProvider(metric.WithReader(b.reader)),
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(b.spans)),
		Now:            func() time.Time { return b.now },
	}
	b.faults = storetest.NewFaulty(memory.Options{Now: func() time.Time { return b.now.Add(-3 * time.Second) }}.New())
	b.watch(b.faults)
	return b
}

// watch lets the bench record another store.
func (b *bench) watch(s store.Store) { b.Store = storeotel.Wrap(s, b.record) }

// span is the only span that was recorded since the last call.
func (b *bench) span(t *testing.T) (tracetest.SpanStub, map[string]string) {
	t.Helper()
	spans := b.spans.GetSpans()
	require.Len(t, spans, 1)
	b.spans.Reset()
	attributes := map[string]string{}
	for _, a := range spans[0].Attributes {
		attributes[string(a.Key)] = a.Value.Emit()
	}
	return spans[0], attributes
}

// measured is every number of a metric, by the attributes' values.
func (b *bench) measured(t *testing.T, name string) map[string]float64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(t, b.reader.Collect(t.Context(), &all))
	got := map[string]float64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != name {
				continue
			}
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range data.DataPoints {
					got[key(p.Attributes)] = float64(p.Value)
				}
			case metricdata.Histogram[float64]:
				for _, p := range data.DataPoints {
					got[key(p.Attributes)] = float64(p.Count)
					got[key(p.Attributes)+" sum"] = p.Sum
				}
			}
		}
	}
	return got
}

func key(set attribute.Set) string {
	text := ""
	for _, name := range []attribute.Key{"store.name", "store.operation", "store.outcome"} {
		if v, ok := set.Value(name); ok {
			text += "/" + v.Emit()
		}
	}
	return text
}

func write(stream string, expected store.Expected, n int) store.Write {
	return store.Write{Stream: stream, Expected: expected, Events: storetest.Events(n)}
}

func TestAppends(t *testing.T) {
	b := newBench()
	w := write("s-1", store.NoStream, 3)
	_, err := b.Append(t.Context(), w)
	require.NoError(t, err)
	span, attributes := b.span(t)
	require.Equal(t, "store append", span.Name)
	require.Equal(t, codes.Unset, span.Status.Code)
	size := 0
	for _, e := range w.Events {
		size += len(e.Data) + len(e.Metadata)
	}
	require.Equal(t, map[string]string{
		"store.name": "main", "store.stream": "s-1", "store.expected": "no event", "store.events": "3",
		"store.bytes": fmt.Sprint(size), "store.revision": "2", "store.position": "3",
	}, attributes)

	_, err = b.Append(t.Context(), write("s-1", store.NoStream, 1))
	require.ErrorIs(t, err, store.ErrConflict)
	span, attributes = b.span(t)
	require.Equal(t, codes.Unset, span.Status.Code, "a conflict is an answer")
	require.Equal(t, "conflict", attributes["error.type"])

	b.faults.FailAppends(1)
	_, err = b.Append(t.Context(), write("s-1", store.Exact(2), 1))
	require.ErrorIs(t, err, store.ErrUnavailable)
	span, attributes = b.span(t)
	require.Equal(t, codes.Error, span.Status.Code)
	require.Equal(t, "unavailable", attributes["error.type"])
	require.Len(t, span.Events, 1, "the error")

	_, err = b.Store.(store.Transactor).AppendAll(t.Context(), []store.Write{write("s-2", store.NoStream, 1), write("s-3", store.NoStream, 1)})
	require.NoError(t, err)
	span, attributes = b.span(t)
	require.Equal(t, "store append all", span.Name)
	require.Equal(t, "2", attributes["store.writes"])

	require.Equal(t, map[string]float64{"/main/append": 3, "/main/append all": 2}, b.measured(t, "store.events"))
	require.Equal(t, float64(size), b.measured(t, "store.bytes")["/main/append"])
	durations := b.measured(t, "store.operation.duration")
	require.Equal(t, 1.0, durations["/main/append/ok"])
	require.Equal(t, 1.0, durations["/main/append/conflict"])
	require.Equal(t, 1.0, durations["/main/append/unavailable"])
}

func TestReads(t *testing.T) {
	b := newBench()
	_, err := b.Append(t.Context(), write("s-1", store.NoStream, 5))
	require.NoError(t, err)
	b.span(t)

	_, err = storetest.Stream(t.Context(), b, "s-1")
	require.NoError(t, err)
	span, attributes := b.span(t)
	require.Equal(t, "store read stream", span.Name)
	require.Equal(t, "5", attributes["store.events"])
	require.Equal(t, "false", attributes["store.stopped"])

	for range b.ReadAll(t.Context(), store.Span{}) {
		break
	}
	_, attributes = b.span(t)
	require.Equal(t, "1", attributes["store.events"])
	require.Equal(t, "true", attributes["store.stopped"])

	b.faults.CutReads(1, 2)
	_, err = storetest.All(t.Context(), b)
	require.ErrorIs(t, err, store.ErrUnavailable)
	span, attributes = b.span(t)
	require.Equal(t, codes.Error, span.Status.Code)
	require.Equal(t, "2", attributes["store.events"])

	_, err = storetest.Stream(t.Context(), b, "s-2")
	require.ErrorIs(t, err, store.ErrStreamNotFound)
	span, _ = b.span(t)
	require.Equal(t, codes.Unset, span.Status.Code)

	require.Equal(t, map[string]float64{"/main/append": 5, "/main/read stream": 5, "/main/read all": 3}, b.measured(t, "store.events"))

	require.PanicsWithValue(t, "the caller's", func() {
		for range b.ReadAll(t.Context(), store.Span{}) {
			panic("the caller's")
		}
	})
	b.span(t)
}

func TestHead(t *testing.T) {
	b := newBench()
	_, err := b.Head(t.Context())
	require.NoError(t, err)
	span, attributes := b.span(t)
	require.Equal(t, "store head", span.Name)
	require.Equal(t, "0", attributes["store.position"])
}

func TestSubscriptions(t *testing.T) {
	b := newBench()
	_, err := b.Append(t.Context(), write("s-1", store.NoStream, 2))
	require.NoError(t, err)
	b.span(t)
	alive := func(caughtUp float64) {
		require.Equal(t, 1.0, b.measured(t, "store.subscriptions")["/main/subscribe"])
		require.Equal(t, caughtUp, b.measured(t, "store.subscriptions.caught_up")["/main/subscribe"])
	}
	steps := 0
	for n, err := range b.Subscribe(t.Context(), 0) {
		require.NoError(t, err)
		switch steps++; steps {
		case 1, 2:
			require.False(t, n.CaughtUp())
			alive(0)
		case 3:
			require.True(t, n.CaughtUp())
			alive(1)
			_, err := b.Append(t.Context(), write("s-1", store.Exact(1), 1))
			require.NoError(t, err)
			b.span(t)
		}
		if steps == 4 {
			require.False(t, n.CaughtUp())
			break
		}
	}
	span, attributes := b.span(t)
	require.Equal(t, "store subscribe", span.Name)
	require.Equal(t, "3", attributes["store.events"])
	require.Equal(t, "true", attributes["store.caught_up"])
	require.Zero(t, b.measured(t, "store.subscriptions")["/main/subscribe"])
	require.Zero(t, b.measured(t, "store.subscriptions.caught_up")["/main/subscribe"])
	require.Equal(t, map[string]float64{"/main/subscribe": 1, "/main/subscribe sum": 3}, b.measured(t, "store.subscription.delay"),
		"only of what came live: 3 s after it was recorded")

	b.faults.CutReads(1, 1)
	var failed error
	for _, failed = range b.Subscribe(t.Context(), 0) {
	}
	require.True(t, errors.Is(failed, store.ErrUnavailable))
	span, _ = b.span(t)
	require.Equal(t, codes.Error, span.Status.Code)
}
