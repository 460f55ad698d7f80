package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

func TestWrongUse(t *testing.T) {
	url := small(t)
	for _, test := range []struct{ args, words string }{
		{"nonsense", "unknown command"},
		{"--nonsense", "unknown flag"},
		{"stats --nonsense", "unknown flag: --nonsense\nsee marketplace stats --help"},
		{"stats extra", "unknown command"},
		{"import", "accepts 1 arg"},
		{"import a b", "accepts 1 arg"},
		{"stats --as-of 2017-02-30", "not a day of the form"},
		{"stats --as-of 17-04-30", "not a time of the form"},
		{"stats --as-of 2017-04-30T12:00:00+01:00", "not a time of the form"},
		{"stats --policy 2016", "known are 2015, 2020-03, 2020-11, 2023-12, 2024-09"},
		{"stats --limit -1", "--limit"},
		{"stats --currency dollars", "not a currency code"},
		{"stats --freelancer 7", "not an id"},
		{"stats --freelancer urn:uuid:" + freelancer, "not an id"},
		{"stats --freelancer " + freelancer + " --client " + client, "none of the others can be"},
		{"explain", ""},
		{"explain luck", "known are " + strings.Join(names(func(explained) bool { return true }), ", ")},
		{"explain job-success", "accepts 1 arg"},
		{"explain job-success 7", "not an id"},
		{"explain week 2017-W54", "not an ISO week"},
		{"explain week", "accepts 1 arg"},
		{"explain funnel 7", "not an id"},
		{"my-stats", "accepts 1 arg"},
		{"my-stats 7", "not an id"},
		{"client 7", "not an id"},
		{"search --score 101", "it is 0 to 100 percent"},
		{"search --badge best", "known are top_rated and top_rated_plus"},
		{"search --limit -1", "limit is -1"},
		{"search --order price", "known are"},
		{"jobs --kind weekly", "known are [fixed hourly]"},
		{"jobs --budget-min -1", "budget_min is below 0"},
		{"jobs --order price", "known are [newest candidates]"},
		{"figures --weeks -1", "it is 0 or more"},
		{"events --from -1", "invalid argument"},
		{"events a b", "accepts at most 1 arg"},
		{"stats --store market.db", "has no scheme"},
		{"stats --store postgres://x", "unknown"},
		{"stats --store sqlite:", "a path must follow"},
		{"stats --store memory:", "nothing to read"},
		{"import " + histories + "/small.ndjson --store memory:x", "nothing may follow"},
	} {
		t.Run(test.args, func(t *testing.T) {
			args := strings.Fields(test.args)
			if !strings.Contains(test.args, "--store") && len(args) > 1 && args[0] != "import" && args[1] != "luck" {
				args = append(args, "--store", url)
			}
			if test.args == "explain" {
				require.Contains(t, ok(t, "explain"), "job-success")
				return
			}
			fails(t, exitUsage, test.words, args...)
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv(storeVariable, small(t))
	t.Setenv(currencyVariable, "EUR")
	require.Contains(t, ok(t, "stats", "--as-of", moment), "EUR")
	require.Contains(t, ok(t, "stats", "--as-of", moment, "--currency", "CHF"), "CHF")
	t.Setenv(currencyVariable, "coins")
	fails(t, exitUsage, "$MARKETPLACE_CURRENCY", "stats")
	t.Setenv(storeVariable, "nowhere")
	fails(t, exitUsage, "no scheme", "verify")
}

func TestDefaultStoreIsInTheWorkingFolder(t *testing.T) {
	script, err := filepath.Abs(histories + "/small.ndjson")
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	fails(t, exitNotFound, "there is no log at sqlite:marketplace.db\nimport a history first: marketplace import FILE", "stats")
	requireEmptyFolder(t, ".")
	importScript(t, script)
	require.FileExists(t, "marketplace.db")
	ok(t, "stats")
}

func TestNotFound(t *testing.T) {
	url := small(t)
	const nobody = "00000000-0000-4000-8000-000000000001"
	for _, args := range []string{
		"stats --freelancer " + nobody,
		"stats --client " + nobody,
		"stats --client " + freelancer,
		"stats --as-of 2000-01-01T00:00:00Z --freelancer " + freelancer,
		"explain job-success " + nobody,
		"explain responsiveness " + nobody,
		"explain dispute-rate " + nobody,
		"events contract-" + nobody,
	} {
		fails(t, exitNotFound, "", append(strings.Fields(args), "--store", url)...)
	}
	fails(t, exitNotFound, "marketplace: no freelancer "+nobody, "explain", "job-success", nobody, "--store", url)
	const said = "marketplace: no freelancer " + nobody + " is registered as of 2018-01-01T00:00:00Z\n"
	require.True(t, strings.HasPrefix(call(t, "stats", "--as-of", "2018-01-01T00:00:00Z", "--freelancer", nobody, "--store", url).err, said))
	folder := t.TempDir()
	for _, args := range []string{"stats", "events", "verify", "explain dispute-rate", "backup " + folder + "/copy.db"} {
		fails(t, exitNotFound, "import a history first", append(strings.Fields(args), "--store", "sqlite://"+folder+"/none.db")...)
	}
	fails(t, exitNotFound, "none.ndjson", "import", folder+"/none.ndjson", "--store", "sqlite://"+folder+"/market.db")
	requireEmptyFolder(t, folder)
}

func TestFailures(t *testing.T) {
	folder := t.TempDir()
	text := write(t, folder+"/text.db", strings.Repeat("this is no database\n", 1000))
	script := histories + "/small.ndjson"
	fails(t, exitFailed, "is directory", "import", folder, "--store", newStore(t))
	fails(t, exitFailed, "folder", "import", script, "--store", "sqlite://"+folder)
	fails(t, exitFailed, "folder", "stats", "--store", "sqlite://"+folder)
	fails(t, exitFailed, "not a log", "import", script, "--store", "sqlite://"+text)
	fails(t, exitFailed, "not a log", "stats", "--store", "sqlite://"+text)
	fails(t, exitFailed, "", "import", script, "--store", "sqlite://"+readOnlyFolder(t)+"/market.db")
	fails(t, exitFailed, "", "import", script, "--store", "sqlite://"+text+"/market.db")
}

// One process writes at a time; the others may read.
func TestLogInUse(t *testing.T) {
	url := newStore(t)
	m, err := open.Marketplace(t.Context(), url, marketplace.Options{})
	require.NoError(t, err)
	defer m.Close()
	fails(t, exitFailed, "locked", "import", histories+"/small.ndjson", "--store", url)
	ok(t, "stats", "--store", url)
}

// readOnlyFolder is one in which this process can create nothing. Root may
// write to every folder of a disk, but not to the kernel's.
func readOnlyFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o500))
	if f, err := os.Create(folder + "/probe"); err == nil {
		require.NoError(t, f.Close())
		require.NoError(t, os.Remove(folder+"/probe"))
		folder = "/sys"
	}
	_, err := os.Create(folder + "/probe")
	require.ErrorIs(t, err, fs.ErrPermission)
	return folder
}

// A flipped bit is an error of every command that reads it, never a number.
func TestCorruptedLog(t *testing.T) {
	good, err := os.ReadFile(strings.TrimPrefix(small(t), "sqlite://"))
	require.NoError(t, err)
	bad := bytes.Clone(good)
	for i := len(bad) / 4; i < len(bad)/2; i += 4096 {
		bad[i] ^= 1
	}
	url := "sqlite://" + write(t, t.TempDir()+"/bad.db", string(bad))
	for _, args := range []string{"stats", "stats --json", "explain dispute-rate", "verify"} {
		fails(t, exitFailed, "corrupt log", append(strings.Fields(args), "--store", url)...)
	}
	r := call(t, "events", "--store", url)
	require.Equal(t, exitFailed, r.code)
	require.Contains(t, r.err, "corrupt log")
}

func TestVerifyAndBackup(t *testing.T) {
	copied := t.TempDir() + "/copy.db"
	require.Contains(t, ok(t, "verify", "--store", small(t)), "events, all as written")
	require.Contains(t, ok(t, "backup", copied, "--store", small(t)), "bytes")
	require.Contains(t, ok(t, "verify", "--store", "sqlite://"+copied), "events, all as written")
	require.Equal(t, ok(t, "events", "--json", "--store", small(t)), ok(t, "events", "--json", "--store", "sqlite://"+copied))
	fails(t, exitFailed, "exists already", "backup", copied, "--store", small(t))

	t.Setenv("TMPDIR", t.TempDir())
	r := call(t, "backup", "-", "--store", small(t))
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.err, "bytes")
	piped := "sqlite://" + write(t, t.TempDir()+"/piped.db", r.out)
	require.Equal(t, ok(t, "events", "--json", "--store", small(t)), ok(t, "events", "--json", "--store", piped))
	requireEmptyFolder(t, os.Getenv("TMPDIR"))
}

// A file whose pages another program has written is sealed anew; a damaged one, and
// none at all, are told.
func TestReseal(t *testing.T) {
	file, err := os.ReadFile(strings.TrimPrefix(small(t), "sqlite://"))
	require.NoError(t, err)
	for page := sqlitefile.PageSize; page <= len(file); page += sqlitefile.PageSize {
		clear(file[page-sqlitefile.ChecksumBytes : page])
	}
	path := write(t, t.TempDir()+"/foreign.db", string(file))
	fails(t, exitFailed, "marketplace reseal FILE", "verify", "--store", "sqlite://"+path)
	require.Equal(t, path+": verified, and every page has its checksum again\n", ok(t, "reseal", path))
	require.Contains(t, ok(t, "verify", "--store", "sqlite://"+path), "events, all as written")
	require.Equal(t, ok(t, "events", "--json", "--store", small(t)), ok(t, "events", "--json", "--store", "sqlite://"+path))

	for i := len(file) / 4; i < len(file)/2; i += sqlitefile.PageSize {
		file[i] ^= 1
	}
	path = write(t, t.TempDir()+"/damaged.db", string(file))
	fails(t, exitFailed, "corrupt log", "reseal", path)
	fails(t, exitNotFound, "there is no file "+path+"-none", "reseal", path+"-none")
}

// An empty log is a log: everything is unknown and nothing fails.
func TestEmptyLog(t *testing.T) {
	url := newStore(t)
	ok(t, "import", "-", "--store", url)
	require.Contains(t, ok(t, "stats", "--store", url), "Freelancers: none registered")
	require.Empty(t, ok(t, "events", "--store", url))
	require.Contains(t, ok(t, "explain", "dispute-rate", "--store", url), show.Unknown)
	require.Contains(t, ok(t, "verify", "--store", url), "0 events")
}

// broken is a pipe whose reader went away after some bytes.
type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}
	}
	return len(p), nil
}

func TestReaderThatGoesAwayIsNoFailure(t *testing.T) {
	for _, args := range []string{"events", "events --json", "events --follow", "stats --limit 0", "stats --json", "explain dispute-rate --all"} {
		var stderr bytes.Buffer
		code := run(t.Context(), append(strings.Fields(args), "--store", small(t)), nil, &broken{left: 100}, &stderr)
		require.Equal(t, exitDone, code, args)
		require.Empty(t, stderr.String(), args)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestOutputThatCannotBeWrittenIsAFailure(t *testing.T) {
	for _, args := range []string{"events", "stats", "stats --json", "verify"} {
		var stderr bytes.Buffer
		code := run(t.Context(), append(strings.Fields(args), "--store", small(t)), nil, full{}, &stderr)
		require.Equal(t, exitFailed, code, args)
		require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
	}
	require.Equal(t, exitFailed, run(t.Context(), []string{"--help"}, nil, full{}, io.Discard))
}

func TestHelp(t *testing.T) {
	c := &cli{stdin: strings.NewReader(""), stderr: io.Discard}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		require.NotEmpty(t, cmd.Short, cmd.Name())
		if !cmd.HasSubCommands() {
			require.Contains(t, cmd.Example, cmd.CommandPath(), cmd.Name()+" has no example of itself")
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	for _, cmd := range c.root().Commands() {
		if cmd.Name() != "explain" {
			visit(cmd)
		}
	}
	for _, args := range []string{"", "--help", "help", "import --help", "explain", "explain dispute-rate -h", "completion bash", "--version"} {
		require.NotEmpty(t, ok(t, strings.Fields(args)...), args)
	}
	require.Contains(t, ok(t, "--help"), "Exit status")
}

func TestErrorsAreOnOneLine(t *testing.T) {
	err := errors.Join(errors.New("store: full\nnothing was written"), context.Canceled)
	require.Equal(t, "full nothing was written context canceled", oneLine(err))
}

// TestExitStatusesAreTheList: the program ends with the status that the list has
// for what went wrong.
func TestExitStatusesAreTheList(t *testing.T) {
	for _, k := range fault.List() {
		c := &cli{stderr: io.Discard, began: true}
		err := fmt.Errorf("asked: %w", fault.New("", k.Code))
		require.Equal(t, k.Exit, c.exitCode(t.Context(), c.root(), err, nil), k.Code)
	}
}

// TestHints: what people can do about it is told where it is theirs to do.
func TestHints(t *testing.T) {
	for hint, err := range map[string]error{
		"run the command again":       store.Known(8, 7),
		"marketplace rebuild --yes":   readmodel.ErrOtherLog.With(store.Known(8, 7), "of another one"),
		"the log is damaged; go on":   store.ErrCorrupt,
		"make it first: marketplace ": readmodel.ErrNotFound,
	} {
		_, told := classify(fmt.Errorf("asked: %w", err))
		require.Contains(t, told, hint)
	}
	_, told := classify(archive.ErrOtherLog.With(store.Known(8, 7), ""))
	require.Empty(t, told, "the error says what to do")
}
