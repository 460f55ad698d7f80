package acceptance_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/store"
)

const (
	smallHistory  = "../../examples/history/small.ndjson"
	mediumHistory = "../../examples/history/medium.ndjson.zst"
)

// requireSameLog compares the logs that two imports of a script came to, on stores that
// name their positions alike.
func requireSameLog(t *testing.T, want, got store.Store) {
	t.Helper()
	markettest.RequireSameLog(t, markettest.WithoutRun(t, markettest.Records(t, want)), markettest.WithoutRun(t, markettest.Records(t, got)))
}

// requireSamePast compares the logs that two imports of a script came to, on any stores.
func requireSamePast(t *testing.T, want, got store.Store) {
	t.Helper()
	past := func(s store.Store) []event.Record {
		return markettest.WithoutPositions(markettest.WithoutRun(t, markettest.Records(t, s)))
	}
	markettest.RequireSameLog(t, past(want), past(got))
}

func TestImportTwice(t *testing.T) {
	m := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
	first := markettest.ImportFile(t, m, smallHistory)
	log := markettest.Records(t, m.Store())
	second := markettest.ImportFile(t, m, smallHistory)
	markettest.RequireSameLog(t, log, markettest.Records(t, m.Store()))

	// Only lines without a readable id, of which nothing can be remembered, and those
	// under the id of another command are rejected again. All others are repeated.
	var again []marketplace.ImportRejection
	for _, r := range first.Rejections {
		if r.ID == nil {
			require.Equal(t, aggregate.Invalid, r.Code)
		}
		if r.ID == nil || r.Code == aggregate.IDReused {
			again = append(again, r)
		}
	}
	require.Equal(t, again, second.Rejections)
	require.Zero(t, second.Applied)
	require.Equal(t, first.Lines, second.Lines)
	require.Equal(t, second.Lines, second.Repeated+second.Rejected)
}

// TestImportWhileOthersWrite: a host goes on sending commands during an import,
// some of them to the streams that the import writes.
func TestImportWhileOthersWrite(t *testing.T) {
	t.Run("in groups", func(t *testing.T) { testImportWhileOthersWrite(t, markettest.NewLog()) })
	t.Run("one by one", func(t *testing.T) { testImportWhileOthersWrite(t, markettest.OneByOne()) })
}

func testImportWhileOthersWrite(t *testing.T, s store.Store) {
	m, other := markettest.On(t, s), markettest.On(t, s)

	var text strings.Builder
	clients := make([]uuid.UUID, 50)
	for i := range clients {
		clients[i] = uuid.New()
		require.NoError(t, markettest.Do(t, other, aggregate.RegisterClient{Client: clients[i]}, "2020-01-01T00:00:00Z"))
	}
	const lines = 5000
	for i := range lines {
		line, err := script.Append(nil, uuid.New(), event.MustParseTime("2020-01-02T00:00:00Z"),
			aggregate.ContactClient{Client: clients[i%len(clients)], Reason: "hello"})
		require.NoError(t, err)
		text.Write(line)
	}
	stop, stopped := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		defer func() { stopped <- n }()
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := other.Do(t.Context(), aggregate.ContactClient{Client: clients[n%len(clients)], Reason: "hello"},
				marketplace.At(event.MustParseTime("2020-01-02T00:00:00Z").Std())); err != nil {
				t.Error(err)
				return
			}
			n++
		}
	}()
	report := markettest.ImportText(t, m, text.String())
	close(stop)
	written := <-stopped
	require.EqualValues(t, lines, report.Applied)
	require.Len(t, markettest.Records(t, s), len(clients)+lines+written, "nothing lost, nothing doubled")
}

// TestImportOneByOne: a store that cannot write several streams at once, such
// as EventStoreDB, comes to the same log and report.
func TestImportOneByOne(t *testing.T) {
	grouped, single := markettest.On(t, markettest.NewLog()), markettest.On(t, markettest.OneByOne())
	requireSameImport(t, markettest.ImportFile(t, grouped, smallHistory), markettest.ImportFile(t, single, smallHistory))
	requireSameLog(t, grouped.Store(), single.Store())
}

// TestImportsAtOnce: two imports of the same script at the same time come to
// the log of one.
func TestImportsAtOnce(t *testing.T) {
	t.Run("in groups", func(t *testing.T) {
		s := markettest.NewLog()
		testImportsAtOnce(t, markettest.On(t, s), markettest.On(t, s))
	})
	t.Run("one by one", func(t *testing.T) {
		s := markettest.OneByOne()
		testImportsAtOnce(t, markettest.On(t, s), markettest.On(t, s))
	})
}

func testImportsAtOnce(t *testing.T, one, two *marketplace.Marketplace) {
	alone := markettest.On(t, markettest.NewLog())
	want := markettest.ImportFile(t, alone, smallHistory)
	var reports [2]marketplace.ImportReport
	var running sync.WaitGroup
	for i, m := range []*marketplace.Marketplace{one, two} {
		running.Go(func() { reports[i] = markettest.ImportFile(t, m, smallHistory) })
	}
	running.Wait()
	for _, r := range reports {
		require.Equal(t, want.Lines, r.Lines)
		require.Equal(t, r.Lines, r.Applied+r.Repeated+r.Rejected)
	}
	// A line that both decide on the same log is written once and applied for both.
	require.GreaterOrEqual(t, reports[0].Applied+reports[1].Applied, want.Applied)
	requireSamePast(t, alone.Store(), one.Store())
}
