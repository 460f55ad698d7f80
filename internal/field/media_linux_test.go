package field

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/mounttest"
)

func (s *shell) mkdir(name string) string {
	path := filepath.Join(s.folder, name)
	require.NoError(s, os.MkdirAll(path, 0o755))
	return path
}

// closedFiles are a log, a read model of it and a backup in folder rw.
func closedFiles(t *testing.T) *shell {
	s := newShell(t)
	s.mkdir("rw")
	s.does("import %s --store sqlite:rw/m.db", history(t, "small.ndjson"))
	s.does("follow --store sqlite:rw/m.db --read-model sqlite:rw/model.db --once")
	s.does("backup --store sqlite:rw/m.db rw/b.db")
	return s
}

func (s *shell) readsAll(folder string) {
	s.Helper()
	s.does("stats --store sqlite:%s/m.db --limit 1", folder)
	s.does("verify --store sqlite:%s/b.db", folder)
	s.does("stats --read-model sqlite:%s/model.db --limit 1", folder)
	s.does("export --store sqlite:%s/m.db %s", folder, filepath.Join(s.TempDir(), "archive"))
}

// What was closed cleanly can be read from a medium that nobody can write to, and
// by who may not write to it.
func TestReadOnlyMedium(t *testing.T) {
	t.Run("mount", func(t *testing.T) {
		s := closedFiles(t)
		target := mounttest.Tmpfs(t, "20m")
		for _, name := range []string{"m.db", "b.db", "model.db"} {
			content, err := os.ReadFile(filepath.Join(s.folder, "rw", name))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(target, name), content, 0o644))
		}
		mounttest.ReadOnly(t, target)
		s.readsAll(target)
	})
	t.Run("user", func(t *testing.T) {
		s := closedFiles(t)
		if os.Geteuid() == 0 {
			s.as = func(c *exec.Cmd) {
				c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			}
		}
		rw := filepath.Join(s.folder, "rw")
		for folder := rw; strings.HasPrefix(folder, os.TempDir()) && folder != os.TempDir(); folder = filepath.Dir(folder) {
			require.NoError(t, os.Chmod(folder, 0o755))
		}
		files, err := os.ReadDir(rw)
		require.NoError(t, err)
		for _, f := range files {
			require.NoError(t, os.Chmod(filepath.Join(rw, f.Name()), 0o444))
		}
		require.NoError(t, os.Chmod(rw, 0o555))
		t.Cleanup(func() { require.NoError(t, os.Chmod(rw, 0o755)) })
		s.does("stats --store sqlite:rw/m.db --limit 1")
		s.does("verify --store sqlite:rw/b.db")
		s.does("stats --read-model sqlite:rw/model.db --limit 1")
	})
}

// A full disk is told as one, nothing is lost or left behind, and what was not
// written is when there is room again.
func TestFullDisk(t *testing.T) {
	const full = "no space left"
	s := newShell(t)
	target := mounttest.Tmpfs(t, "12m")
	log := "--store sqlite:" + target + "/m.db"
	s.fails(full, "import %s %s", history(t, "medium.ndjson.zst"), log)
	s.does("verify %s", log)
	mounttest.Resize(t, target, "120m")
	s.try("import %s %s", history(t, "medium.ndjson.zst"), log)
	s.does("verify %s", log)
	s.does("stats %s --limit 1", log)
	mounttest.Resize(t, target, "36m")
	s.fails(full, "backup %s %s/b.db", log, target)
	leftovers, err := filepath.Glob(filepath.Join(target, "*b.db*"))
	require.NoError(t, err)
	require.Empty(t, leftovers)
	s.fails(full, "follow %s --read-model sqlite:%s/model.db --once", log, target)
	s.fails(full, "rebuild %s --to sqlite:%s/m2.db", log, target)
	s.does("verify %s", log)
}

// Two programs that each see the file of a log under a name of its own, as two
// containers do that mount the file and not its folder: the second is refused.
func TestTwoNamesOfOneLog(t *testing.T) {
	for name, link := range map[string]func(t *testing.T, s *shell, from, to string){
		"hard link": func(t *testing.T, s *shell, from, to string) {
			require.NoError(t, os.Link(from, to))
		},
		"bind mount": func(t *testing.T, s *shell, from, to string) {
			require.NoError(t, os.WriteFile(to, nil, 0o644))
			mounttest.Bind(t, from, to)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShell(t)
			for _, folder := range []string{"host", "c1", "c2"} {
				s.mkdir(folder)
			}
			s.write("one.ndjson", `{"id":"00000000-0000-4000-8000-0000000000aa","at":"2010-01-01T00:00:00Z","cmd":"RegisterClient","client":"00000000-0000-4000-8000-0000000000ab"}`)
			s.does("import one.ndjson --store sqlite:host/m.db")
			for _, folder := range []string{"c1", "c2"} {
				link(t, s, filepath.Join(s.folder, "host/m.db"), filepath.Join(s.folder, folder, "m.db"))
			}
			first := s.command(t.Context(), "import - --store sqlite:c1/m.db")
			script, err := first.StdinPipe()
			require.NoError(t, err)
			require.NoError(t, first.Start())
			for i := range 2_000 { // more than one group: the writer has begun
				_, err := fmt.Fprintf(script, `{"id":"00000000-0000-4000-9000-%012d","at":"2010-01-02T00:00:00Z","cmd":"RegisterClient","client":"00000000-0000-4000-a000-%012d"}`+"\n", i, i)
				require.NoError(t, err)
			}
			require.Eventually(t, func() bool { // it has the log
				r := s.try("import one.ndjson --store sqlite:c1/m.db")
				return r.code != 0 && strings.Contains(r.err, "lock")
			}, patience, patience/1000)
			s.fails("lock", "import %s --store sqlite:c2/m.db", history(t, "small.ndjson"))
			require.NoError(t, script.Close())
			require.NoError(t, first.Wait())
			s.does("verify --store sqlite:c1/m.db")
			require.Equal(t, 2_001, s.events("sqlite:c1/m.db", "ClientRegistered"))
		})
	}
}
