package readmodeltest

import (
	"bufio"
	"context"
	"fmt"
	osexec "os/exec"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store/storetest"
)

// When the other process of RunStopped stops itself.
const (
	whileIdle    = "idle"    // it has caught up
	whileWriting = "writing" // in its third transaction, before the commit
)

const stopping = "stopping"

// stopsInWrite is a database under whose third transaction the process is stopped.
type stopsInWrite struct {
	readmodel.Database
	writes *atomic.Int64
}

func (s stopsInWrite) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	return s.Database.Write(ctx, func(tx readmodel.Tx) error {
		err := do(tx)
		if s.writes.Add(1) == 3 {
			fmt.Println(stopping)
			stopThis()
		}
		return err
	})
}

// RunStopped stops a process that runs a runner, as kill -STOP does. Another runner
// takes its place, and the stopped one, once it goes on, writes nothing and takes its
// turn behind the other. An address is that of an empty database; open and that of
// Child open it with a lease time-out of a few seconds. Of a server it is also tried
// in the midst of a transaction.
func RunStopped(t *testing.T, address func() string, open OpenAt, server bool) {
	if !canStop {
		t.Skip("processes cannot be stopped here")
	}
	when := []string{whileIdle}
	if server {
		when = append(when, whileWriting)
	}
	for _, stops := range when {
		t.Run(stops, func(t *testing.T) { runStopped(t, address(), address(), open, stops) })
	}
}

func runStopped(t *testing.T, address, clean string, open OpenAt, stops string) {
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	defer cancel()
	path, log := killedLog(t, 2)
	at := func(address string) *readmodel.ReadModel {
		db, err := open(t.Context(), address)
		require.NoError(t, err)
		c := newClock(market.Ends)
		m, err := readmodel.New(db, readmodel.Options{Now: c.Now, After: shortened(c)})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, m.Close()) })
		return m
	}
	child, lines := startChild(t, path, address, childStops+"="+stops)
	t.Cleanup(func() { killStopped(t, child) })
	awaitLine(t, lines, stopping)

	m := at(address)
	r := runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true})
	stop := started(t, r)
	require.NoError(t, r.WaitFor(ctx, appendRegistered(t, log).Position), "it takes over")
	require.NoError(t, goOn(child.Process))
	require.NoError(t, m.WaitFor(ctx, appendRegistered(t, log).Position), "the one that was stopped is in nobody's way, or took over itself")
	require.NoError(t, stop())
	require.NoError(t, m.WaitFor(ctx, appendRegistered(t, log).Position), "now it is its turn again")

	whole := at(clean)
	follow(t, whole, log, 1, readmodel.RunnerOptions{NoStatistics: true})
	require.Equal(t, dump(t, whole.Database(), 1), dump(t, m.Database(), 1))
}

func awaitLine(t *testing.T, lines *bufio.Scanner, line string) {
	for lines.Scan() {
		if lines.Text() == line {
			return
		}
	}
	t.Fatalf("the other process ended before it wrote %q", line)
}

func killStopped(t *testing.T, child *osexec.Cmd) {
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "it was killed")
	require.NotEqual(t, childFailed, child.ProcessState.ExitCode(), "it failed before that")
}
