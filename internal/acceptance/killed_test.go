package acceptance_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
)

// importEnv makes the test binary an importer that another test kills: it holds
// the store's URL and the script's path.
const (
	importStoreEnv  = "MARKETPLACE_TEST_IMPORT_STORE"
	importScriptEnv = "MARKETPLACE_TEST_IMPORT_SCRIPT"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(importStoreEnv); url != "" {
		if err := importAndTell(url, os.Getenv(importScriptEnv)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(func() (code int) {
		var err error
		if shared, err = os.MkdirTemp("", "acceptance-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer func() {
			if err := os.RemoveAll(shared); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}()
		return m.Run()
	}())
}

// shared is a folder for the whole run of the tests.
var shared string

// importAndTell writes a line to standard output after every durable group.
func importAndTell(url, path string) error {
	ctx := context.Background()
	f, err := scriptfile.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := open.Marketplace(ctx, url, marketplace.Options{})
	if err != nil {
		return err
	}
	if _, err := m.Import(ctx, f, marketplace.ImportOptions{
		Progress: func(r marketplace.ImportReport) { fmt.Println(r.Lines) },
	}); err != nil {
		return err
	}
	return m.Close()
}

// TestImportKilled kills an import with SIGKILL again and again, each time after
// some group has become durable, and lets it run to its end at last.
func TestImportKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	lines := int64(0)
	for kill := range long.Among(3, 4, 8) {
		child := startImport(t, "sqlite:"+path, mediumHistory)
		out := bufio.NewScanner(child.out)
		// Each run first remembers the log, then writes groups of 512 lines of
		// which most runs see a few; the kill comes while it goes on.
		for range 1 + rand.IntN(10) {
			if !out.Scan() {
				break
			}
		}
		require.NoError(t, child.cmd.Process.Kill())
		err := child.cmd.Wait()
		var exit *exec.ExitError
		require.True(t, err == nil || errors.As(err, &exit), "kill %d: %v", kill, err)

		m, err := open.Marketplace(t.Context(), "sqlite:"+path, marketplace.Options{ReadOnly: true})
		require.NoError(t, err)
		head, err := m.Store().Head(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, int64(head), lines, "kill %d: an acknowledged event is gone", kill)
		lines = int64(head)
		require.NoError(t, m.Close())
	}
	child := startImport(t, "sqlite:"+path, mediumHistory)
	for out := bufio.NewScanner(child.out); out.Scan(); {
	}
	require.NoError(t, child.cmd.Wait())

	clean := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "clean.db"))
	markettest.ImportFile(t, clean, mediumHistory)
	killed := markettest.At(t, "sqlite:"+path)
	requireSameLog(t, clean.Store(), killed.Store())
	want, err := marketplace.Ask(t.Context(), clean, statistics.FullReport())
	require.NoError(t, err)
	got, err := marketplace.Ask(t.Context(), killed, statistics.FullReport(), marketplace.AsOf(want.AsOf.Std()))
	require.NoError(t, err)
	require.Equal(t, want, got)
}

type child struct {
	cmd *exec.Cmd
	out *os.File
}

func startImport(t *testing.T, url, path string) child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), importStoreEnv+"="+url, importScriptEnv+"="+path)
	cmd.Stderr = os.Stderr
	r, w, err := os.Pipe()
	require.NoError(t, err)
	cmd.Stdout = w
	require.NoError(t, cmd.Start())
	require.NoError(t, w.Close())
	t.Cleanup(func() { _ = r.Close() })
	return child{cmd, r}
}
