package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDrills: every command of docs/operate.md does what it is shown for, one after the
// other in one folder.
func TestDrills(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the drills are written for a shell")
	}
	text, err := os.ReadFile("../../docs/operate.md")
	require.NoError(t, err)
	history, err := os.ReadFile("../../examples/history/medium.ndjson.zst")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	write(t, "history.ndjson.zst", string(history))
	ran := 0
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimSpace(line)
			switch program, _, _ := strings.Cut(line, " "); program {
			case "marketplace":
				r := call(t, strings.Fields(line)[1:]...)
				require.Zero(t, r.code, "%s\n%s", line, r.err)
			case "kubectl": // TestKubernetes
				continue
			default:
				said, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
				require.NoError(t, err, "%s\n%s", line, said)
			}
			ran++
		}
	}
	require.Greater(t, ran, 12)
	whole, again := ok(t, "stats", "--store", "sqlite:market.db", "--as-of", "2019-12-31"), ok(t, "stats", "--store", "sqlite:again.db", "--as-of", "2019-12-31")
	require.Equal(t, whole, again)
	kept, err := filepath.Glob("lost/market.db*")
	require.NoError(t, err)
	require.NotEmpty(t, kept)
}
