package storeotel

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/marketcore/marketplace/internal/instruments"
)

type measures struct {
	duration metric.Float64Histogram
	events   metric.Int64Counter
	bytes    metric.Int64Counter
	alive    metric.Int64UpDownCounter
	caughtUp metric.Int64UpDownCounter
	delay    metric.Float64Histogram
}

// seconds are the borders of the histograms: from an append in memory to a
// server that was away.
var seconds = []float64{
	0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
}

func newMeasures(m instruments.Meter) measures {
	return measures{
		duration: m.Seconds("store.operation.duration",
			"How long an operation of the store took, with the caller's loop over what it yields.", seconds...),
		events:   m.Counter("store.events", "{event}", "Events written or delivered."),
		bytes:    m.Counter("store.bytes", "By", "Data and metadata of the events written or delivered."),
		alive:    m.UpDownCounter("store.subscriptions", "{subscription}", "Subscriptions that are alive."),
		caughtUp: m.UpDownCounter("store.subscriptions.caught_up", "{subscription}", "Subscriptions that have caught up with the log."),
		delay: m.Seconds("store.subscription.delay",
			"From an event's recording to its delivery to a subscription that has caught up.", seconds...),
	}
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
