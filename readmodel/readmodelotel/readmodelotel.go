// Package readmodelotel shows what a read model's runner does as OpenTelemetry
// metrics:
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
// Each has the attributes readmodel.version and readmodel.partition, and those
// that the host adds. Positions can be compared and nothing else: what lies
// between two is no number of events. They are read from Runner.Status when a reader
// collects them, so they cost a runner nothing.
//
// Three conditions, each for longer than a restart or a rebuild takes, are worth an
// alert: readmodel.failing is 1; readmodel.following is 0; readmodel.oldest_pending
// is further back than the tables may be.
package readmodelotel

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/readmodel"
)

const scope = "github.com/marketcore/marketplace/readmodel"

// Options configure Observe. The zero value is ready to use.
type Options struct {
	// Attributes are added to every measurement.
	Attributes []attribute.KeyValue
	// MeterProvider makes the metrics. Default: the global one.
	MeterProvider metric.MeterProvider
}

// Observe shows a runner until stop is called.
func Observe(r *readmodel.Runner, options Options) (stop func() error, err error) {
	if options.MeterProvider == nil {
		options.MeterProvider = otel.GetMeterProvider()
	}
	meter := options.MeterProvider.Meter(scope)
	var errs []error
	gauge := func(name, unit, description string) metric.Int64ObservableGauge {
		g, err := meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return g
	}
	position := gauge("readmodel.position", "{position}", "Every event of the partition up to it is in the tables.")
	head := gauge("readmodel.head", "{position}", "The newest event of the log that the runner knows of.")
	following := gauge("readmodel.following", "1", "1 while the runner has caught up and follows, else 0.")
	failing := gauge("readmodel.failing", "1", "1 while the runner waits to try again after a failure, or has ended, else 0.")
	unrefreshed := gauge("readmodel.statistics.failing", "1", "1 while the current statistics cannot be computed, else 0.")
	oldest := gauge("readmodel.oldest_pending", "s", "When the log recorded the first event that the runner has read and not written to the tables, in seconds since 1970; not measured while there is none.")
	events, err := meter.Int64ObservableCounter("readmodel.events", metric.WithUnit("{event}"),
		metric.WithDescription("Events of the partition that were folded."))
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	registration, err := meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := r.Status()
		with := metric.WithAttributes(append([]attribute.KeyValue{
			attribute.Int64("readmodel.version", s.Version), attribute.Int("readmodel.partition", s.Partition),
		}, options.Attributes...)...)
		o.ObserveInt64(position, int64(s.Position), with)
		o.ObserveInt64(head, int64(s.Head), with)
		if !s.OldestPending.IsZero() {
			o.ObserveInt64(oldest, s.OldestPending.Unix(), with)
		}
		o.ObserveInt64(events, int64(s.Events), with)
		o.ObserveInt64(following, one(s.Activity == readmodel.Following), with)
		o.ObserveInt64(failing, one(s.Activity == readmodel.Retrying || s.Activity == readmodel.Stopped), with)
		o.ObserveInt64(unrefreshed, one(s.StatisticsErr != nil), with)
		return nil
	}, position, head, oldest, events, following, failing, unrefreshed)
	if err != nil {
		return nil, err
	}
	return registration.Unregister, nil
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
