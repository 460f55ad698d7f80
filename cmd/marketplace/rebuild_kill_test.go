//go:build unix

package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

var kills = flag.Int("kills", 0, "how often TestRebuildIsKilled kills each database's rebuild; 0: 2 times, in a soak 5")

// TestRebuildIsKilled kills rebuilds at random moments, the swap's included:
// what is live afterwards, and what the next rebuild makes, is what a runner
// makes.
func TestRebuildIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("processes that are killed tell the race detector nothing")
	}
	kills := *kills
	if kills == 0 {
		kills = long.Among(2, 2, 5)
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for name, to := range map[string]string{
		"SQLite": "sqlite://" + filepath.Join(t.TempDir(), "model.db"), "PostgreSQL": postgreSQL.Database(t),
	} {
		t.Run(name, func(t *testing.T) {
			ok(t, "follow", "--once", "--store", small(t), "--"+modelFlagName, to)
			whole := time.Hour // that a rebuild takes; the least that was seen
			rebuild := func(kill time.Duration) (killed bool) {
				p := exec.CommandContext(t.Context(), self, "rebuild", "--store", small(t), "--to", to)
				p.Env = append(os.Environ(), asProgram+"=1")
				var told strings.Builder
				p.Stderr = &told
				began := time.Now()
				require.NoError(t, p.Start())
				timer := time.AfterFunc(kill, func() { _ = p.Process.Kill() })
				defer timer.Stop()
				_ = p.Wait() // the exit code tells
				killed = p.ProcessState.ExitCode() < 0
				require.True(t, killed || p.ProcessState.Success(), "%v: %s", p.ProcessState, &told)
				if !killed {
					whole = min(whole, time.Since(began))
				}
				return killed
			}
			require.False(t, rebuild(whole))
			killed := 0
			for range kills {
				if rebuild(rand.N(whole)) {
					killed++
				}
				require.Contains(t, ok(t, "rebuild", "--compare", "--store", small(t), "--to", to), "say the same")
			}
			t.Logf("%d of %d were killed before they were done", killed, kills)
			require.Contains(t, ok(t, "rebuild", "--store", small(t), "--to", to), "say the same")
		})
	}
}
