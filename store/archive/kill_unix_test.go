//go:build unix

package archive

import (
	"bufio"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

var kills = flag.Int("kills", 0, "how often TestKilledExport kills an export; 0: 3 times, in a long run 4")

// TestKilledExport kills exports at random moments, every second one of them an
// export that goes on where a killed one was: what is there verifies, and the
// next export makes of it what one makes that is never disturbed.
func TestKilledExport(t *testing.T) {
	if testing.Short() {
		t.Skip("processes that are killed tell the race detector nothing")
	}
	t.Parallel()
	const contracts = 50
	log, path := inSQLite(t, contracts)
	want := manifestOf(t, exportOf(t, log, tiny))
	var dir string
	n, midway := *kills, 0
	if n == 0 {
		n = long.Among(3, 3, 4)
	}
	for i := range n {
		if i%2 == 0 {
			dir = filepath.Join(t.TempDir(), "archive")
		}
		cmd := child(t, -1, path, dir)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for range rand.N(contracts * contractEvents / tellEvery) {
			if !lines.Scan() {
				break // it went on from so far that it is done
			}
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what it told before it died
		}
		_ = cmd.Wait() // killed, or done before
		if files := requireBegun(t, dir, want); files > 0 && files < len(want.Files) {
			midway++
		}
		if i%2 == 1 || i == n-1 {
			requireFinished(t, log, dir, want)
		}
	}
	t.Logf("%d kills, %d of them between the first file and the last", n, midway)
}
