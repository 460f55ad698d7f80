package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/open"
)

// What the small history has left open is done once, in whatever year.
func TestRunOnce(t *testing.T) {
	dir := t.TempDir()
	url := "sqlite:" + filepath.Join(dir, "log.db")
	ok(t, "import", histories+"/small.ndjson", "--store", url)
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

// An interrupt is how it ends, and no failure.
func TestRunIsInterrupted(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "log.db")
	ok(t, "import", histories+"/small.ndjson", "--store", url)
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
