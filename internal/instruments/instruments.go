// Package instruments makes OpenTelemetry's instruments, with its API only. One
// that a provider cannot make does nothing, and OpenTelemetry's error handler hears
// of it: what watches a host is no reason for it not to work.
package instruments

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
)

// Meter makes the instruments of one package.
type Meter struct{ meter metric.Meter }

// New is the meter of a scope, of OpenTelemetry's global provider if p is nil.
func New(p metric.MeterProvider, scope string) Meter {
	if p == nil {
		p = otel.GetMeterProvider()
	}
	return Meter{p.Meter(scope)}
}

// made hands an instrument on and its error to OpenTelemetry.
func made[I any](i I, err error) I {
	if err != nil {
		otel.Handle(err)
	}
	return i
}

// Counter counts what happens.
func (m Meter) Counter(name, unit, description string) metric.Int64Counter {
	return made(m.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description)))
}

// UpDownCounter counts what there is.
func (m Meter) UpDownCounter(name, unit, description string) metric.Int64UpDownCounter {
	return made(m.meter.Int64UpDownCounter(name, metric.WithUnit(unit), metric.WithDescription(description)))
}

// Seconds is the distribution of periods, between borders in seconds.
func (m Meter) Seconds(name, description string, borders ...float64) metric.Float64Histogram {
	return made(m.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(borders...)))
}

// WholeSeconds is Seconds of periods that have no fraction.
func (m Meter) WholeSeconds(name, description string, borders ...float64) metric.Int64Histogram {
	return made(m.meter.Int64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(borders...)))
}

// Gauge is a number that is looked at when it is collected.
func (m Meter) Gauge(name, unit, description string) metric.Int64ObservableGauge {
	return made(m.meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description)))
}

// Sum is a count that somebody else keeps, looked at when it is collected.
func (m Meter) Sum(name, unit, description string) metric.Int64ObservableCounter {
	return made(m.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(description)))
}

// Observe looks at the instruments when they are collected, until stop is called.
func (m Meter) Observe(look func(metric.Observer), instruments ...metric.Observable) (stop func()) {
	registration, err := m.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		look(o)
		return nil
	}, instruments...)
	if err != nil {
		otel.Handle(err)
		return func() {}
	}
	return func() {
		if err := registration.Unregister(); err != nil {
			otel.Handle(err)
		}
	}
}

// Flag is 1 for what is so, else 0.
func Flag(so bool) int64 {
	if so {
		return 1
	}
	return 0
}
