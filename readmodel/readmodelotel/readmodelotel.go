// Package readmodelotel watches a read model's runner: what it does as
// OpenTelemetry metrics.
//
//	stop := readmodelotel.Observe(runner, readmodelotel.Options{})
//
// It uses OpenTelemetry's API only; a host that sets no provider pays next to
// nothing.
//
// Metrics, all with the attributes readmodel.version and readmodel.partition, and
// those of Options:
//
//	readmodel.position   where the runner is in the log
//	readmodel.head       where the log ends, as far as the runner knows
//	readmodel.oldest_pending
//	                     when the log recorded the first event that the runner has read
//	                     and not written to the tables, in seconds since 1970; not
//	                     measured while there is none
//	readmodel.events     events that it has folded
//	readmodel.following  1 while it has caught up and follows, else 0
//	readmodel.failing    1 while it waits to try again after a failure, or has ended, else 0
//	readmodel.statistics.failing
//	                     1 while the current statistics cannot be computed, else 0
//
// Positions can be compared and nothing else: what lies between two is no number of
// events. All are read from Runner.Status when a reader collects them, so they cost
// a runner nothing.
//
// Three conditions, each for longer than a restart or a rebuild takes, are worth an
// alert: readmodel.failing is 1; readmodel.following is 0; readmodel.oldest_pending
// is further back than the tables may be.
package readmodelotel

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/internal/instruments"
	"github.com/marketcore/marketplace/readmodel"
)

// scope names the instrumentation.
const scope = "github.com/marketcore/marketplace/readmodel/readmodelotel"

// Options configure Observe. The zero value is ready to use.
type Options struct {
	// Attributes are on every measurement, such as which host it is.
	Attributes []attribute.KeyValue
	// MeterProvider makes the metrics. Default: the global one.
	MeterProvider metric.MeterProvider
}

// Observe watches a runner until stop is called.
func Observe(r *readmodel.Runner, o Options) (stop func()) {
	m := instruments.New(o.MeterProvider, scope)
	position := m.Gauge("readmodel.position", "{position}", "Every event of the partition up to it is in the tables.")
	head := m.Gauge("readmodel.head", "{position}", "The newest event of the log that the runner knows of.")
	oldest := m.Gauge("readmodel.oldest_pending", "s",
		"When the log recorded the first event that the runner has read and not written to the tables, in seconds since 1970; not measured while there is none.")
	events := m.Sum("readmodel.events", "{event}", "Events of the partition that were folded.")
	following := m.Gauge("readmodel.following", "1", "1 while the runner has caught up and follows, else 0.")
	failing := m.Gauge("readmodel.failing", "1", "1 while the runner waits to try again after a failure, or has ended, else 0.")
	unrefreshed := m.Gauge("readmodel.statistics.failing", "1", "1 while the current statistics cannot be computed, else 0.")
	return m.Observe(func(to metric.Observer) {
		s := r.Status()
		with := metric.WithAttributes(append([]attribute.KeyValue{
			attribute.Int64("readmodel.version", s.Version), attribute.Int("readmodel.partition", s.Partition),
		}, o.Attributes...)...)
		to.ObserveInt64(position, int64(s.Position), with)
		to.ObserveInt64(head, int64(s.Head), with)
		if !s.OldestPending.IsZero() {
			to.ObserveInt64(oldest, s.OldestPending.Unix(), with)
		}
		to.ObserveInt64(events, int64(s.Events), with)
		to.ObserveInt64(following, instruments.Flag(s.Activity == readmodel.Following), with)
		to.ObserveInt64(failing, instruments.Flag(s.Activity == readmodel.Retrying || s.Activity == readmodel.Stopped), with)
		to.ObserveInt64(unrefreshed, instruments.Flag(s.StatisticsErr != nil), with)
	}, position, head, oldest, events, following, failing, unrefreshed)
}
