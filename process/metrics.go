package process

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/event"
)

// scope names the instrumentation.
const scope = "github.com/marketcore/marketplace/process"

// metrics are made with OpenTelemetry's API only:
//
//	process.tasks      tasks that are over, by process.kind and process.outcome
//	process.task.delay s from a task's due moment to its end, by process.kind
type metrics struct {
	tasks metric.Int64Counter
	delay metric.Int64Histogram
}

// newMetrics makes the metrics. An instrument that a provider cannot make does
// nothing, and OpenTelemetry's error handler hears of it.
func newMetrics(provider metric.MeterProvider) metrics {
	meter := provider.Meter(scope)
	var m metrics
	var err error
	if m.tasks, err = meter.Int64Counter("process.tasks", metric.WithUnit("{task}"),
		metric.WithDescription("Tasks that are over.")); err != nil {
		otel.Handle(err)
	}
	// From a second, the unit of all deadlines, to a week's outage.
	borders := metric.WithExplicitBucketBoundaries(0, 1, 2, 5, 10, 30, 60, 300, 3600, 21600, 86400, 604800)
	if m.delay, err = meter.Int64Histogram("process.task.delay", metric.WithUnit("s"), borders,
		metric.WithDescription("From a task's due moment to its end.")); err != nil {
		otel.Handle(err)
	}
	return m
}

func (m metrics) finished(ctx context.Context, t *entry, now event.Time, outcome string) {
	kind := attribute.String("process.kind", string(t.Kind))
	m.tasks.Add(ctx, 1, metric.WithAttributes(kind, attribute.String("process.outcome", outcome)))
	m.delay.Record(ctx, int64(now-t.Due), metric.WithAttributes(kind))
}
