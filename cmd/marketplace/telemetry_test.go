package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortraces "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"
)

// collector is a server that speaks OTLP over HTTP.
type collector struct {
	url string
	mu  sync.Mutex
	got collected
}

// collected is what a collector was sent.
type collected struct {
	requests int
	service  map[string]string // the attributes of the process
	metrics  []string
	spans    []string
	text     string // all of it
}

func startCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = c.take(r.URL.Path, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// taken is what was sent since the last call.
func (c *collector) taken() collected {
	c.mu.Lock()
	defer c.mu.Unlock()
	got := c.got
	c.got = collected{}
	return got
}

func (c *collector) take(path string, body []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got.requests++
	if path == "/v1/traces" {
		return c.got.addTraces(body)
	}
	return c.got.addMetrics(body)
}

func (g *collected) addTraces(body []byte) error {
	var sent collectortraces.ExportTraceServiceRequest
	if err := proto.Unmarshal(body, &sent); err != nil {
		return err
	}
	g.text += sent.String()
	for _, r := range sent.GetResourceSpans() {
		g.describe(r.GetResource())
		for _, s := range r.GetScopeSpans() {
			for _, span := range s.GetSpans() {
				g.spans = append(g.spans, span.GetName())
			}
		}
	}
	return nil
}

func (g *collected) addMetrics(body []byte) error {
	var sent collectormetrics.ExportMetricsServiceRequest
	if err := proto.Unmarshal(body, &sent); err != nil {
		return err
	}
	g.text += sent.String()
	for _, r := range sent.GetResourceMetrics() {
		g.describe(r.GetResource())
		for _, s := range r.GetScopeMetrics() {
			for _, m := range s.GetMetrics() {
				g.metrics = append(g.metrics, m.GetName())
			}
		}
	}
	return nil
}

func (g *collected) describe(r *resource.Resource) {
	g.service = map[string]string{}
	for _, a := range r.GetAttributes() {
		g.service[a.GetKey()] = a.GetValue().GetStringValue()
	}
}

// exportTo sets variables of OpenTelemetry; TestMain leaves no others.
func exportTo(t *testing.T, variables map[string]string) {
	t.Helper()
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// What a command did is with the collector when it ends, however short it was; of
// nothing that a person wrote, and not where the log is.
func TestCommandsExport(t *testing.T) {
	c := startCollector(t)
	exportTo(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": c.url})
	dir := t.TempDir()
	log, model := "sqlite:"+filepath.Join(dir, "log.db"), "sqlite:"+filepath.Join(dir, "model.db")
	for _, does := range []struct {
		command        []string
		metrics, spans []string
	}{
		{[]string{"import", histories + "/small.ndjson", "--store", log},
			[]string{"store.operation.duration", "store.events", "store.bytes"}, []string{"store append all", "store read all"}},
		{[]string{"run", "--once", "--store", log},
			[]string{"store.events", "process.tasks", "process.task.delay", "process.open", "process.position", "process.failing"},
			[]string{"store append", "store read all"}},
		{[]string{"follow", "--once", "--store", log, "--read-model", model},
			[]string{"store.operation.duration", "readmodel.position", "readmodel.head", "readmodel.events", "readmodel.failing"},
			[]string{"store head", "store subscribe"}},
		{[]string{"rebuild", "--store", log, "--to", model}, []string{"store.operation.duration"}, []string{"store read all"}},
	} {
		t.Run(does.command[0], func(t *testing.T) {
			r := call(t, does.command...)
			require.Equal(t, exitDone, r.code, r.err)
			require.NotContains(t, r.err, "not exported")
			got := c.taken()
			require.Subset(t, got.metrics, does.metrics)
			require.Subset(t, got.spans, does.spans)
			require.Equal(t, "marketplace", got.service["service.name"])
			require.Equal(t, version(), got.service["service.version"])
			require.NotEmpty(t, got.service["service.instance.id"])
			for _, secret := range []string{dir, "no longer needed", "Why not."} {
				require.NotContains(t, got.text, secret)
			}
		})
	}
	t.Run("serve", func(t *testing.T) {
		t.Run("a page", func(t *testing.T) { page(t, serving(t, "--store", log)) })
		got := c.taken()
		require.Contains(t, got.metrics, "store.events")
		require.Contains(t, got.spans, "store read all")
	})
	t.Run("commands that are short", func(t *testing.T) {
		ok(t, "verify", "--store", log)
		ok(t, "stats", "--store", log)
		require.Zero(t, c.taken().requests)
	})
}

const oneCommand = `{"id":"00000000-0000-4000-8000-000000000001","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"11111111-1111-4111-8111-111111111111"}` + "\n"

// The variables are OpenTelemetry's, but where they name neither an exporter nor
// a collector nothing is exported, and nothing runs that would.
func TestWhatIsExported(t *testing.T) {
	const both = "traces metrics"
	for name, of := range map[string]struct {
		variables map[string]string
		exports   string
	}{
		"no variable":            {nil, ""},
		"a name alone":           {map[string]string{"OTEL_SERVICE_NAME": "shop", "OTEL_TRACES_SAMPLER": "always_on"}, ""},
		"a collector":            {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL"}, both},
		"a collector of traces":  {map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "URL/v1/traces"}, "traces"},
		"a collector of metrics": {map[string]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "URL/v1/metrics"}, "metrics"},
		"an exporter":            {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "otlp"}, "metrics"},
		"none":                   {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none"}, ""},
		"disabled":               {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "URL", "OTEL_TRACES_EXPORTER": "otlp", "OTEL_SDK_DISABLED": "TRUE"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := startCollector(t)
			for variable, value := range of.variables {
				of.variables[variable] = strings.Replace(value, "URL", c.url, 1)
			}
			exportTo(t, of.variables)
			require.Eventually(t, func() bool { return !exporterRuns() },
				10*time.Second, time.Millisecond, "those of the command before are about to end")
			script := &watchedScript{Reader: strings.NewReader(oneCommand), awaits: of.exports != ""}
			r := callWith(t.Context(), script, "import", "-", "--store", "memory:")
			require.Equal(t, exitDone, r.code, r.err)
			require.Empty(t, r.err)
			require.Equal(t, of.exports != "", script.exports)
			got := c.taken()
			require.Equal(t, strings.Contains(of.exports, "traces"), len(got.spans) > 0)
			require.Equal(t, strings.Contains(of.exports, "metrics"), len(got.metrics) > 0)
			require.Equal(t, of.exports == "", got.requests == 0)
		})
	}
}

// watchedScript is a script that sees, when it is first read, whether anything runs
// that exports. What has been started and is to run is waited for.
type watchedScript struct {
	io.Reader
	awaits  bool
	looked  bool
	exports bool
}

func (s *watchedScript) Read(p []byte) (int, error) {
	for until := time.Now().Add(10 * time.Second); !s.looked; {
		s.exports = exporterRuns()
		s.looked = s.exports == s.awaits || time.Now().After(until)
	}
	return s.Reader.Read(p)
}

func exporterRuns() bool {
	stacks := make([]byte, 1<<20)
	return strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "go.opentelemetry.io/otel/sdk")
}

// The names are the operator's to give.
func TestServiceName(t *testing.T) {
	c := startCollector(t)
	exportTo(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": c.url, "OTEL_SERVICE_NAME": "shop", "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=second,deployment.environment.name=test",
	})
	importScript(t, histories+"/small.ndjson", "--store", "memory:")
	service := c.taken().service
	require.Equal(t, "shop", service["service.name"])
	require.Equal(t, "second", service["service.instance.id"])
	require.Equal(t, "test", service["deployment.environment.name"])
}

// A collector that is away is told of once, and changes nothing else.
func TestCollectorIsAway(t *testing.T) {
	log := small(t)
	want := ok(t, "follow", "--store", log, "--read-model", "sqlite:"+filepath.Join(t.TempDir(), "model.db"), "--once")
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	exportTo(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:secret@" + l.Addr().String() + "/secret", "OTEL_EXPORTER_OTLP_HEADERS": "secret",
	})
	r := call(t, "follow", "--store", log, "--read-model", "sqlite:"+filepath.Join(t.TempDir(), "model.db"), "--once")
	require.Equal(t, exitDone, r.code, r.err)
	require.Equal(t, want, r.out)
	require.Equal(t, 1, strings.Count(r.err, "not exported"), r.err)
	require.Contains(t, r.err, "connection refused")
	require.Contains(t, r.err, `msg="parse headers"`)
	require.NotContains(t, r.err, "secret")
}

// What cannot be understood is told, and the command runs.
func TestUnknownExporter(t *testing.T) {
	exportTo(t, map[string]string{"OTEL_TRACES_EXPORTER": "pigeon", "OTEL_METRICS_EXPORTER": "pigeon"})
	r := call(t, "import", histories+"/small.ndjson", "--store", "memory:")
	require.Equal(t, exitDone, r.code, r.err)
	require.Equal(t, 3, strings.Count(r.err, "\n"), r.err)
	require.Contains(t, r.err, "lines are of the future")
	for _, signal := range []string{"traces", "metrics"} {
		require.Contains(t, r.err, `msg="no `+signal+` are exported" reason="unknown exporter`)
	}
}

// A collector that takes a request and never answers holds a command no longer
// than flushing, far below what the exporters themselves would wait.
func TestCollectorHangs(t *testing.T) {
	skipShort(t)
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-ended }))
	defer server.Close()
	defer close(ended)
	exportTo(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL, asProgram: "1"})
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
	defer cancel()
	p := exec.CommandContext(ctx, self, "import", histories+"/small.ndjson", "--store", "memory:")
	var stderr bytes.Buffer
	p.Stderr = &stderr
	out, err := p.Output()
	require.NoError(t, err, stderr.String())
	require.Contains(t, string(out), "applied")
	require.Equal(t, 1, strings.Count(stderr.String(), "not exported"), stderr.String())
}
