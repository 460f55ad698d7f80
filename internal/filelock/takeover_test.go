package filelock_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/filelock"
)

// A lock that is not renewed is taken over, whichever way the clock was set; who had
// it learns that, and gives up nothing that is another's.
func TestTakeOver(t *testing.T) {
	for name, ago := range map[string]time.Duration{"silent for long": time.Hour, "the clock was set back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "lease")
			first, err := filelock.TryLock(path)
			require.NoError(t, err)
			require.NoError(t, first.Renew())
			_, err = filelock.TakeOver(t.Context(), path, time.Minute, time.Hour)
			require.ErrorIs(t, err, filelock.ErrHeld, "it was renewed just now")
			require.True(t, first.Held())

			then := time.Now().Add(-ago)
			require.NoError(t, os.Chtimes(path, then, then))
			ended, cancel := context.WithCancel(t.Context())
			cancel()
			_, err = filelock.TakeOver(ended, path, time.Minute, time.Hour)
			require.ErrorIs(t, err, context.Canceled)
			second, err := filelock.TakeOver(t.Context(), path, time.Minute, time.Millisecond)
			require.NoError(t, err)
			require.False(t, first.Held())
			require.ErrorIs(t, first.Renew(), filelock.ErrHeld)
			require.NoError(t, first.Release())
			require.True(t, second.Held())
			_, err = filelock.TryLock(path)
			require.ErrorIs(t, err, filelock.ErrHeld)
			require.NoError(t, second.Release())
			require.False(t, second.Held())
			entries, err := os.ReadDir(filepath.Dir(path))
			require.NoError(t, err)
			require.Empty(t, entries)
		})
	}
}

// One that is renewed between the two looks is not taken, however old it looked.
func TestTakeOverLooksTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lease")
	held, err := filelock.TryLock(path)
	require.NoError(t, err)
	defer held.Release()
	then := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(path, then, then))
	looked := make(chan error, 1)
	go func() {
		_, err := filelock.TakeOver(t.Context(), path, time.Minute, 2*time.Second)
		looked <- err
	}()
	for ended := false; !ended; {
		require.NoError(t, held.Renew())
		select {
		case err := <-looked:
			require.ErrorIs(t, err, filelock.ErrHeld)
			ended = true
		case <-time.After(time.Millisecond):
		}
	}
	require.True(t, held.Held())
}
