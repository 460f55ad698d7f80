package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/mounttest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// A log that was closed, and a backup, are read where nothing can be written.
func TestReadOnlyMedium(t *testing.T) {
	folder := mounttest.Tmpfs(t, "20m")
	path, copied := filepath.Join(folder, "log.db"), filepath.Join(folder, "copy.db")
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 50)
	require.NoError(t, s.Backup(t.Context(), copied))
	all := mustAll(t, s)
	require.NoError(t, s.Close())
	mounttest.ReadOnly(t, folder)
	for _, path := range []string{path, copied} {
		s := mustOpen(t, path, Options{ReadOnly: true})
		require.Equal(t, all, mustAll(t, s))
		got, err := storetest.Stream(t.Context(), s, "invite-1")
		require.NoError(t, err)
		require.NotEmpty(t, got)
		_, err = storetest.Stream(t.Context(), s, "invite-99")
		require.ErrorIs(t, err, store.ErrStreamNotFound)
		require.NoError(t, s.Verify(t.Context()))
		require.NoError(t, s.Backup(t.Context(), filepath.Join(t.TempDir(), "copy.db")))
		require.NoError(t, s.Close())
		_, err = Open(t.Context(), path, Options{})
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.ErrorContains(t, err, "only read")
	}
}

// A log that was not closed cannot be read there, and the message says what can be
// done.
func TestUnclosedLogOnReadOnlyMedium(t *testing.T) {
	path, all := crashed(t)
	require.NoError(t, os.Remove(path+"-shm"))
	folder := t.TempDir()
	mounttest.BindReadOnly(t, filepath.Dir(path), folder)
	_, err := Open(t.Context(), filepath.Join(folder, "log.db"), Options{ReadOnly: true})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "copy it together with its -wal")
	require.Equal(t, all, mustAll(t, mustOpen(t, path, Options{ReadOnly: true})))
}

// Where another process can write after all, a reader learns it, and then reads
// beside it.
func TestReadOnlyMountOfAWrittenLog(t *testing.T) {
	path, all := newLog(t, 5)
	folder := t.TempDir()
	mounttest.BindReadOnly(t, filepath.Dir(path), folder)
	r := mustOpen(t, filepath.Join(folder, "log.db"), Options{ReadOnly: true, Readers: 1})
	require.Equal(t, all, mustAll(t, r))
	s := mustOpen(t, path, Options{})
	err := r.read(t.Context(), func(*reader) error { fillLog(t, s, 3); return nil })
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorContains(t, err, "try again")
	all = mustAll(t, s)
	require.Equal(t, all, mustAll(t, r))
	require.NoError(t, s.Close())
	require.Equal(t, all, mustAll(t, r))
	require.NoError(t, r.Verify(t.Context()))
	require.NoError(t, r.Close())
	require.Equal(t, all, mustAll(t, mustOpen(t, filepath.Join(folder, "log.db"), Options{ReadOnly: true})))
}
