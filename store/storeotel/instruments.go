package storeotel

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

type instruments struct {
	duration metric.Float64Histogram
	events   metric.Int64Counter
	bytes    metric.Int64Counter
	alive    metric.Int64UpDownCounter
	caughtUp metric.Int64UpDownCounter
	delay    metric.Float64Histogram
}

// seconds are the borders of the histograms: from an append in memory to a
// server that was away.
var seconds = metric.WithExplicitBucketBoundaries(
	0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

// newInstruments makes the metrics. An instrument that a provider cannot make
// does nothing, and OpenTelemetry's error handler hears of it.
func newInstruments(m metric.Meter) instruments {
	handle := func(err error) {
		if err != nil {
			otel.Handle(err)
		}
	}
	var i instruments
	var err error
	i.duration, err = m.Float64Histogram("store.operation.duration", metric.WithUnit("s"), seconds,
		metric.WithDescription("How long an operation of the store took, with the caller's loop over what it yields."))
	handle(err)
	i.events, err = m.Int64Counter("store.events", metric.WithUnit("{event}"),
		metric.WithDescription("Events written or delivered."))
	handle(err)
	i.bytes, err = m.Int64Counter("store.bytes", metric.WithUnit("By"),
		metric.WithDescription("Data and metadata of the events written or delivered."))
	handle(err)
	i.alive, err = m.Int64UpDownCounter("store.subscriptions", metric.WithUnit("{subscription}"),
		metric.WithDescription("Subscriptions that are alive."))
	handle(err)
	i.caughtUp, err = m.Int64UpDownCounter("store.subscriptions.caught_up", metric.WithUnit("{subscription}"),
		metric.WithDescription("Subscriptions that have caught up with the log."))
	handle(err)
	i.delay, err = m.Float64Histogram("store.subscription.delay", metric.WithUnit("s"), seconds,
		metric.WithDescription("From an event's recording to its delivery to a subscription that has caught up."))
	handle(err)
	return i
}

// newSets makes the attributes of every measurement, once.
func newSets(common []attribute.KeyValue) map[operation]metric.MeasurementOption {
	sets := map[operation]metric.MeasurementOption{}
	for _, op := range operations {
		all := append(append([]attribute.KeyValue{}, common...), attribute.String("store.operation", string(op)))
		sets[op] = metric.WithAttributeSet(attribute.NewSet(all...))
	}
	return sets
}
