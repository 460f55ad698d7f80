package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store"
)

func TestBackup(t *testing.T) {
	path, all := newLog(t, 200)
	s := mustOpen(t, path, Options{})
	to := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, s.Backup(t.Context(), to))
	require.ErrorIs(t, s.Backup(t.Context(), to), fs.ErrExist)
	require.ErrorIs(t, s.Backup(t.Context(), filepath.Join(to, "x")), store.ErrUnavailable)

	b := mustOpen(t, to, Options{})
	require.Equal(t, all, mustAll(t, b))
	require.NoError(t, b.Verify(t.Context()))
	fillLog(t, b, 3) // a log like any other, and its own
	require.Len(t, mustAll(t, b), 203)
	require.Len(t, mustAll(t, s), 200)
	require.NoError(t, b.Close())

	entries, err := os.ReadDir(filepath.Dir(to))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

// A backup is the log of one moment, whatever is written meanwhile.
func TestBackupUnderWriters(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{})
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for range 2 {
		wg.Go(func() {
			for {
				_, err := s.AppendAll(ctx, []store.Write{write("a-1", store.Any, 10), write("b-1", store.Any, 10)})
				if err != nil {
					if !errors.Is(err, store.ErrCancelled) {
						t.Error(err)
					}
					return
				}
			}
		})
	}
	for range 2 {
		to := filepath.Join(t.TempDir(), "backup.db")
		require.NoError(t, s.Backup(t.Context(), to))
		b := mustOpen(t, to, Options{ReadOnly: true})
		require.NoError(t, b.Verify(t.Context()))
		require.Zero(t, len(mustAll(t, b))%20)
	}
	cancel()
	wg.Wait()
	require.NoError(t, s.Verify(t.Context()))
}

func TestBackupThatIsCutOff(t *testing.T) {
	path, _ := newLog(t, 10)
	s := mustOpen(t, path, Options{})
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	to := filepath.Join(t.TempDir(), "backup.db")
	require.ErrorIs(t, s.Backup(ctx, to), cause)
	require.ErrorIs(t, s.Verify(ctx), store.ErrCancelled)
	require.NoError(t, os.WriteFile(to+partialSuffix, []byte("of a backup that was killed"), 0o600))
	require.NoError(t, s.Backup(t.Context(), to))
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Backup(t.Context(), to+"2"), store.ErrClosed)
	require.ErrorIs(t, s.Verify(t.Context()), store.ErrClosed)
	entries, err := os.ReadDir(filepath.Dir(to))
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestBackupOfDamage(t *testing.T) {
	path, _ := newLog(t, 300)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	b[len(b)/2] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600))
	s := mustOpen(t, path, Options{})
	to := filepath.Join(t.TempDir(), "backup.db")
	require.ErrorIs(t, s.Backup(t.Context(), to), store.ErrCorrupt)
	_, err = os.Stat(to)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorIs(t, s.Verify(t.Context()), store.ErrCorrupt)
}

// Closing while others verify and back up interrupts them.
func TestCloseInterruptsLongReads(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "log.db"), Options{})
	fillLog(t, s, 100)
	var wg, begun sync.WaitGroup
	for i := range 3 {
		begun.Add(1)
		wg.Go(func() {
			for n := 0; ; n++ {
				err := s.Verify(t.Context())
				if n == 0 {
					begun.Done()
				}
				if err != nil {
					if !errors.Is(err, store.ErrClosed) {
						t.Error(i, err)
					}
					return
				}
			}
		})
	}
	begun.Wait()
	require.NoError(t, s.Close())
	wg.Wait()
}
