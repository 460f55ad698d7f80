//go:build unix

package sqlite

import (
	"os"
	osexec "os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// crashed is the path of a log whose process was killed, and what it had answered:
// its last appends are in the write-ahead log only.
func crashed(t *testing.T) (string, []event.Record) {
	path, _ := newLog(t, 5)
	out, err := command(t, "append and die", path).CombinedOutput()
	var died *osexec.ExitError
	require.ErrorAs(t, err, &died, "%s", out)
	require.FileExists(t, path+"-wal")
	copied := filepath.Join(t.TempDir(), "log.db") // to look at, so that nothing is written here
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(copied+suffix, b, 0o600))
	}
	all := mustAll(t, mustOpen(t, copied, Options{ReadOnly: true}))
	require.Len(t, all, 8)
	return path, all
}

// A log that is gone, or empty, beside the write-ahead log with its last appends is
// not begun anew, which would destroy them.
func TestLogGoneBesideItsLastAppends(t *testing.T) {
	for name, lose := range map[string]func(path string) error{
		"deleted":    os.Remove,
		"cut to 0":   func(path string) error { return os.Truncate(path, 0) },
		"moved away": func(path string) error { return os.Rename(path, path+"-away") },
	} {
		t.Run(name, func(t *testing.T) {
			path, all := crashed(t)
			log, err := os.ReadFile(path)
			require.NoError(t, err)
			wal, err := os.ReadFile(path + "-wal")
			require.NoError(t, err)
			require.NoError(t, lose(path))
			for range 2 {
				_, err = Open(t.Context(), path, Options{})
				require.ErrorIs(t, err, store.ErrIncomplete)
				require.ErrorContains(t, err, path+"-wal")
				_, err = Open(t.Context(), path, Options{ReadOnly: true})
				require.ErrorIs(t, err, store.ErrIncomplete)
			}
			left, err := os.ReadFile(path + "-wal")
			require.NoError(t, err)
			require.Equal(t, wal, left)

			require.NoError(t, os.WriteFile(path, log, 0o600))
			require.NoError(t, os.Remove(path+lockSuffix)) // as is said of a copy
			s := mustOpen(t, path, Options{})
			require.Equal(t, all, mustAll(t, s))
			require.NoError(t, s.Verify(t.Context()))
		})
	}
}

// An empty write-ahead log, which a reader may leave, stands in nobody's way.
func TestEmptyWALIsNoLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	require.NoError(t, os.WriteFile(path+"-wal", nil, 0o600))
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 3)
	require.NoError(t, s.Close())
	require.Len(t, mustAll(t, mustOpen(t, path, Options{ReadOnly: true})), 3)
}

// A file is one log under all its names.
func TestTwoNames(t *testing.T) {
	long.Sequential(t)
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("the lock on the file itself is for Linux, macOS and Windows")
	}
	path, all := newLog(t, 5)
	other := filepath.Join(t.TempDir(), "other.db")
	require.NoError(t, os.Link(path, other))
	s := mustOpen(t, path, Options{})
	refused := func() {
		t.Helper()
		_, err := Open(t.Context(), other, Options{})
		require.ErrorIs(t, err, store.ErrLocked)
		require.Contains(t, child(t, "append", other), store.ErrLocked.Code())
	}
	refused()
	r := mustOpen(t, path, Options{ReadOnly: true}) // opens and closes the file, again and again
	require.Equal(t, all, mustAll(t, r))
	require.NoError(t, r.Close())
	refused()
	fillLog(t, s, 1)
	all = mustAll(t, s)
	refused()
	require.NoError(t, s.Close())

	s = mustOpen(t, other, Options{})
	require.Equal(t, all, mustAll(t, s))
	fillLog(t, s, 1)
	_, err := Open(t.Context(), path, Options{})
	require.ErrorIs(t, err, store.ErrLocked)
}

// Under another name than that beside which the write-ahead log lies the last
// appends are not to be seen, nor is it right to write there.
func TestWALUnderAnotherName(t *testing.T) {
	path, all := crashed(t)
	needMarks(t)
	folder := t.TempDir()
	other := filepath.Join(folder, "other.db")
	require.NoError(t, os.Link(path, other))
	for range 2 {
		for _, readOnly := range []bool{true, false} {
			_, err := Open(t.Context(), other, Options{ReadOnly: readOnly})
			require.ErrorIs(t, err, store.ErrIncomplete)
			require.ErrorContains(t, err, path+"-wal")
		}
	}
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left there")
	s := mustOpen(t, path, Options{})
	require.Equal(t, all, mustAll(t, s))

	r := mustOpen(t, path, Options{ReadOnly: true})
	_, err = Open(t.Context(), other, Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrIncomplete, "nor beside who writes")
	require.Equal(t, all, mustAll(t, r))
	require.NoError(t, r.Close())
	require.NoError(t, s.Close())
	r = mustOpen(t, other, Options{ReadOnly: true})
	require.Equal(t, all, mustAll(t, r))
}

// A reader that was there before learns it too.
func TestReaderUnderAnotherName(t *testing.T) {
	path, all := newLog(t, 5)
	needMarks(t)
	other := filepath.Join(t.TempDir(), "other.db")
	require.NoError(t, os.Link(path, other))
	r := mustOpen(t, other, Options{ReadOnly: true})
	require.Equal(t, all, mustAll(t, r))
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 1)
	_, err := storetest.All(t.Context(), r)
	require.ErrorIs(t, err, store.ErrIncomplete)
}

// Who has lost the write-ahead log is told; when another program has emptied it
// nothing is lost, and Reseal says so.
func TestWALGone(t *testing.T) {
	path, all := crashed(t)
	needMarks(t)
	sql(t, path, `SELECT 1 FROM events`) // which empties it and takes it away
	require.NoFileExists(t, path+"-wal")
	for _, readOnly := range []bool{true, false} {
		_, err := Open(t.Context(), path, Options{ReadOnly: readOnly})
		require.ErrorIs(t, err, store.ErrIncomplete)
		require.ErrorContains(t, err, "reseal")
	}
	require.NoError(t, Reseal(t.Context(), path))
	s := mustOpen(t, path, Options{})
	require.Equal(t, all, mustAll(t, s))
}
