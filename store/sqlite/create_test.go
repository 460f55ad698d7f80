package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/sqlitefile/sqlitefiletest"
	"github.com/marketcore/marketplace/store"
)

// copyFolder copies the files in a folder to a new one: what a process leaves that
// is killed at this moment.
func copyFolder(t *testing.T, from string) string {
	to := t.TempDir()
	entries, err := os.ReadDir(from)
	require.NoError(t, err)
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(from, e.Name()))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, e.Name()), b, 0o600))
	}
	return to
}

// A process that is killed while it makes a log, before each write, sync and
// deletion in turn, leaves none, or a log that can be read, and one can go on.
func TestKilledWhileCreating(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	for name, prepare := range map[string]func(path string) error{
		"no file":       func(string) error { return nil },
		"an empty file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			disk := sqlitefiletest.New(t)
			path := filepath.Join(t.TempDir(), "log.db")
			require.NoError(t, prepare(path))
			var left []string
			disk.Before = func() { left = append(left, copyFolder(t, filepath.Dir(path))) }
			s := mustOpen(t, path, Options{vfs: disk.Name})
			disk.Before = nil
			left = append(left, copyFolder(t, filepath.Dir(path)))
			require.NoError(t, s.Close())
			require.Greater(t, len(left), 10)

			readable := 0
			for i, folder := range left {
				path := filepath.Join(folder, "log.db")
				r, err := Open(t.Context(), path, Options{ReadOnly: true})
				if err == nil {
					require.Empty(t, mustAll(t, r))
					require.NoError(t, r.Verify(t.Context()))
					require.NoError(t, r.Close())
					readable++
				} else if name == "no file" {
					require.ErrorIs(t, err, os.ErrNotExist, "step %d", i)
				} else {
					require.Regexp(t, "the file is empty|open it for writing once", err.Error(), "step %d", i)
				}
				s := mustOpen(t, path, Options{})
				fillLog(t, s, 3)
				require.NoError(t, s.Verify(t.Context()))
				require.NoError(t, s.Close())
				entries, err := os.ReadDir(folder)
				require.NoError(t, err)
				require.Len(t, entries, 1, "step %d: %v", i, entries)
				require.Len(t, mustAll(t, mustOpen(t, path, Options{ReadOnly: true})), 3)
			}
			require.NotZero(t, readable)
		})
	}
}

// A new name is lost if the power fails before its folder is on disk: that of a new
// log, and that of the write-ahead log before an append is answered.
func TestNamesAreDurable(t *testing.T) {
	disk := sqlitefiletest.New(t)
	folder, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	path := filepath.Join(folder, "log.db")
	durable := map[string]bool{}
	disk.Folder = func(dir string) {
		require.Equal(t, folder, dir)
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, e := range entries {
			durable[e.Name()] = true
		}
	}
	for round := range 2 {
		clear(durable)
		s := mustOpen(t, path, Options{vfs: disk.Name})
		require.Equal(t, round == 0, durable["log.db"], "the log, once it is made")
		_, err = s.Append(t.Context(), store.Write{Stream: fmt.Sprint("s-", round), Expected: store.NoStream, Events: benchEvents(1)})
		require.NoError(t, err)
		require.True(t, durable["log.db-wal"])
		require.NoError(t, s.Close())
	}
	require.NoError(t, os.WriteFile(path+"-wal", nil, 0o600)) // as a reader leaves it
	clear(durable)
	s := mustOpen(t, path, Options{vfs: disk.Name})
	fillLog(t, s, 1)
	require.True(t, durable["log.db-wal"])

	clear(durable)
	require.NoError(t, s.Backup(t.Context(), filepath.Join(folder, "copy.db")))
	require.True(t, durable["copy.db"])
}
