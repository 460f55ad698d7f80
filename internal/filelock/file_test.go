//go:build linux || darwin || windows

package filelock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The lock is of the file and of who has it open: other names and other openings of
// the file find it held, and to close them does not end it.
func TestLockOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte("data"), 0o600))
	other := filepath.Join(t.TempDir(), "other")
	require.NoError(t, os.Link(path, other))
	open := func(path string) *os.File {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	held := open(path)
	require.NoError(t, TryLockFile(held))
	for _, name := range []string{path, other, path} {
		f := open(name)
		require.ErrorIs(t, TryLockFile(f), ErrHeld)
		require.NoError(t, f.Close())
	}
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "data", string(b))
	require.NoError(t, held.Close())
	require.NoError(t, TryLockFile(open(other)))
}
