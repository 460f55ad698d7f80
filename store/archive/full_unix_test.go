//go:build unix

package archive

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/store"
)

// TestFullDisk exports where no file may grow beyond a size, whatever that stops.
// The export says that there is no room, the archive is whole as far as it came,
// and goes on when there is room.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("processes without room tell the race detector nothing")
	}
	t.Parallel()
	log, path := inSQLite(t, 10)
	before := exportOf(t, log, tiny)
	extend(t, log, 10, 90)
	extended := filepath.Join(t.TempDir(), "extended")
	require.NoError(t, os.CopyFS(extended, os.DirFS(before)))
	_, err := Export(t.Context(), log, extended, tiny)
	require.NoError(t, err)

	for name, dirs := range map[string]struct{ begun, done string }{
		"a new archive":        {"", exportOf(t, log, tiny)},
		"one that is extended": {before, extended},
	} {
		want, files := manifestOf(t, dirs.done), 0
		if dirs.begun != "" {
			files = len(manifestOf(t, dirs.begun).Files)
		}
		manifest, err := want.text()
		require.NoError(t, err)
		smallest, largest := want.Files[0].Bytes, want.Files[0].Bytes
		for _, f := range want.Files {
			smallest, largest = min(smallest, f.Bytes), max(largest, f.Bytes)
		}
		require.Greater(t, int64(len(manifest)), largest, "else it is never what is stopped")
		for _, c := range []struct {
			name  string
			limit int64
			added bool // some files had room
		}{
			{"no byte fits", 0, false},
			{"half a file fits", smallest / 2, false},
			{"a file but for its last byte fits", smallest - 1, false},
			{"every file fits, but the manifest does not", largest, true},
			{"only the last manifest does not fit", int64(len(manifest)) - 1, true},
		} {
			t.Run(name+", "+c.name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "archive")
				if dirs.begun != "" {
					require.NoError(t, os.CopyFS(dir, os.DirFS(dirs.begun)))
				}
				out, err := child(t, int(c.limit), path, dir).Output()
				var exit *exec.ExitError
				require.True(t, errors.As(err, &exit), err)
				require.Contains(t, string(out), store.ErrFull.Code()+" ")
				n := requireBegun(t, dir, want)
				if c.added {
					require.Greater(t, n, files)
				} else {
					require.Equal(t, files, n)
				}
				requireFinished(t, log, dir, want)
			})
		}
	}
}
