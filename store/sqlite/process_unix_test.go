//go:build unix

package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

const childEnv = "SQLITE_TEST_CHILD"

// TestMain lets the test binary be the other process of some tests. In the tests
// themselves the random sequences of calls are fewer than rapid's 100 but in a long
// run. The flag -rapid.checks asks for more.
func TestMain(m *testing.M) {
	if role := os.Getenv(childEnv); role != "" {
		if err := runChild(role, os.Args[1]); err != nil {
			fmt.Println(fault.Code(err), err)
		}
		return
	}
	long.Checks(30, 30, 60)
	os.Exit(m.Run())
}

func runChild(role, path string) error {
	ctx := context.Background()
	switch role {
	case "open", "append", "append and die":
		s, err := Open(ctx, path, Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		if role != "open" {
			_, err = s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(3)})
		}
		if role == "append and die" {
			return errors.Join(err, syscall.Kill(os.Getpid(), syscall.SIGKILL))
		}
		fmt.Println("ok")
		return err
	case "read":
		s, err := Open(ctx, path, Options{ReadOnly: true})
		if err != nil {
			return err
		}
		defer s.Close()
		all, err := storetest.All(ctx, s)
		fmt.Println(len(all), "events")
		return errors.Join(err, s.Verify(ctx))
	case "append for ever":
		return appendForEver(ctx, path)
	case "append within a limit":
		return appendWithinLimit(ctx, path)
	}
	return fmt.Errorf("no role %q", role)
}

// appendForEver has eight callers, each with a stream of its own; every
// append that was answered is told on stdout.
func appendForEver(ctx context.Context, path string) error {
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	failed := make(chan error)
	for i := range 8 {
		go func() {
			stream := fmt.Sprintf("s-%d-%d", os.Getpid(), i)
			for {
				events := storetest.Events(1 + i%3)
				for j := range events { // other processes number theirs alike
					events[j].ID = event.ID(events[j].ID, os.Getpid())
				}
				done, err := s.Append(ctx, store.Write{Stream: stream, Expected: store.Any, Events: events})
				if err != nil {
					failed <- err
					return
				}
				fmt.Fprintf(os.Stdout, "%s %d %d %s\n", stream, done.Revision, done.Position, events[len(events)-1].ID)
			}
		}()
	}
	return <-failed
}

// appendWithinLimit appends until no file may grow further, then until they may.
func appendWithinLimit(ctx context.Context, path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(ctx, path, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 300_000, Max: was.Max}); err != nil {
		return err
	}
	written := 0
	for ; err == nil; written++ {
		_, err = s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(20)})
	}
	fmt.Println("refused", fault.Code(err))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	done, err := s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Exact(uint64(20*(written-1) - 1)), Events: storetest.Events(20)})
	fmt.Println("again", done.Revision, err)
	return s.Verify(ctx)
}

func command(t *testing.T, role, path string) *osexec.Cmd {
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := osexec.Command(self, path)
	cmd.Env = append(os.Environ(), childEnv+"="+role)
	return cmd
}

// child runs another process to its end and is what it printed.
func child(t *testing.T, role, path string) string {
	out, err := command(t, role, path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

func TestOpenWithoutPermission(t *testing.T) {
	long.Sequential(t)
	path, _ := newLog(t, 1)
	require.NoError(t, os.Chmod(path, 0))
	out := unprivileged(t, "open", path)
	require.Contains(t, out, store.ErrUnavailable.Code())
	require.Contains(t, out, "permission denied")
}

// unprivileged is child of a user who is not root, who may read and write everything.
func unprivileged(t *testing.T, role, path string) string {
	cmd := command(t, role, path)
	if os.Geteuid() == 0 {
		const nobody = 65534
		self, err := os.ReadFile(cmd.Path)
		require.NoError(t, err)
		bin := t.TempDir()
		cmd.Path = filepath.Join(bin, "child")
		require.NoError(t, os.WriteFile(cmd.Path, self, 0o755))
		require.NoError(t, os.Chmod(filepath.Dir(bin), 0o755))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		cmd.Dir = "/"
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// Who may not write the folder reads what was closed, and what another user has
// open, as before.
func TestFolderOfAnotherUser(t *testing.T) {
	long.Sequential(t)
	path, _ := newLog(t, 5)
	protect := func(folder, files os.FileMode) {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Chmod(path+suffix, files); !errors.Is(err, os.ErrNotExist) {
				require.NoError(t, err)
			}
		}
		require.NoError(t, os.Chmod(filepath.Dir(path), folder))
	}
	protect(0o555, 0o444)
	t.Cleanup(func() { protect(0o755, 0o644) })
	require.Contains(t, unprivileged(t, "read", path), "5 events")
	out := unprivileged(t, "append", path)
	require.Contains(t, out, store.ErrUnavailable.Code())
	require.Contains(t, out, "only read")

	protect(0o755, 0o644)
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 2)
	protect(0o555, 0o644)
	require.Contains(t, unprivileged(t, "read", path), "7 events")
}

func TestAnotherProcessIsLockedOut(t *testing.T) {
	path, _ := newLog(t, 1)
	s := mustOpen(t, path, Options{})
	require.Contains(t, child(t, "append", path), store.ErrLocked.Code())
	require.NoError(t, s.Close())
	require.Contains(t, child(t, "append", path), "ok")
}

func TestReadOnlySubscriptionSeesAnotherProcess(t *testing.T) {
	path, all := newLog(t, 5)
	r := mustOpen(t, path, Options{ReadOnly: true, PollInterval: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	defer cancel()
	var seen []event.Record
	for n, err := range r.Subscribe(ctx, 0) {
		require.NoError(t, err)
		if !n.CaughtUp() {
			seen = append(seen, n.Record.Clone())
			continue
		}
		if len(seen) > len(all) {
			break
		}
		require.Contains(t, child(t, "append", path), "ok")
	}
	require.Equal(t, mustAll(t, r), seen)
}

// TestKilledWriter kills a process that appends, again and again, at a moment
// that depends on what it has told: all it told is there, nothing is torn, and
// the lock is free.
func TestKilledWriter(t *testing.T) {
	long.Sequential(t)
	path := filepath.Join(t.TempDir(), "log.db")
	told := map[event.Position]string{}
	for round := range 8 {
		cmd := command(t, "append for ever", path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for n := 0; n < 1+round*37 && lines.Scan(); n++ {
			note(t, told, lines.Text())
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what it told before it died
			note(t, told, lines.Text())
		}
		require.ErrorContains(t, cmd.Wait(), "killed")

		s := mustOpen(t, path, Options{})
		require.NoError(t, s.Verify(t.Context()))
		next := map[string]uint64{}
		for r, err := range s.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			require.Equal(t, next[r.Stream], r.Revision)
			next[r.Stream]++
			if want, ok := told[r.Position]; ok {
				require.Equal(t, want, fmt.Sprintf("%s %d %d %s", r.Stream, r.Revision, r.Position, r.ID))
			}
		}
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		for p := range told {
			require.LessOrEqual(t, p, head, "an answered append is lost")
		}
		for stream, n := range next { // each write whole: they are of one size in a stream
			size := uint64(1 + (stream[len(stream)-1]-'0')%3)
			require.Zero(t, n%size, "%s has half a write", stream)
		}
		require.NoError(t, s.Close())
	}
	require.NotEmpty(t, told)
}

func note(t *testing.T, told map[event.Position]string, line string) {
	var stream, id string
	var revision, position uint64
	if _, err := fmt.Sscanf(line, "%s %d %d %s", &stream, &revision, &position, &id); err != nil || len(id) != 36 {
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%q", line) // cut off by the kill
		return
	}
	told[event.Position(position)] = line
}

func TestFileSizeLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	out := child(t, "append within a limit", path)
	require.Contains(t, out, "refused full")
	require.Contains(t, out, "again")
	require.Contains(t, out, "<nil>")
	require.NotContains(t, out, "corrupt")
	s := mustOpen(t, path, Options{})
	require.NoError(t, s.Verify(t.Context()))
}
