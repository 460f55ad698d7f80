// Package processotel watches what follows by itself: what a process.Runner does as
// OpenTelemetry metrics.
//
//	stop := processotel.Observe(processes, processotel.Options{})
//
// It uses OpenTelemetry's API only; a host that sets no provider pays next to
// nothing.
//
// Metrics, all with the attributes of Options:
//
//	process.tasks      tasks that are over, by process.kind and process.outcome: done,
//	                   repeated, moot or the code of a rejection
//	process.task.delay s from a task's due moment to its end, by process.kind
//	process.open       tasks that are open
//	process.position   where the runner is in the log
//	process.failing    1 while what it last did failed, else 0
//	process.next_due   when the next task is due that nothing keeps back, in seconds since
//	                   1970: in the past the runner is behind; not measured while there is none
//
// Positions can be compared and nothing else: what lies between two is no number of
// events. The last four are read from Runner.Status when a reader collects them.
package processotel

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/instruments"
	"github.com/marketcore/marketplace/process"
)

// scope names the instrumentation.
const scope = "github.com/marketcore/marketplace/process/processotel"

// Options configure Observe. The zero value is ready to use.
type Options struct {
	// Attributes are on every measurement, such as which host it is.
	Attributes []attribute.KeyValue
	// MeterProvider makes the metrics. Default: the global one.
	MeterProvider metric.MeterProvider
}

// delays are the borders of process.task.delay: from a second, the unit of all
// deadlines, to a week's outage.
var delays = []float64{0, 1, 2, 5, 10, 30, 60, 300, 3600, 21600, 86400, 604800}

// Observe watches a runner until stop is called. What it has done before is not
// counted.
func Observe(r *process.Runner, o Options) (stop func()) {
	m := instruments.New(o.MeterProvider, scope)
	common := metric.WithAttributes(o.Attributes...)
	deaf := countFinished(r, m, common)
	open := m.Gauge("process.open", "{task}", "Tasks that are open.")
	position := m.Gauge("process.position", "{position}", "Every event of the log up to it was seen.")
	failing := m.Gauge("process.failing", "1", "1 while what the runner last did failed, else 0.")
	next := m.Gauge("process.next_due", "s", "When the next task is due that nothing keeps back, in seconds since 1970; not measured while there is none.")
	blind := m.Observe(func(to metric.Observer) {
		s := r.Status()
		to.ObserveInt64(open, int64(s.Open), common)
		to.ObserveInt64(position, int64(s.Position), common)
		to.ObserveInt64(failing, instruments.Flag(s.Err != nil), common)
		if s.Position > 0 && s.NextDue < event.Latest {
			to.ObserveInt64(next, s.NextDue.Std().Unix(), common)
		}
	}, open, position, failing, next)
	return func() {
		deaf()
		blind()
	}
}

// countFinished counts tasks as they end.
func countFinished(r *process.Runner, m instruments.Meter, common metric.MeasurementOption) (stop func()) {
	tasks := m.Counter("process.tasks", "{task}", "Tasks that are over.")
	delay := m.WholeSeconds("process.task.delay", "From a task's due moment to its end.", delays...)
	return r.OnFinished(func(ctx context.Context, f process.Finished) {
		kind := attribute.String("process.kind", string(f.Kind))
		tasks.Add(ctx, 1, common, metric.WithAttributes(kind, attribute.String("process.outcome", f.What)))
		delay.Record(ctx, int64(f.At-f.Due), common, metric.WithAttributes(kind))
	})
}
