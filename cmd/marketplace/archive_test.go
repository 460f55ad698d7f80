package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// The archive of a log answers as the log does, and so does what is restored.
func TestArchive(t *testing.T) {
	skipShort(t)
	dir := filepath.Join(t.TempDir(), "archive")
	require.Contains(t, ok(t, "export", dir, "--store", small(t)), " added; ")
	require.Contains(t, ok(t, "export", dir, "--store", small(t)), "0 events added; ")
	require.Contains(t, ok(t, "verify", dir), "all as written")
	require.Contains(t, ok(t, "verify", "--store", "archive://"+dir), "all as written")
	restored := newStore(t)
	require.Contains(t, ok(t, "restore", dir, "--store", restored), "all as in the archive")

	for _, question := range []string{
		"stats --json --as-of " + moment,
		"stats --json --policy 2015 --as-of " + moment,
		"explain job-success " + freelancer + " --as-of " + moment,
		"events contract-" + contract,
	} {
		args := strings.Fields(question)
		want := ok(t, append(args, "--store", small(t))...)
		require.Equal(t, want, ok(t, append(args, "--store", "archive://"+dir)...))
		require.Equal(t, want, ok(t, append(args, "--store", restored)...))
	}

	plain := ok(t, "export", "--ndjson", "-", "--store", small(t))
	require.Equal(t, plain, ok(t, "export", "--ndjson", "-", "--store", "archive://"+dir))
	path := filepath.Join(t.TempDir(), "log.ndjson.zst")
	require.Contains(t, ok(t, "export", "--ndjson", path, "--store", small(t)), "events\n")
	packed, err := os.ReadFile(path)
	require.NoError(t, err)
	r, err := zstd.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	defer r.Close()
	var text bytes.Buffer
	_, err = r.WriteTo(&text)
	require.NoError(t, err)
	require.Equal(t, plain, text.String())
}

func TestArchiveWrongUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	fails(t, exitUsage, "name the folder", "export", "--store", small(t))
	fails(t, exitUsage, "name the folder", "export", dir, "--ndjson", "-", "--store", small(t))
	fails(t, exitUsage, "a log in memory", "export", dir, "--store", "memory:")
	fails(t, exitUsage, "not both", "verify", dir, "--store", small(t))
	fails(t, exitNotFound, "there is no log at", "export", dir, "--store", newStore(t))
	fails(t, exitNotFound, "there is no archive in", "verify", dir)
	fails(t, exitNotFound, "there is no archive in", "restore", dir, "--store", newStore(t))
	require.NoDirExists(t, dir)
	ok(t, "export", dir, "--store", small(t))
	one := write(t, filepath.Join(t.TempDir(), "one.ndjson"),
		`{"id":"11111111-7aa6-440d-8800-7596a28f5b37","at":"2016-01-04T09:00:00Z","cmd":"RegisterClient","client":"11111111-b094-40b8-ab01-a1c12a3a2107"}`)
	other := newStore(t)
	ok(t, "import", one, "--store", other)
	fails(t, exitFailed, "restore into an empty store", "restore", dir, "--store", other)
	fails(t, exitFailed, "read only", "import", one, "--store", "archive://"+dir)
}
