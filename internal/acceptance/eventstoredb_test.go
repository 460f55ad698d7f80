package acceptance_test

import (
	"bufio"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/statistics"
)

// The same history comes to the same reports on EventStoreDB as on SQLite.
func TestHistoryOnEventStoreDB(t *testing.T) {
	testHistoryOn(t, "../../examples/history/small", smallHistory, esdbtest.Start(t).ConnectionString())
}

// TestImportKilledOnEventStoreDB kills the importer of a history and lets another
// go on: nothing is lost and nothing doubled.
func TestImportKilledOnEventStoreDB(t *testing.T) {
	if testing.Short() {
		t.Skip("imports a history line by line, again and again")
	}
	path, lines := smallHistory, 800
	server := esdbtest.Start(t)
	for range 3 {
		child := startImport(t, server.ConnectionString(), path)
		out := bufio.NewScanner(child.out)
		for range 1 + rand.IntN(lines) {
			if !out.Scan() {
				break
			}
		}
		require.NoError(t, child.cmd.Process.Kill())
		_ = child.cmd.Wait() // it was killed
	}
	m := markettest.At(t, server.ConnectionString())
	markettest.ImportFile(t, m, path)

	clean := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "clean.db"))
	markettest.ImportFile(t, clean, path)
	requireSamePast(t, clean.Store(), m.Store())
	report, err := marketplace.Ask(t.Context(), clean, statistics.FullReport())
	require.NoError(t, err)
	same, err := marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.AsOf(report.AsOf.Std()))
	require.NoError(t, err)
	require.Equal(t, report, same)
}

// Two importers of the same script, each with a connection of its own.
func TestImportsAtOnceOnEventStoreDB(t *testing.T) {
	url := esdbtest.Start(t).ConnectionString()
	testImportsAtOnce(t, markettest.At(t, url), markettest.At(t, url))
}

// A command whose server is away until later is done when it comes back.
func TestDoWhileTheServerRestarts(t *testing.T) {
	server := esdbtest.Start(t)
	m := markettest.At(t, server.ConnectionString())
	client := uuid.New()
	at := marketplace.At(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
	_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, at)
	require.NoError(t, err)
	server.Stop()
	done := make(chan error, 1)
	go func() {
		_, err := m.Do(t.Context(), aggregate.FlagClient{Client: client, Reason: "poor_collaboration"}, at)
		done <- err
	}()
	require.NoError(t, server.Restart())
	require.NoError(t, <-done)
	require.Len(t, markettest.Records(t, m.Store()), 2)
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.AsOf(event.MustParseTime("2020-01-02T00:00:00Z").Std()))
	require.NoError(t, err)
	require.Len(t, report.Clients, 1)
}
