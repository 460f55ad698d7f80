// Package processotel shows what a process.Runner does as OpenTelemetry metrics:
//
//	process.tasks      tasks that are over, by process.kind and process.outcome
//	process.task.delay s from a task's due moment to its end, by process.kind
package processotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/process"
)

// scope names the instrumentation.
const scope = "github.com/marketcore/marketplace/process"

// Finished makes the metrics and what counts in them, for
// process.Options.Finished. A nil provider is the global one. It fails if the
// provider cannot make an instrument.
func Finished(provider metric.MeterProvider) (func(context.Context, process.Outcome, int64), error) {
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	meter := provider.Meter(scope)
	tasks, failed := meter.Int64Counter("process.tasks", metric.WithUnit("{task}"),
		metric.WithDescription("Tasks that are over."))
	// From a second, the unit of all deadlines, to a week's outage.
	borders := metric.WithExplicitBucketBoundaries(0, 1, 2, 5, 10, 30, 60, 300, 3600, 21600, 86400, 604800)
	delay, err := meter.Int64Histogram("process.task.delay", metric.WithUnit("s"), borders,
		metric.WithDescription("From a task's due moment to its end."))
	if err := errors.Join(failed, err); err != nil {
		return nil, err
	}
	return func(ctx context.Context, o process.Outcome, seconds int64) {
		kind := attribute.String("process.kind", string(o.Kind))
		tasks.Add(ctx, 1, metric.WithAttributes(kind, attribute.String("process.outcome", o.What)))
		delay.Record(ctx, seconds, metric.WithAttributes(kind))
	}, nil
}
