package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/open"
)

// What the small history has left open is done once, in whatever year.
func TestRunOnce(t *testing.T) {
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "log.db")
	importScript(t, histories+"/small.ndjson", "--store", url)
	checkpoint := filepath.Join(dir, "agenda")
	out := ok(t, "run", "--once", "--store", url, "--checkpoint", checkpoint)
	require.Regexp(t, `expire_invite +done`, out)
	require.Contains(t, out, "to come")
	require.FileExists(t, checkpoint)
	counted := ok(t, "events", "--store", url)
	again := ok(t, "run", "--once", "--store", url, "--checkpoint", checkpoint)
	require.True(t, strings.HasSuffix(out, again), "nothing is done twice: %s", again)
	require.Equal(t, counted, ok(t, "events", "--store", url))
	ok(t, "verify", "--store", url)
}

// The allowance of Connects is off unless it is named.
func TestRunGrantsConnects(t *testing.T) {
	for _, c := range []struct {
		flag  string
		grant bool
	}{{"", false}, {"none", false}, {"public", true}} {
		url := "sqlite:" + filepath.Join(t.TempDir(), "log.db")
		script := filepath.Join(t.TempDir(), "one.ndjson")
		require.NoError(t, os.WriteFile(script, []byte(`{"id":"01234567-89ab-cdef-0123-456789abcde0","at":"2024-01-10T00:00:00Z","cmd":"RegisterFreelancer","freelancer":"`+freelancer+"\"}\n"), 0o600))
		importScript(t, script, "--store", url)
		args := []string{"run", "--once", "--store", url}
		if c.flag != "" {
			args = append(args, "--connects-allowance", c.flag)
		}
		ok(t, args...)
		text := ok(t, "connects", freelancer, "--store", url, "--as-of", "9999-12-31")
		require.Equal(t, c.grant, strings.Contains(text, "granted, monthly"), c.flag)
	}
	fails(t, exitUsage, "known are none, public", "run", "--store", "memory:", "--connects-allowance", "all")
}

// An interrupt is how it ends, and no failure.
func TestRunIsInterrupted(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "log.db")
	importScript(t, histories+"/small.ndjson", "--store", url)
	reader, err := open.Store(t.Context(), url, true)
	require.NoError(t, err)
	defer reader.Close()
	imported, err := reader.Head(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan result, 1)
	go func() { done <- callWith(ctx, nil, "run", "--store", url) }()
	for n, err := range reader.Subscribe(t.Context(), imported) {
		require.NoError(t, err)
		if !n.CaughtUp() {
			break // it has begun
		}
	}
	cancel()
	r := <-done
	require.Equal(t, exitDone, r.code, r.err)
}

func TestRunNeedsALog(t *testing.T) {
	fails(t, exitNotFound, "there is no log", "run", "--store", "sqlite:"+filepath.Join(t.TempDir(), "none.db"))
	fails(t, exitUsage, "nothing to read", "run", "--store", "memory:")
}

// A log that can only be read is refused before anything is done for it, by whatever
// would write to it.
func TestReadOnlyLogIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	ok(t, "export", dir, "--store", small(t))
	before, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, args := range []string{"run", "run --once", "import " + histories + "/small.ndjson", "restore " + dir, "simulate --months 1"} {
		r := call(t, append(strings.Fields(args), "--store", "archive:"+dir)...)
		refused(t, r, exitFailed, "archive:"+dir+" can only be read")
		require.Contains(t, r.err, "name a log that can be written")
	}
	after, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

// What runs until it is interrupted ends well wherever it is interrupted, be it while
// it opens its log.
func TestInterruptIsTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	model := "sqlite:" + filepath.Join(t.TempDir(), "model.db")
	for _, args := range []string{
		"run", "follow --read-model " + model, "events --follow", "serve --listen 127.0.0.1:0",
	} {
		r := callWith(ctx, nil, append(strings.Fields(args), "--store", small(t))...)
		require.Equal(t, exitDone, r.code, "%s: %s", args, r.err)
		require.Empty(t, r.err, args)
	}
	for _, args := range []string{"run --once", "follow --once --read-model " + model} {
		refused(t, callWith(ctx, nil, append(strings.Fields(args), "--store", small(t))...), exitFailed, "interrupted")
	}
}

// Of what follows by itself failures are told, and that they are over.
func TestFailuresAreToldWithTheirEnd(t *testing.T) {
	var told bytes.Buffer
	logger := slog.New(failures{slog.NewTextHandler(&told, nil)})
	logger.Info("rejected", "code", "wrong_state")
	require.Empty(t, told.String())
	waiting := backoff.Waiting{Pauses: backoff.ForStore(), Logger: logger, Who: "the clerk"}
	waiting.Note(t.Context(), errors.New("closed"))
	waiting.GoesOn(t.Context())
	require.Regexp(t, `level=WARN msg="the clerk waits and tries again".*\n.*msg="the clerk goes on".*\n$`, told.String())
}
