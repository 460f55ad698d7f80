package field

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

// program is the built command line. MARKETPLACE in the environment names
// another one, such as that of a release.
var program = os.Getenv("MARKETPLACE")

// TestMain builds the program. The usual run of the suite has a test of each fault
// where it was mended; here, in the long one, the program is asked as a whole.
func TestMain(m *testing.M) {
	flag.Parse()
	if !long.Run() {
		fmt.Println("not run: scripts/field.sh does, or MARKETPLACE_TEST=long")
		return
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if program == "" {
		folder, err := os.MkdirTemp("", "field-")
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		if err := os.Chmod(folder, 0o755); err != nil { // other users run it, too
			return 0, err
		}
		program = filepath.Join(folder, "marketplace")
		out, err := exec.Command("go", "build", "-o", program, "../../cmd/marketplace").CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%w\n%s", err, out)
		}
	}
	return servers.Main(m), nil
}

// patience is how long a command may take that is to end by itself: one that does
// not is a failure, not a slow machine.
const patience = 2 * time.Minute

// history is a sample history of the repository.
func history(t *testing.T, name string) string {
	path, err := filepath.Abs(filepath.Join("../../examples/history", name))
	require.NoError(t, err)
	return path
}

// sample is a file of testdata.
func sample(t *testing.T, name string) string {
	path, err := filepath.Abs(filepath.Join("testdata", name))
	require.NoError(t, err)
	return path
}

// shell runs commands in a folder of its own.
type shell struct {
	*testing.T
	folder string
	as     func(*exec.Cmd) // changes how a command is run; may be nil
}

func newShell(t *testing.T) *shell { return &shell{T: t, folder: t.TempDir()} }

// result is what a command has answered.
type result struct {
	line     string
	code     int
	out, err string
}

// try runs the program. Its arguments are separated by spaces.
func (s *shell) try(format string, args ...any) result {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), patience)
	defer cancel()
	line := fmt.Sprintf(format, args...)
	cmd := s.command(ctx, line)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	failed := cmd.Run()
	require.NoError(s, ctx.Err(), "%s never ended\n%s", line, err.String())
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		require.NoError(s, failed, line)
	}
	return result{line, cmd.ProcessState.ExitCode(), out.String(), err.String()}
}

func (s *shell) command(ctx context.Context, line string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, strings.Fields(line)...)
	cmd.Dir = s.folder
	if s.as != nil {
		s.as(cmd)
	}
	return cmd
}

// does runs a command that is to succeed, and gives its standard output.
func (s *shell) does(format string, args ...any) string {
	s.Helper()
	r := s.try(format, args...)
	require.Zero(s, r.code, "%s\n%s%s", r.line, r.out, r.err)
	return r.out
}

// fails runs a command that is to fail with words.
func (s *shell) fails(words, format string, args ...any) result {
	s.Helper()
	r := s.try(format, args...)
	require.NotZero(s, r.code, "%s\n%s", r.line, r.out)
	require.Contains(s, strings.ToLower(r.out+r.err), strings.ToLower(words), r.line)
	return r
}

// events is how many events a log holds, of one type or of all.
func (s *shell) events(store, eventType string) int {
	s.Helper()
	return strings.Count(s.does("events --json --store %s", store), fmt.Sprintf(`"type":%q`, eventType))
}

// write makes a file of the shell's folder.
func (s *shell) write(name, text string) {
	s.Helper()
	require.NoError(s, os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o644))
}

// codes are how often an import refused a line, by the codes in its report.
func (s *shell) codes(name string) map[string]int {
	s.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, name))
	require.NoError(s, err)
	var report struct {
		Rejections []struct{ Code string }
	}
	require.NoError(s, json.Unmarshal(text, &report))
	counts := map[string]int{}
	for _, r := range report.Rejections {
		counts[r.Code]++
	}
	return counts
}
