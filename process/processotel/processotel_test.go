package processotel_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/process/processotel"
)

// A collector sees every task by its kind and outcome, how late it was, and where
// the runner is, until it stops looking.
func TestObserve(t *testing.T) {
	clock := process.NewManualClock(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	m, err := open.Marketplace(t.Context(), "memory:", marketplace.Options{Now: clock.Now})
	require.NoError(t, err)
	defer m.Close()
	p, err := m.Processes(process.Options{Clock: clock})
	require.NoError(t, err)
	reader := metric.NewManualReader()
	stop := processotel.Observe(p, processotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
		Attributes:    []attribute.KeyValue{attribute.String("host", "a")},
	})
	client, freelancer := uuid.New(), uuid.New()
	for _, c := range []aggregate.Command{
		aggregate.RegisterClient{Client: client},
		aggregate.RegisterFreelancer{Freelancer: freelancer},
		aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer},
	} {
		_, err := m.Do(t.Context(), c)
		require.NoError(t, err)
	}
	require.NoError(t, p.Settle(t.Context()))
	before := collect(t, reader)
	require.EqualValues(t, p.Status().Open, before.gauges["process.open"])

	clock.Set(event.MustParseTime("2024-02-04T10:00:07Z").Std())
	require.NoError(t, p.Settle(t.Context()))
	got := collect(t, reader)
	for outcome, n := range p.Status().Outcomes {
		require.EqualValues(t, n, got.tasks[outcome], outcome)
	}
	require.Len(t, got.tasks, len(p.Status().Outcomes))
	require.EqualValues(t, 1, got.tasks[process.Outcome{Kind: process.ExpireInvite, What: process.OutcomeDone}])
	invited := event.MustParseTime("2024-01-31T00:00:00Z") // 30 days after it was sent
	require.EqualValues(t, event.At(clock.Now())-invited, got.delays[process.ExpireInvite])
	head, err := m.Store().Head(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, head, got.gauges["process.position"])
	require.EqualValues(t, 0, got.gauges["process.failing"])
	require.EqualValues(t, p.Status().NextDue.Std().Unix(), got.gauges["process.next_due"])

	stop()
	clock.Advance(14 * 24 * time.Hour)
	require.NoError(t, p.Settle(t.Context()))
	require.Equal(t, got.tasks, collect(t, reader).tasks)
	require.Empty(t, collect(t, reader).gauges)
}

func TestObserveFailure(t *testing.T) {
	m, err := open.Marketplace(t.Context(), "memory:", marketplace.Options{})
	require.NoError(t, err)
	p, err := m.Processes(process.Options{})
	require.NoError(t, err)
	reader := metric.NewManualReader()
	defer processotel.Observe(p, processotel.Options{
		MeterProvider: metric.NewMeterProvider(metric.WithReader(reader)),
		Attributes:    []attribute.KeyValue{attribute.String("host", "a")},
	})()
	require.NoError(t, m.Close())
	require.Error(t, p.Run(t.Context()))
	require.EqualValues(t, 1, collect(t, reader).gauges["process.failing"])
}

// collected is what a collector sees.
type collected struct {
	tasks  map[process.Outcome]int64
	delays map[process.Kind]int64 // their sums
	gauges map[string]int64
}

func collect(t *testing.T, reader *metric.ManualReader) collected {
	var all metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &all))
	c := collected{map[process.Outcome]int64{}, map[process.Kind]int64{}, map[string]int64{}}
	value := func(s attribute.Set, key attribute.Key) string {
		host, _ := s.Value("host")
		require.Equal(t, "a", host.AsString())
		v, _ := s.Value(key)
		return v.AsString()
	}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				require.Equal(t, "process.tasks", m.Name)
				for _, p := range data.DataPoints {
					kind := process.Kind(value(p.Attributes, "process.kind"))
					c.tasks[process.Outcome{Kind: kind, What: value(p.Attributes, "process.outcome")}] = p.Value
				}
			case metricdata.Histogram[int64]:
				require.Equal(t, "process.task.delay", m.Name)
				for _, p := range data.DataPoints {
					c.delays[process.Kind(value(p.Attributes, "process.kind"))] = p.Sum
				}
			case metricdata.Gauge[int64]:
				require.Len(t, data.DataPoints, 1)
				value(data.DataPoints[0].Attributes, "host")
				c.gauges[m.Name] = data.DataPoints[0].Value
			default:
				t.Fatal(m.Name)
			}
		}
	}
	return c
}
