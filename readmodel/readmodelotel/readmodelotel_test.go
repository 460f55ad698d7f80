package readmodelotel_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodelotel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/readmodel/sqlite"
	"github.com/marketcore/marketplace/store"
)

// What a collector sees is the runner's status.
func TestObserve(t *testing.T) {
	log := readmodeltest.Log(t, 1, 1)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "model.db"), sqlite.Options{})
	require.NoError(t, err)
	m, err := readmodel.New(db, readmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	r, err := m.NewRunner(log, readmodel.RunnerOptions{NoStatistics: true})
	require.NoError(t, err)
	reader := metric.NewManualReader()
	stop := readmodelotel.Observe(r, readmodelotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
		Attributes:    []attribute.KeyValue{attribute.String("host", "a")},
	})
	require.Zero(t, collect(t, reader)["readmodel.position"])

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	got := collect(t, reader)
	require.GreaterOrEqual(t, got["readmodel.position"], int64(head))
	require.Equal(t, got["readmodel.position"], got["readmodel.head"])
	require.NotContains(t, got, "readmodel.oldest_pending", "all is in the tables")
	require.EqualValues(t, events(t, log), got["readmodel.events"])
	require.EqualValues(t, 0, got["readmodel.failing"])
	require.EqualValues(t, 0, got["readmodel.statistics.failing"])
	cancel()
	require.NoError(t, <-ended)
	got = collect(t, reader)
	require.EqualValues(t, 0, got["readmodel.following"])
	require.EqualValues(t, 1, got["readmodel.failing"])
	stop()
	require.Empty(t, collect(t, reader))
}

// What was read and is not in the tables is told by the moment of its recording, to
// a collector that comes while the database writes.
func TestObservePending(t *testing.T) {
	log := readmodeltest.Log(t, 1, 1)
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "model.db"), sqlite.Options{})
	require.NoError(t, err)
	reader := metric.NewManualReader()
	var during []map[string]int64
	m, err := readmodel.New(beforeWrite{db, func() { during = append(during, collect(t, reader)) }}, readmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	r, err := m.NewRunner(log, readmodel.RunnerOptions{NoStatistics: true, BatchEvents: 1000})
	require.NoError(t, err)
	stop := readmodelotel.Observe(r, readmodelotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
		Attributes:    []attribute.KeyValue{attribute.String("host", "a")},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	cancel()
	require.NoError(t, <-ended)
	stop()

	var told []int64
	for _, seen := range during {
		if at, pending := seen["readmodel.oldest_pending"]; pending {
			told = append(told, at)
			require.Less(t, seen["readmodel.position"], seen["readmodel.head"])
		}
	}
	require.NotEmpty(t, told)
	for first, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		require.Equal(t, first.RecordedAt.Unix(), told[0])
		break
	}
}

// beforeWrite is a database that tells of each transaction before it begins.
type beforeWrite struct {
	readmodel.Database
	tell func()
}

func (b beforeWrite) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	b.tell()
	return b.Database.Write(ctx, do)
}

// What cannot be computed is seen, though the runner follows.
func TestObserveStatistics(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "model.db"), sqlite.Options{})
	require.NoError(t, err)
	m, err := readmodel.New(unleased{db}, readmodel.Options{})
	require.NoError(t, err)
	defer m.Close()
	r, err := m.NewRunner(readmodeltest.Log(t, 1, 1), readmodel.RunnerOptions{})
	require.NoError(t, err)
	reader := metric.NewManualReader()
	stop := readmodelotel.Observe(r, readmodelotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
		Attributes:    []attribute.KeyValue{attribute.String("host", "a")},
	})
	require.Zero(t, collect(t, reader)["readmodel.statistics.failing"])
	require.ErrorIs(t, r.Run(t.Context()), readmodel.ErrReadOnly)
	require.EqualValues(t, 1, collect(t, reader)["readmodel.statistics.failing"])
	stop()
	require.Empty(t, collect(t, reader))
}

// unleased is a database that gives nobody the lease of the statistics.
type unleased struct{ readmodel.Database }

func (u unleased) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if strings.HasPrefix(name, "statistics-") {
		return nil, readmodel.ErrReadOnly.With(nil, "a test wants it so")
	}
	return u.Database.Lease(ctx, name)
}

func events(t *testing.T, log store.Store) (n int) {
	for _, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		n++
	}
	return n
}

func collect(t *testing.T, reader *metric.ManualReader) map[string]int64 {
	var all metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &all))
	values := map[string]int64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			var points []metricdata.DataPoint[int64]
			switch data := m.Data.(type) {
			case metricdata.Gauge[int64]:
				points = data.DataPoints
			case metricdata.Sum[int64]:
				points = data.DataPoints
			}
			require.Len(t, points, 1, m.Name)
			host, _ := points[0].Attributes.Value("host")
			require.Equal(t, "a", host.AsString())
			partition, _ := points[0].Attributes.Value("readmodel.partition")
			require.EqualValues(t, 0, partition.AsInt64())
			values[m.Name] = points[0].Value
		}
	}
	return values
}
