//go:build unix

package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/projection/postgres/postgrestest"
)

var kills = flag.Int("kills", 5, "how often TestRebuildIsKilled kills each database's rebuild")

// TestRebuildIsKilled kills rebuilds at random moments, the swap's included:
// what is live afterwards, and what the next rebuild makes, is what a runner
// makes.
func TestRebuildIsKilled(t *testing.T) {
	server := postgrestest.Start(t)
	self, err := os.Executable()
	require.NoError(t, err)
	for name, to := range map[string]string{
		"SQLite": "sqlite://" + filepath.Join(t.TempDir(), "model.db"), "PostgreSQL": server.Database(t),
	} {
		t.Run(name, func(t *testing.T) {
			ok(t, "follow", "--once", "--store", small(t), "--"+modelFlagName, to)
			for range *kills {
				p := exec.CommandContext(t.Context(), self, "rebuild", "--store", small(t), "--to", to)
				p.Env = append(os.Environ(), asProgram+"=1")
				require.NoError(t, p.Start())
				kill := time.AfterFunc(rand.N(1200*time.Millisecond), func() { _ = p.Process.Kill() })
				_ = p.Wait() // killed, or done before
				kill.Stop()
				require.Contains(t, ok(t, "rebuild", "--compare", "--store", small(t), "--to", to), "say the same")
			}
			require.Contains(t, ok(t, "rebuild", "--store", small(t), "--to", to), "say the same")
		})
	}
}
