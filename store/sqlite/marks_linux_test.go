package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/mounttest"
	"github.com/marketcore/marketplace/store"
)

// needMarks skips a test where files cannot have attributes.
func needMarks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "marked")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	if err := unix.Setxattr(path, "user.marketplace.test", []byte("x"), 0); errors.Is(err, unix.ENOTSUP) {
		t.Skip("the file system of temporary files has no extended attributes, so no log is marked there")
	} else if err != nil {
		t.Fatal(err)
	}
}

// Two containers that each mount the file alone are two names of it, each with a
// folder of its own.
func TestFileMountedAlone(t *testing.T) {
	long.Sequential(t)
	path, all := newLog(t, 5)
	mounted := func() string {
		other := filepath.Join(t.TempDir(), "log.db")
		require.NoError(t, os.WriteFile(other, nil, 0o600))
		mounttest.Bind(t, path, other)
		return other
	}
	one, two := mounted(), mounted()
	s := mustOpen(t, one, Options{})
	fillLog(t, s, 1)
	require.Contains(t, child(t, "append", two), store.ErrLocked.Code())
	require.Contains(t, child(t, "append", path), store.ErrLocked.Code())
	all = append(all, mustAll(t, s)[5:]...)
	require.NoError(t, s.Close())
	s = mustOpen(t, two, Options{})
	require.Equal(t, all, mustAll(t, s))
}

// A log in an empty file that is mounted alone is made where it is.
func TestEmptyFileMountedAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	other := filepath.Join(t.TempDir(), "log.db")
	for _, p := range []string{path, other} {
		require.NoError(t, os.WriteFile(p, nil, 0o600))
	}
	mounttest.Bind(t, path, other)
	s := mustOpen(t, other, Options{})
	fillLog(t, s, 3)
	require.NoError(t, s.Close())
	require.Len(t, mustAll(t, mustOpen(t, path, Options{ReadOnly: true})), 3)
}
