package readmodeltest

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	osexec "os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/sqlite"
	"github.com/marketcore/marketplace/store/storetest"
)

// The environment of a test's other process: where the log and the read model
// are.
const (
	childLog   = "READMODELTEST_LOG"
	childModel = "READMODELTEST_MODEL"
	childStops = "READMODELTEST_STOPS" // when it stops itself: see RunStopped
)

// killedSeed is that of the log's history and of its positions.
const killedSeed = 12

// childFailed is its exit code when it was not killed, but failed.
const childFailed = 3

var kills = flag.Int("kills", 0, "how often the tests of killed runners and of a killed server kill; 0: 3 times, in a long run 4 (fewer with -short)")

// timesKilled is how often. Under the race detector, where processes start
// slowly, few will do: what is tried there is tried without it too.
func timesKilled() int {
	n := *kills
	if n == 0 {
		n = long.Pick(3, 4)
	}
	if testing.Short() {
		return min(2, n)
	}
	return n
}

// OpenAt opens the database at an address, which is a path or a URL.
type OpenAt func(ctx context.Context, address string) (readmodel.Database, error)

// Child is for TestMain: where the test binary was started to be the other
// process of RunKilled, it runs a runner and never returns.
func Child(open OpenAt) {
	log, address := os.Getenv(childLog), os.Getenv(childModel)
	if address == "" {
		return
	}
	if err := followAndTell(context.Background(), log, address, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(childFailed)
	}
	os.Exit(0)
}

// followAndTell writes a line to standard output for every batch.
func followAndTell(ctx context.Context, path, address string, open OpenAt) error {
	file, err := sqlite.Open(ctx, path, sqlite.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	log := storetest.Strict(file, killedSeed)
	db, err := open(ctx, address)
	if err != nil {
		return err
	}
	stops := os.Getenv(childStops)
	if stops == whileWriting {
		db = stopsInWrite{db, new(atomic.Int64)}
	}
	m, err := readmodel.New(db, readmodel.Options{})
	if err != nil {
		return err
	}
	r, err := m.NewRunner(log, readmodel.RunnerOptions{BatchEvents: 25, NoStatistics: stops != ""})
	if err != nil {
		return err
	}
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	for at := r.Status().Position; at < head; at = r.Status().Position {
		if err := r.WaitFor(ctx, at+1); err != nil {
			return <-ended
		}
		fmt.Println(at)
	}
	if stops == whileIdle {
		fmt.Println(stopping)
		stopThis()
	}
	if err := os.Stdout.Close(); err != nil { // no more lines come
		return err
	}
	return <-ended // which it never does: who caught up waits to be killed
}

// killedLog is the log of a test with another process, with so many parts of a
// history.
func killedLog(t *testing.T, parts int) (path string, log store.Transactor) {
	path = filepath.Join(t.TempDir(), "log.db")
	file, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	require.NoError(t, err)
	log = storetest.Strict(file, killedSeed).(store.Transactor)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	history := market.New(killedSeed)
	history.Rough = true
	history.RegisterClients(5)
	for range parts {
		history.Freelancer(8, 8)
	}
	history.WriteTo(t, log)
	return path, log
}

// RunKilled kills a process that runs a runner, at random moments, and requires
// the rows to be those of a clean run afterwards. The address is that of an
// empty database, clean of another. The flag -kills says how often.
func RunKilled(t *testing.T, address, clean string, open OpenAt) {
	n := timesKilled()
	path, log := killedLog(t, 1+n)
	at := func(address string) readmodel.Database {
		db, err := open(t.Context(), address)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		return db
	}
	for i := range n {
		batches := rand.N(12)
		if i == 0 {
			batches = max(batches, 1) // so that the others find something
		}
		killAfter(t, batches, path, address)
	}
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	reached, err := model(t, at(address), newClock(market.Ends), 1).Position(t.Context())
	require.NoError(t, err)
	t.Logf("%d kills, position %d of %d", n, reached, head)
	require.Positive(t, reached)

	want, c := folded(t, log), newClock(market.Ends)
	killed, whole := at(address), at(clean)
	m := model(t, killed, c, 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	follow(t, model(t, whole, c, 1), log, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.Equal(t, dump(t, whole, 1), dump(t, killed, 1))
	// The killed ones computed statistics as of the real clock.
	exec(t, killed, "UPDATE "+killed.Dialect().Table(1, "freelancer_stats")+" SET policy = 'another'",
		"UPDATE "+killed.Dialect().Table(1, "client_stats")+" SET policy = 'another'")
	c.set(market.Ends.AddDays(20_000))
	refreshed(t, m)
	requireCurrent(t, killed, want, market.Ends.AddDays(20_000), preset(t, statistics.DefaultPolicy))
}

// killAfter starts a runner and kills it after so many of its batches.
func killAfter(t *testing.T, batches int, log, address string) {
	child, lines := startChild(t, log, address)
	for range batches {
		if !lines.Scan() {
			break
		}
	}
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "it was killed")
	require.NotEqual(t, childFailed, child.ProcessState.ExitCode(), "it failed before that")
}

// startChild starts the other process and gives what it writes.
func startChild(t *testing.T, log, address string, more ...string) (*osexec.Cmd, *bufio.Scanner) {
	binary, err := os.Executable()
	require.NoError(t, err)
	child := osexec.CommandContext(t.Context(), binary)
	child.Env = append(os.Environ(), childLog+"="+log, childModel+"="+address)
	child.Env = append(child.Env, more...)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	child.Stderr = os.Stderr
	require.NoError(t, child.Start())
	return child, bufio.NewScanner(out)
}
