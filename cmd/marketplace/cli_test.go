package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/postgrestest"
)

const histories = "../../examples/history"

var update = flag.Bool("update", false, "write the golden files anew")

// result is what one call of the program came to.
type result struct {
	code     int
	out, err string
}

// call runs the program on a command line, as a shell would.
func call(t *testing.T, args ...string) result {
	t.Helper()
	return callWith(t.Context(), strings.NewReader(""), args...)
}

func callWith(ctx context.Context, stdin io.Reader, args ...string) result {
	var out, err bytes.Buffer
	code := run(ctx, args, stdin, &out, &err)
	return result{code, out.String(), err.String()}
}

// ok runs the program and gives its output; it must succeed and say nothing on
// stderr.
func ok(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, args...)
	require.Zero(t, r.code, r.err)
	require.Empty(t, r.err)
	return r.out
}

// importScript runs an import of a script in which lines may be of the future, which is said
// on stderr, and gives its output.
func importScript(t *testing.T, args ...string) string {
	t.Helper()
	r := call(t, append([]string{"import"}, args...)...)
	require.Zero(t, r.code, r.err)
	require.Regexp(t, `^(\d+ lines? (is|are) of the future: --allow-future takes what is test data\n)?$`, r.err)
	return r.out
}

// fails runs the program, which must fail in one or two lines on stderr that
// hold the words, and with nothing on stdout.
func fails(t *testing.T, code int, words string, args ...string) {
	t.Helper()
	refused(t, call(t, args...), code, words)
}

func refused(t *testing.T, r result, code int, words string) {
	t.Helper()
	require.Equal(t, code, r.code, r.err)
	require.Contains(t, r.err, words)
	require.True(t, strings.HasPrefix(r.err, "marketplace: "), r.err)
	require.LessOrEqual(t, strings.Count(r.err, "\n"), 2, r.err)
	require.NotContains(t, r.err, "goroutine")
	require.NotContains(t, r.err, "Usage:")
	require.Empty(t, r.out)
}

// smallStore is the URL of a log with the small history in it, for tests that
// only read.
var smallStore = sync.OnceValues(func() (string, error) {
	url := "sqlite://" + filepath.Join(shared, "small.db")
	r := callWith(context.Background(), nil, "import", histories+"/small.ndjson", "--store", url)
	if r.code != exitDone {
		return "", os.ErrInvalid
	}
	return url, nil
})

func small(t *testing.T) string {
	t.Helper()
	url, err := smallStore()
	require.NoError(t, err)
	return url
}

// shared is a folder for the whole run of the tests.
var shared string

// postgreSQL is a server for the whole run of the tests.
var postgreSQL postgrestest.Shared

// asProgram is set in a process of the test's binary that is to be the program.
const asProgram = "MARKETPLACE_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	flag.Parse()
	os.Exit(func() int {
		var err error
		if shared, err = os.MkdirTemp("", "marketplace-cli-"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(shared)
		os.Unsetenv(storeVariable)
		os.Unsetenv(currencyVariable)
		for _, set := range os.Environ() {
			if name, _, _ := strings.Cut(set, "="); strings.HasPrefix(name, "OTEL_") {
				os.Unsetenv(name)
			}
		}
		return postgreSQL.Main(m)
	}())
}

func newStore(t *testing.T) string { return "sqlite://" + filepath.Join(t.TempDir(), "market.db") }

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	return path
}

// golden compares the text with a file of testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o777))
		write(t, path, text)
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "go test -update writes it")
	require.Equal(t, string(want), text)
}

// skipShort leaves a test out of the race detector's run.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("many commands, one after the other: what runs at once in them, the packages that they are made of test")
	}
}
