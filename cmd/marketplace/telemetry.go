package main

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/process/processotel"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodelotel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storeotel"
)

// flushing is how long a command waits at its end for a collector.
const flushing = 3 * time.Second

// telemetry takes the metrics and traces of one command to where the OTEL_*
// variables say (docs/observing.md). Nil takes nothing anywhere.
type telemetry struct {
	traces   trace.TracerProvider // nil if none are exported
	meters   metric.MeterProvider // nil if none are exported
	scraped  http.Handler         // shows metrics to Prometheus; nil if they are not to be scraped
	ends     []func(context.Context) error
	logger   *slog.Logger
	failures *toldOnce
}

// exporting is action for a command that may run for long, which is worth watching.
func (c *cli) exporting(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return c.exportingTo(func() bool { return false }, do)
}

// exportingTo is exporting for a command that may be scraped.
func (c *cli) exportingTo(scraped func() bool, do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return c.action(func(ctx context.Context, args []string) error {
		c.telemetry = c.newTelemetry(ctx, scraped())
		return do(ctx, args)
	})
}

// newTelemetry is what the environment asks for, and metrics to be scraped. What is
// asked for and cannot be is told on stderr, and no reason for the command not to run.
func (c *cli) newTelemetry(ctx context.Context, scraped bool) *telemetry {
	traces, metrics := exports("TRACES"), exports("METRICS")
	scraped = scraped && !disabled()
	if !traces && !metrics && !scraped {
		return nil
	}
	logger := c.logger()
	t := &telemetry{logger: logger, failures: &toldOnce{logger: logger, message: "metrics or traces are not exported; told once, and the command goes on"}}
	otel.SetLogger(c.withoutValues())
	otel.SetErrorHandler(&toldOnce{logger: logger, message: "not all that the OTEL_* variables say can be followed"})
	defer otel.SetErrorHandler(t.failures)
	of := describe(ctx)
	if traces {
		t.exportTraces(ctx, of)
	}
	t.exportMetrics(ctx, of, metrics, scraped)
	return t
}

func disabled() bool { return strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") }

// exports reports whether the environment names an exporter of a signal, or a
// collector. Where it names none, autoexport would dial one on this machine.
func exports(signal string) bool {
	if disabled() {
		return false
	}
	switch os.Getenv("OTEL_" + signal + "_EXPORTER") {
	case "none":
		return false
	case "":
		return os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || os.Getenv("OTEL_EXPORTER_OTLP_"+signal+"_ENDPOINT") != ""
	}
	return true
}

// describe says which process it is. The command line and the host's name are not
// in it: a URL may hold a password.
func describe(ctx context.Context) *resource.Resource {
	of, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "marketplace"),
		attribute.String("service.version", version()),
		attribute.String("service.instance.id", uuid.NewString()),
	), resource.WithFromEnv())
	if err != nil {
		otel.Handle(err)
	}
	return of
}

func (t *telemetry) exportTraces(ctx context.Context, of *resource.Resource) {
	to, err := autoexport.NewSpanExporter(ctx)
	if err != nil {
		t.logger.Warn("no traces are exported", "reason", reason(err))
		return
	}
	p := sdktrace.NewTracerProvider(sdktrace.WithResource(of), sdktrace.WithBatcher(to))
	t.traces, t.ends = p, append(t.ends, p.Shutdown)
}

// exportMetrics exports metrics as the environment says, and to who scrapes them.
func (t *telemetry) exportMetrics(ctx context.Context, of *resource.Resource, byEnvironment, scraped bool) {
	options := []sdkmetric.Option{sdkmetric.WithResource(of)}
	add := func(to sdkmetric.Reader, err error) {
		if err != nil {
			t.logger.Warn("no metrics are exported", "reason", reason(err))
			return
		}
		options = append(options, sdkmetric.WithReader(to))
	}
	if byEnvironment {
		add(autoexport.NewMetricReader(ctx))
	}
	if scraped {
		add(t.scrape())
	}
	if len(options) > 1 {
		p := sdkmetric.NewMeterProvider(options...)
		t.meters, t.ends = p, append(t.ends, p.Shutdown)
	}
}

// scrape is a reader of which t.scraped shows everything as Prometheus reads it, with
// what the process uses of the machine.
func (t *telemetry) scrape() (sdkmetric.Reader, error) {
	all := prometheus.NewRegistry()
	all.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	reader, err := otelprometheus.New(otelprometheus.WithRegisterer(all), otelprometheus.WithoutScopeInfo())
	if err == nil {
		t.scraped = promhttp.HandlerFor(all, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	}
	return reader, err
}

// store is a log that is watched.
func (t *telemetry) store(s store.Store) store.Store {
	if t == nil {
		return s
	}
	return storeotel.Wrap(s, storeotel.Options{MeterProvider: t.meters, TracerProvider: t.traces})
}

// processes watches what follows by itself until flush, which is to see where it
// came to.
func (t *telemetry) processes(p *process.Runner) {
	if t != nil {
		processotel.Observe(p, processotel.Options{MeterProvider: t.meters})
	}
}

// runner watches a read model's runner until flush.
func (t *telemetry) runner(r *readmodel.Runner) {
	if t != nil {
		readmodelotel.Observe(r, readmodelotel.Options{MeterProvider: t.meters})
	}
}

// flush exports what is left, when the command has ended or was interrupted.
func (t *telemetry) flush(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushing)
	defer cancel()
	var ending sync.WaitGroup
	for _, end := range t.ends {
		ending.Go(func() {
			if err := end(ctx); err != nil {
				t.failures.Handle(err)
			}
		})
	}
	ending.Wait()
	t.failures.silence()
}

// toldOnce tells of the first error alone: a collector that is away is away for
// every export.
type toldOnce struct {
	logger  *slog.Logger
	message string

	mu   sync.Mutex
	told bool
}

// Handle implements otel.ErrorHandler.
func (o *toldOnce) Handle(err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.told {
		o.told = true
		o.logger.Warn(o.message, "reason", reason(err))
	}
}

func (o *toldOnce) silence() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = true
}

var address = regexp.MustCompile(`[a-z]+://[^\s"]+`)

// reason is why a collector did not take something. Its address may hold a secret,
// and what it answers may be long.
func reason(err error) string {
	text := address.ReplaceAllString(oneLine(err), "URL")
	return text[:min(len(text), 300)]
}

// withoutValues is a log of OpenTelemetry's own complaints about its variables,
// without the values, which may be an API key.
func (c *cli) withoutValues() logr.Logger {
	plain := func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey, slog.LevelKey, slog.MessageKey, "logger":
			return a
		}
		return slog.Attr{}
	}
	h := c.handler(&slog.HandlerOptions{Level: slog.LevelError, ReplaceAttr: plain})
	return logr.FromSlogHandler(h).WithName("OTEL_* variables")
}
