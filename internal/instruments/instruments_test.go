package instruments_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/marketcore/marketplace/internal/instruments"
)

var errBroken = errors.New("the provider is broken")

// broken is a provider that makes nothing.
type broken struct{ noop.MeterProvider }

func (broken) Meter(string, ...metric.MeterOption) metric.Meter { return brokenMeter{} }

type brokenMeter struct{ noop.Meter }

func (brokenMeter) Int64Counter(string, ...metric.Int64CounterOption) (metric.Int64Counter, error) {
	return noop.Int64Counter{}, errBroken
}

func (brokenMeter) RegisterCallback(metric.Callback, ...metric.Observable) (metric.Registration, error) {
	return nil, errBroken
}

// What a provider cannot make does nothing, and the error handler hears of it.
func TestBrokenProvider(t *testing.T) {
	var heard []error
	before := otel.GetErrorHandler()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { heard = append(heard, err) }))
	defer otel.SetErrorHandler(before)

	m := instruments.New(broken{}, "test")
	m.Counter("things", "{thing}", "Things.").Add(t.Context(), 1)
	require.Equal(t, []error{errBroken}, heard)
	stop := m.Observe(func(metric.Observer) {}, m.Gauge("level", "1", "A level."))
	stop()
	require.Equal(t, []error{errBroken, errBroken}, heard)
}
