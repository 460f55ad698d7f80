//go:build unix

package archive

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/sqlite"
)

// childLimit is set in a process of the test's binary that is to export; it says
// how large a file may become, -1 as large as it likes.
const childLimit = "ARCHIVE_TEST_LIMIT"

// TestMain lets the test binary be the other process of some tests. In the tests
// themselves the random logs are fewer than rapid's 100, and fewer still but in a
// long run, since each is exported, verified and restored. The flag -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if limit := os.Getenv(childLimit); limit != "" {
		if err := exportAsChild(context.Background(), limit, os.Args[1], os.Args[2]); err != nil {
			fmt.Println(fault.Code(err), err)
			os.Exit(1)
		}
		return
	}
	long.Checks(8, 8, 12)
	os.Exit(m.Run())
}

// tiny makes so many files that the manifest becomes larger than any of them.
var tiny = ExportOptions{groupEvents: 4, fileGroups: 2}

func exportAsChild(ctx context.Context, limit, path, dir string) error {
	log, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer log.Close()
	bytes, err := strconv.ParseInt(limit, 10, 64)
	if err != nil {
		return err
	}
	if bytes >= 0 {
		signal.Ignore(syscall.SIGXFSZ)
		var was syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			return err
		}
		was.Cur = uint64(bytes)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
			return err
		}
	}
	_, err = Export(ctx, telling{log}, dir, tiny)
	return err
}

// telling is a log that writes a line to standard output for every tellEvery
// events that are read of it.
type telling struct{ *sqlite.Store }

const tellEvery = 4

func (l telling) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		n := 0
		for rec, err := range l.Store.ReadAll(ctx, span) {
			if n++; n%tellEvery == 0 {
				fmt.Println(rec.Position)
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// child is another process that exports.
func child(t *testing.T, limit int, path, dir string) *exec.Cmd {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), self, path, dir)
	cmd.Env = append(os.Environ(), childLimit+"="+strconv.Itoa(limit))
	return cmd
}

// inSQLite is a log of n contracts that other processes can read.
func inSQLite(t *testing.T, n int) (log *sqlite.Store, path string) {
	path = filepath.Join(t.TempDir(), "log.db")
	log, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	extend(t, log, 0, n)
	return log, path
}

// requireBegun requires an archive to be whole, from its first file on, as far
// as it has come on the way to another one. It may not even have a manifest yet.
func requireBegun(t *testing.T, dir string, want *Manifest) (files int) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, manifestName)); os.IsNotExist(err) {
		return 0
	}
	m := manifestOf(t, dir)
	require.LessOrEqual(t, len(m.Files), len(want.Files))
	require.Equal(t, want.Files[:len(m.Files)], m.Files)
	requireVerified(t, dir)
	return len(m.Files)
}

// requireFinished exports what is missing, and requires the archive to be another
// one then, with nothing beside it.
func requireFinished(t *testing.T, log store.Store, dir string, want *Manifest) {
	t.Helper()
	_, err := Export(t.Context(), log, dir, tiny)
	require.NoError(t, err)
	require.Equal(t, want, manifestOf(t, dir))
	requireVerified(t, dir)
	names := map[string]bool{manifestName: true}
	for _, f := range want.Files {
		names[f.Name] = true
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.True(t, names[e.Name()], "%s was left behind", e.Name())
	}
	require.Len(t, entries, len(names))
}

func requireVerified(t *testing.T, dir string) {
	t.Helper()
	s, err := Open(t.Context(), dir, Options{})
	require.NoError(t, err)
	require.NoError(t, s.Verify(t.Context()))
	require.NoError(t, s.Close())
}
