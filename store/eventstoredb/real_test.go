package eventstoredb_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/examples/history"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// The tests named TestReal run against a server that somebody else started:
//
//	go test ./store/eventstoredb -real "esdb://user:password@host:2113" -real-soak 10m -v
//
// Each test keeps to streams of its own, whose names begin with a prefix drawn
// for it, so the database may have other users. Without the flag they run
// against esdbtest. See docs/eventstoredb.md.
var (
	realURL   = flag.String("real", "", "connection string of a server to test; without -run, the tests named TestReal alone")
	realEmpty = flag.String("real-empty", "", "connection string of a server whose database is new and empty, for TestRealEmptyDatabase")
	realSize  = flag.Int("real-max-append-size", 1<<20, "the server's MaxAppendSize, in bytes; larger cases are skipped by name")
	realLarge = flag.Bool("real-medium", false, "TestRealQuestions imports the medium history, 59,897 lines, too")
	realSoak  = flag.Duration("real-soak", 0, "how long TestRealSoak goes on; 0: one round")
)

func realServer(t testing.TB) string {
	if *realURL != "" {
		return *realURL
	}
	return quickly(esdbtest.Start(t))
}

func realOptions(prefix string) eventstoredb.Options {
	return eventstoredb.Options{MaxAppendSize: *realSize, StreamPrefixes: []string{prefix}}
}

// openReal opens a log of its own in the server's database.
func openReal(t testing.TB, url string) *prefixed {
	prefix := fmt.Sprintf("t%08x-", rand.Uint32())
	s, err := eventstoredb.Open(t.Context(), url, realOptions(prefix))
	require.NoError(t, err)
	return &prefixed{s, prefix}
}

func TestRealConformance(t *testing.T) {
	if testing.Short() {
		t.Skip("TestConformance has what runs at once")
	}
	t.Parallel()
	url := realServer(t)
	storetest.Run(t, storetest.Config{
		Open: func(tb testing.TB) store.Store { return openReal(tb, url) },
		Features: storetest.Features{
			MaxAppendBytes: *realSize,
			MaxStreamName:  store.MaxStreamName - len("t00000000-"),
			Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
				p := s.(*prefixed)
				return truncate(ctx, url, p.Store, p.prefix+stream, before)
			},
			Reopen: func(tb testing.TB, s store.Store) store.Store {
				p := s.(*prefixed)
				require.NoError(tb, p.Close())
				again, err := eventstoredb.Open(context.Background(), url, realOptions(p.prefix))
				require.NoError(tb, err)
				return &prefixed{again, p.prefix}
			},
		},
	})
}

// TestRealQuestions imports histories and compares the log with one in memory
// of the same import, and every answer that is computed from it, however many
// workers load it.
func TestRealQuestions(t *testing.T) {
	long.Sequential(t)
	t.Parallel()
	url := realServer(t)
	scripts := []string{history.Small}
	if *realLarge {
		scripts = append(scripts, history.Medium)
	}
	for _, name := range scripts {
		t.Run(name, func(t *testing.T) {
			log := openReal(t, url)
			defer log.Close()
			embedded := memory.New()
			defer embedded.Close()
			require.Equal(t, imported(t, embedded, readScript(t, name)), imported(t, log, readScript(t, name)))
			sameMarket(t, embedded, log, event.MustParseTime("2017-04-30T12:00:00Z"), event.MustParseTime(history.MediumEnd))
			require.Equal(t, imported(t, embedded, readScript(t, name)), imported(t, log, readScript(t, name)), "all lines are repeated")
		})
	}
}

// TestRealEmptyDatabase follows a log before anything was written to it. A
// server of 24.2.0 is silent about such a log's progress.
func TestRealEmptyDatabase(t *testing.T) {
	t.Parallel()
	url := *realEmpty
	switch {
	case url == "" && *realURL != "":
		t.Skip("it needs a server whose database is new and empty: -real-empty")
	case url == "":
		url = quickly(esdbtest.Start(t))
	}
	log := openReal(t, url)
	defer log.Close()
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	defer cancel()
	const written = 49
	ready, heard := make(chan struct{}), make(chan error, 1)
	go func() {
		seen, told := 0, false
		for n, err := range log.Subscribe(ctx, 0) {
			if err != nil {
				heard <- err
				return
			}
			if n.CaughtUp() && !told {
				told = true
				close(ready)
			}
			if !n.CaughtUp() {
				seen++
			}
			if n.CaughtUp() && seen == written {
				heard <- nil
				return
			}
		}
	}()
	<-ready
	for i := range written {
		_, err := log.Append(ctx, store.Write{Stream: fmt.Sprintf("s-%d", i%5), Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err)
	}
	require.NoError(t, <-heard)
}

// readScript is a history's plain text.
func readScript(t testing.TB, name string) []byte {
	text, err := history.Files.ReadFile(name)
	require.NoError(t, err)
	if filepath.Ext(name) != ".zst" {
		return text
	}
	plain, err := zstd.NewReader(bytes.NewReader(text))
	require.NoError(t, err)
	defer plain.Close()
	text, err = io.ReadAll(plain)
	require.NoError(t, err)
	return text
}

func imported(t testing.TB, s store.Store, script []byte) marketplace.ImportReport {
	now := event.MustParseTime("2025-01-01T00:00:00Z").Std() // what is refused tells the clock, and two imports are compared
	m, err := marketplace.New(kept{s}, marketplace.Options{Now: func() time.Time { return now }})
	require.NoError(t, err)
	defer m.Close()
	report, err := m.Import(t.Context(), bytes.NewReader(script), marketplace.ImportOptions{})
	require.NoError(t, err)
	return report
}

// kept is a store that its user does not close.
type kept struct{ store.Store }

func (kept) Close() error { return nil }

// sameMarket requires two logs to hold the same events in the same order, and to
// answer every question alike with 1, 2 and 8 workers.
func sameMarket(t testing.TB, embedded, log store.Store, moments ...event.Time) {
	want, err := storetest.All(t.Context(), embedded)
	require.NoError(t, err)
	got, err := storetest.All(t.Context(), log)
	require.NoError(t, err)
	require.Len(t, got, len(want))
	want, got = markettest.WithoutRun(t, want), markettest.WithoutRun(t, got)
	named := renumbered{Store: embedded}
	for i := range want {
		w, g := want[i], got[i]
		w.Position, w.RecordedAt = g.Position, g.RecordedAt // which are each log's own
		require.Equal(t, w, g)
		named.names = append(named.names, g.Position)
	}
	model := loaded(t, named, 1)
	for _, workers := range []int{1, 2, 8} {
		readmodeltest.RequireSame(t, model, loaded(t, log, workers), moments)
	}
}

func loaded(t testing.TB, s store.Store, workers int) *projection.Model {
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), s, workers))
	return m
}

// renumbered is a whole log as another one, of the same events, names them.
type renumbered struct {
	store.Store
	names []event.Position
}

func (r renumbered) Head(context.Context) (event.Position, error) {
	return r.names[len(r.names)-1], nil
}

func (r renumbered) ReadAll(ctx context.Context, _ store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		i := 0
		for rec, err := range r.Store.ReadAll(ctx, store.Span{}) {
			if err == nil {
				rec.Position = r.names[i]
				i++
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// writeBeside writes an event as another application does, by the official client: bytes,
// without metadata.
func writeBeside(ctx context.Context, url, stream, typ string, data []byte) error {
	client, err := official(url)
	if err != nil {
		return err
	}
	defer client.Close()
	_, err = client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}},
		esdb.EventData{EventID: uuid.New(), EventType: typ, ContentType: esdb.ContentTypeBinary, Data: data})
	return err
}

// truncate sets a stream's $tb with the official client. It never hides what
// comes later.
func truncate(ctx context.Context, url string, s store.Store, stream string, before uint64) error {
	records, err := storetest.All(ctx, s)
	if err != nil {
		return err
	}
	end := uint64(0)
	for _, r := range records {
		if r.Stream == stream {
			end = r.Revision + 1
		}
	}
	if end == 0 {
		return store.ErrStreamNotFound
	}
	client, err := official(url)
	if err != nil {
		return err
	}
	defer client.Close()
	var m esdb.StreamMetadata
	m.SetTruncateBefore(min(before, end))
	_, err = client.SetStreamMetadata(ctx, stream, esdb.AppendToStreamOptions{}, m)
	return err
}

func official(url string) (*esdb.Client, error) {
	cfg, err := esdb.ParseConnectionString(url)
	if err != nil {
		return nil, err
	}
	cfg.Logger = esdb.NoopLogging()
	return esdb.NewClient(cfg)
}
