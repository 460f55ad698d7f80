package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

// newMetrics makes what the library's metrics are given to, and what shows them to
// Prometheus, with what the process uses of the machine.
func newMetrics() (*metric.MeterProvider, http.Handler, error) {
	all := prometheus.NewRegistry()
	all.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := otelprometheus.New(otelprometheus.WithRegisterer(all), otelprometheus.WithoutScopeInfo())
	if err != nil {
		return nil, nil, err
	}
	shown := promhttp.HandlerFor(all, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	return metric.NewMeterProvider(metric.WithReader(reader)), shown, nil
}
