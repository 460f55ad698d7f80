package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
)

// shownBy is the program that runs until the test ends and shows its face, by its
// address.
func shownBy(t *testing.T, args ...string) (url string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append(args, "--listen", "127.0.0.1:0"), strings.NewReader(""), t.Output(), in)
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		require.Contains(t, []int{exitDone, exitFailed}, <-code)
	})
	lines := bufio.NewReader(out)
	for url == "" {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		if found := shownAt.FindStringSubmatch(line); found != nil {
			url = found[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return url
}

var shownAt = regexp.MustCompile(`metrics are shown" at=(http://[^\s"]+)`)

// reply is what an address answers, and how long it took.
type reply struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

func ask(t testing.TB, url string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	began := time.Now()
	got, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	return reply{got.StatusCode, got.Header, string(text), time.Since(began)}
}

// comesTo waits until an address answers with a status, and gives the answer.
func comesTo(t testing.TB, url string, status int) (a reply) {
	t.Helper()
	require.Eventually(t, func() bool {
		a = ask(t, url)
		return a.status == status
	}, time.Minute, 10*time.Millisecond, url)
	return a
}

// TestFace: every command that runs until it is interrupted shows that it lives, that
// what it needs answers, and what it does.
func TestFace(t *testing.T) {
	model := "sqlite:" + filepath.Join(t.TempDir(), "model.db")
	history := func(t *testing.T) string { // of its own, for it is written to
		log := newStore(t)
		importScript(t, histories+"/small.ndjson", "--store", log)
		return log
	}
	for name, c := range map[string]struct {
		show    func(t *testing.T) string
		ready   string
		metrics []string
	}{
		"serve": {func(t *testing.T) string { return strings.TrimSuffix(serving(t, "--store", small(t)), "/") },
			`{"log":"ok"}`, nil},
		"serve a read model": {func(t *testing.T) string {
			url := "sqlite:" + filepath.Join(t.TempDir(), "model.db")
			ok(t, "follow", "--once", "--store", small(t), "--read-model", url)
			return strings.TrimSuffix(serving(t, "--read-model", url), "/")
		}, `{"read_model":"ok"}`, nil},
		"run": {func(t *testing.T) string { return shownBy(t, "run", "--store", history(t)) },
			`{"log":"ok","deadlines":"ok","deadlines_behind_s":0}`, []string{"process_position", "process_next_due", "store_operation_duration_seconds_bucket"}},
		"follow": {func(t *testing.T) string { return shownBy(t, "follow", "--store", small(t), "--read-model", model) },
			`{"log":"ok","read_model":"ok","read_model_behind_s":0}`, []string{"readmodel_position", "store_operation_duration_seconds_bucket"}},
	} {
		t.Run(name, func(t *testing.T) {
			url := c.show(t)
			live := ask(t, url+"/healthz")
			require.Equal(t, http.StatusOK, live.status)
			require.Equal(t, "ok\n", live.body)
			ready := comesTo(t, url+"/readyz", http.StatusOK)
			require.JSONEq(t, c.ready, behindNothing.ReplaceAllString(ready.body, `$1:0`))
			require.Equal(t, "no-store", ready.header.Get("Cache-Control"))
			for _, metric := range append(c.metrics, "go_goroutines", `target_info{`, `service_name="marketplace"`) {
				require.Eventually(t, func() bool { return strings.Contains(ask(t, url+"/metrics").body, metric) },
					time.Minute, 10*time.Millisecond, metric)
			}
			require.Contains(t, ask(t, url+"/metrics").header.Get("Content-Type"), "text/plain")
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil)
			require.NoError(t, err)
			request.Host = "evil.example"
			refused, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			require.NoError(t, refused.Body.Close())
			require.Equal(t, http.StatusMisdirectedRequest, refused.StatusCode)
		})
	}
}

// behindNothing finds how far something is behind, which may be anything at a start.
var behindNothing = regexp.MustCompile(`(_behind_s"):\d+`)

// TestPagesAreCounted: what a page reads of the log is in the metrics, and what only
// asks whether the log is there is not.
func TestPagesAreCounted(t *testing.T) {
	url := serving(t, "--store", small(t))
	comesTo(t, url+"readyz", http.StatusOK)
	require.NotContains(t, ask(t, url+"metrics").body, "store_operation")
	page(t, url)
	require.Contains(t, ask(t, url+"metrics").body, `store_operation_duration_seconds_count{`)
}

// TestKnownAway: when a log is known to be away, that it is not ready and every page is
// answered at once, and so again when it is back.
func TestKnownAway(t *testing.T) {
	server := esdbtest.Start(t)
	importScript(t, histories+"/small.ndjson", "--store", server.ConnectionString())
	url := servingTelling(t, io.Discard, "--store", server.ConnectionString())
	comesTo(t, url+"readyz", http.StatusOK)
	page(t, url)
	server.Stop()
	require.JSONEq(t, `{"log":"unavailable"}`, comesTo(t, url+"readyz", http.StatusServiceUnavailable).body)
	for _, path := range []string{"", "weeks", "freelancers/" + freelancer, "clients/" + client + "/profile"} {
		away := ask(t, url+path)
		require.Equal(t, http.StatusServiceUnavailable, away.status, path)
		require.NotEmpty(t, away.header.Get("Retry-After"), path)
		require.Less(t, away.took, 15*time.Second, path) // a call waits 30 s for its log, and a page a minute
	}
	require.Equal(t, http.StatusOK, ask(t, url+"healthz").status)
	require.NoError(t, server.Restart())
	comesTo(t, url+"readyz", http.StatusOK)
	comesTo(t, url, http.StatusOK)
}

// TestLivesBeforeItsLog: a command that waits for its log lives, and is not ready.
func TestLivesBeforeItsLog(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close() // it takes connections and never answers
	url := shownBy(t, "run", "--store", "esdb://"+l.Addr().String()+"?tls=false")
	require.Equal(t, http.StatusOK, ask(t, url+"/healthz").status)
	ready := ask(t, url+"/readyz")
	require.Equal(t, http.StatusServiceUnavailable, ready.status)
	var said map[string]string
	require.NoError(t, json.Unmarshal([]byte(ready.body), &said))
	require.Equal(t, map[string]string{"process": "starting"}, said)
}

func TestListenWrongUse(t *testing.T) {
	fails(t, exitUsage, "is no address", "run", "--listen", "8080", "--store", small(t))
	fails(t, exitUsage, "once listen", "run", "--listen", "127.0.0.1:0", "--once", "--store", small(t))
	fails(t, exitUsage, "listen once", "follow", "--listen", "127.0.0.1:0", "--once", "--store", small(t), "--read-model", "sqlite:model.db")
	fails(t, exitFailed, "listen", "run", "--listen", "256.0.0.1:1", "--store", small(t))
}
