package postgrestest

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPrograms: the newest whole installation is taken; who has none learns
// what to install.
func TestPrograms(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	root := t.TempDir()
	_, err := programs([]string{filepath.Join(root, "*", "bin")})
	require.ErrorIs(t, err, ErrNotInstalled)
	require.ErrorContains(t, err, "apt-get install postgresql")

	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	install := func(version string, names ...string) string {
		folder := filepath.Join(root, version, "bin")
		require.NoError(t, os.MkdirAll(folder, 0o755))
		for _, name := range names {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name+suffix), nil, 0o755))
		}
		return folder
	}
	install("9", "initdb", "postgres")
	install("17", "postgres") // the client's package alone
	newest := install("16", "initdb", "postgres")
	found, err := programs([]string{filepath.Join(root, "*", "bin")})
	require.NoError(t, err)
	require.Equal(t, newest, found)
}
