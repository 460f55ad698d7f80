package marketplace_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/store"
)

const (
	smallHistory  = "examples/history/small.ndjson"
	mediumHistory = "examples/history/medium.ndjson.zst"
)

func importFile(tb testing.TB, m *marketplace.Marketplace, path string) marketplace.ImportReport {
	tb.Helper()
	f, err := scriptfile.Open(path)
	require.NoError(tb, err)
	defer f.Close()
	report, err := m.Import(tb.Context(), f, marketplace.ImportOptions{})
	require.NoError(tb, err)
	return report
}

// facts are a whole log but for the moments at which the store took it.
func facts(tb testing.TB, s store.Store) []event.Record {
	tb.Helper()
	var all []event.Record
	for rec, err := range s.ReadAll(tb.Context(), store.Span{}) {
		require.NoError(tb, err)
		rec = rec.Clone()
		rec.RecordedAt = time.Time{}
		all = append(all, rec)
	}
	return all
}

// withoutPositions are the facts as any store has them: each names them otherwise.
func withoutPositions(all []event.Record) []event.Record {
	all = slices.Clone(all)
	for i := range all {
		all[i].Position = 0
	}
	return all
}

func requireSameLog(tb testing.TB, want, got []event.Record) {
	tb.Helper()
	for i := range min(len(want), len(got)) {
		require.Equal(tb, want[i], got[i], "record %d", i)
	}
	require.Len(tb, got, len(want))
}

func TestImportTwice(t *testing.T) {
	m := marketAt(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
	first := importFile(t, m, smallHistory)
	log := facts(t, m.Store())
	second := importFile(t, m, smallHistory)
	requireSameLog(t, log, facts(t, m.Store()))

	// Only lines without a readable id are rejected again: nothing can be
	// remembered of them. All others are repeated.
	require.Zero(t, second.Applied)
	require.Equal(t, first.Lines, second.Lines)
	require.Equal(t, second.Lines, second.Repeated+second.Rejected)
	for _, r := range second.Rejections {
		require.Nil(t, r.ID)
		require.Equal(t, aggregate.Invalid, r.Code)
	}
}

// TestImportRemembersAcrossScripts: an outcome belongs to its command id, not
// to the script in which it came.
func TestImportRemembersAcrossScripts(t *testing.T) {
	m := openOn(t, newLog())
	client, applied, rejected := uuid.NewString(), uuid.NewString(), uuid.NewString()
	register := `{"id":"` + applied + `","at":"2020-01-01T00:00:00Z","cmd":"RegisterClient","client":"` + client + `"}`
	lift := `{"id":"` + rejected + `","at":"2020-01-01T00:00:00Z","cmd":"LiftClientFlag","client":"` + client + `"}`
	report := importText(t, m, register+"\n"+lift)
	require.EqualValues(t, 1, report.Applied)
	require.EqualValues(t, 1, report.Rejected)

	report = importText(t, m, lift+"\n\n"+strings.ToUpper(applied)+"\n"+strings.Replace(register, applied, strings.ToUpper(applied), 1))
	require.EqualValues(t, 3, report.Lines)
	require.EqualValues(t, 2, report.Repeated)
	require.EqualValues(t, 1, report.Rejected)
	require.EqualValues(t, 3, report.Rejections[0].Line, "blank lines have numbers")
}

// TestImportAfterDo: what Do has done is repeated, what Do rejected is not.
func TestImportAfterDo(t *testing.T) {
	m := openOn(t, newLog())
	client, done, refused := uuid.New(), uuid.New(), uuid.New()
	_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(done))
	require.NoError(t, err)
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CommandID(refused))
	require.ErrorIs(t, err, aggregate.AlreadyExists)
	report := importText(t, m, `{"id":"`+done.String()+`","at":"2020-01-01T00:00:00Z","cmd":"RegisterClient","client":"`+uuid.NewString()+`"}
{"id":"`+refused.String()+`","at":"2020-01-01T00:00:00Z","cmd":"RegisterClient","client":"`+uuid.NewString()+`"}`)
	require.EqualValues(t, 1, report.Repeated)
	require.EqualValues(t, 1, report.Applied)
}

func importText(tb testing.TB, m *marketplace.Marketplace, text string) marketplace.ImportReport {
	tb.Helper()
	report, err := m.Import(tb.Context(), strings.NewReader(text), marketplace.ImportOptions{})
	require.NoError(tb, err)
	return report
}

// oneByOne is a store that cannot write several streams at once.
func oneByOne() store.Store { return struct{ store.Store }{newLog()} }

// TestImportWhileOthersWrite: a host goes on sending commands during an import,
// some of them to the streams that the import writes.
func TestImportWhileOthersWrite(t *testing.T) {
	t.Run("in groups", func(t *testing.T) { testImportWhileOthersWrite(t, newLog()) })
	t.Run("one by one", func(t *testing.T) { testImportWhileOthersWrite(t, oneByOne()) })
}

func testImportWhileOthersWrite(t *testing.T, s store.Store) {
	m, other := openOn(t, s), openOn(t, s)

	var text strings.Builder
	clients := make([]uuid.UUID, 50)
	for i := range clients {
		clients[i] = uuid.New()
		require.NoError(t, do(t, other, aggregate.RegisterClient{Client: clients[i]}, "2020-01-01T00:00:00Z"))
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
	report := importText(t, m, text.String())
	close(stop)
	written := <-stopped
	require.EqualValues(t, lines, report.Applied)
	require.Len(t, facts(t, s), len(clients)+lines+written, "nothing lost, nothing doubled")
}

// TestImportOneByOne: a store that cannot write several streams at once, such
// as EventStoreDB, comes to the same log and report.
func TestImportOneByOne(t *testing.T) {
	grouped, single := openOn(t, newLog()), openOn(t, oneByOne())
	require.Equal(t, importFile(t, grouped, smallHistory), importFile(t, single, smallHistory))
	requireSameLog(t, facts(t, grouped.Store()), facts(t, single.Store()))
}

// TestImportsAtOnce: two imports of the same script at the same time come to
// the log of one.
func TestImportsAtOnce(t *testing.T) {
	t.Run("in groups", func(t *testing.T) { s := newLog(); testImportsAtOnce(t, openOn(t, s), openOn(t, s)) })
	t.Run("one by one", func(t *testing.T) { s := oneByOne(); testImportsAtOnce(t, openOn(t, s), openOn(t, s)) })
}

func testImportsAtOnce(t *testing.T, one, two *marketplace.Marketplace) {
	alone := openOn(t, newLog())
	want := importFile(t, alone, smallHistory)
	var reports [2]marketplace.ImportReport
	var running sync.WaitGroup
	for i, m := range []*marketplace.Marketplace{one, two} {
		running.Go(func() { reports[i] = importFile(t, m, smallHistory) })
	}
	running.Wait()
	for _, r := range reports {
		require.Equal(t, want.Lines, r.Lines)
		require.Equal(t, r.Lines, r.Applied+r.Repeated+r.Rejected)
	}
	// A line that both decide on the same log is written once and applied for both.
	require.GreaterOrEqual(t, reports[0].Applied+reports[1].Applied, want.Applied)
	requireSameLog(t, withoutPositions(facts(t, alone.Store())), withoutPositions(facts(t, one.Store())))
}

// TestImportOrderOfLines: that lines are ordered by their moments is not checked,
// only that a stream's clock does not go back (fine print B12).
func TestImportOrderOfLines(t *testing.T) {
	m := openOn(t, newLog())
	a, b := uuid.New(), uuid.New()
	var text []byte
	for _, line := range []struct {
		at      string
		command aggregate.Command
	}{
		{"2020-01-02T00:00:00Z", aggregate.RegisterClient{Client: a}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: b}},
		{"2020-01-01T23:59:59Z", aggregate.ContactClient{Client: a, Reason: "before a was there"}},
		{"2020-01-01T23:59:59Z", aggregate.ContactClient{Client: b, Reason: "after b was"}},
	} {
		var err error
		text, err = script.Append(text, uuid.New(), event.MustParseTime(line.at), line.command)
		require.NoError(t, err)
	}
	report := importText(t, m, string(text))
	require.EqualValues(t, 3, report.Applied)
	require.Len(t, report.Rejections, 1)
	require.EqualValues(t, 3, report.Rejections[0].Line)
	require.Equal(t, aggregate.OutOfOrder, report.Rejections[0].Code)
}

// TestImportOvertaken: an import that another one of the same script overtakes
// before it has opened the stream of the rejections writes none of them again.
func TestImportOvertaken(t *testing.T) {
	const text = `{"id":"00000000-0000-4000-8000-000000000001","at":"2020-01-01T00:00:00Z","cmd":"SetAvailability"}` + "\n" +
		`{"id":"00000000-0000-4000-8000-000000000002","at":"2020-01-01T00:00:00Z","cmd":"SetAvailability"}` + "\n"
	for _, name := range []string{"in groups", "one by one"} {
		t.Run(name, func(t *testing.T) {
			log := newLog()
			var s store.Store = &overtakenStore{log, func(stream string) {
				if strings.HasPrefix(stream, "import-") {
					require.EqualValues(t, 2, importText(t, openOn(t, log), text).Rejected)
				}
			}}
			if name == "one by one" {
				s = struct{ store.Store }{s}
			}
			require.EqualValues(t, 2, importText(t, openOn(t, s), text).Repeated)
			require.Len(t, facts(t, log), 2)
		})
	}
}

// overtakenStore lets another writer go first, before its first read of a stream.
type overtakenStore struct {
	store.Transactor
	first func(stream string)
}

func (s *overtakenStore) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	if first := s.first; first != nil {
		s.first = nil
		first(stream)
	}
	return s.Transactor.ReadStream(ctx, stream, from)
}

// TestImportSeesOthers: what others have written is seen by the lines of the
// next group at the latest, also in aggregates that the import does not write.
func TestImportSeesOthers(t *testing.T) {
	t.Run("in groups", func(t *testing.T) { testImportSeesOthers(t, newLog()) })
	t.Run("one by one", func(t *testing.T) { testImportSeesOthers(t, oneByOne()) })
}

func testImportSeesOthers(t *testing.T, s store.Store) {
	m, other := openOn(t, s), openOn(t, s)
	client, freelancer := uuid.New(), uuid.New()
	const at = "2020-01-01T00:00:00Z"
	require.NoError(t, do(t, other, aggregate.RegisterClient{Client: client}, at))
	require.NoError(t, do(t, other, aggregate.RegisterFreelancer{Freelancer: freelancer}, at))
	const lines = 1024 // two groups
	var script1, script2 []byte
	for i := range 2 * lines {
		into := &script1
		if i >= lines {
			into = &script2
		}
		var err error
		*into, err = script.Append(*into, uuid.New(), event.MustParseTime("2020-01-02T00:00:00Z"),
			aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer})
		require.NoError(t, err)
	}
	r, w := io.Pipe()
	half := make(chan struct{})
	go func() {
		_, _ = w.Write(script1) // the import reads it all
		<-half
		if err := do(t, other, aggregate.SuspendClient{Client: client, Reason: "tos"}, "2020-01-02T00:00:00Z"); err != nil {
			t.Error(err)
		}
		_, _ = w.Write(script2)
		_ = w.Close()
	}()
	told := sync.OnceFunc(func() { close(half) })
	report, err := m.Import(t.Context(), r, marketplace.ImportOptions{Progress: func(p marketplace.ImportReport) {
		if p.Lines == lines {
			told()
		}
	}})
	require.NoError(t, err)
	require.EqualValues(t, lines, report.Applied)
	require.EqualValues(t, lines, report.Rejected)
	for _, rejected := range report.Rejections {
		require.Equal(t, aggregate.ClientSuspended, rejected.Code)
	}
}

func openOn(tb testing.TB, s store.Store) *marketplace.Marketplace {
	tb.Helper()
	m, err := marketplace.New(s, marketplace.Options{})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Close()) })
	return m
}

// TestImportKilled kills an import with SIGKILL again and again, each time after
// some group has become durable, and lets it run to its end at last.
func TestImportKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	lines := int64(0)
	for kill := range long.Pick(6, 20) {
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

	clean := marketAt(t, "sqlite:"+filepath.Join(t.TempDir(), "clean.db"))
	importFile(t, clean, mediumHistory)
	killed := marketAt(t, "sqlite:"+path)
	requireSameLog(t, facts(t, clean.Store()), facts(t, killed.Store()))
	want, err := marketplace.Ask(t.Context(), clean, projection.FullReport())
	require.NoError(t, err)
	got, err := marketplace.Ask(t.Context(), killed, projection.FullReport(), marketplace.AsOf(want.AsOf.Std()))
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

// TestImportCallbacks: rejections can be streamed, and are told in line order
// only once they are durable; an error of the callback ends the import.
func TestImportCallbacks(t *testing.T) {
	m := openOn(t, newLog())
	want := importFile(t, openOn(t, newLog()), smallHistory)
	f, err := scriptfile.Open(smallHistory)
	require.NoError(t, err)
	defer f.Close()
	var streamed []marketplace.ImportRejection
	var last marketplace.ImportReport
	got, err := m.Import(t.Context(), f, marketplace.ImportOptions{
		Rejection: func(r marketplace.ImportRejection) error { streamed = append(streamed, r); return nil },
		Progress: func(r marketplace.ImportReport) {
			require.Greater(t, r.Lines, last.Lines)
			last = r
		},
	})
	require.NoError(t, err)
	require.Empty(t, got.Rejections)
	require.Equal(t, want.Rejections, streamed)
	require.Equal(t, want.Lines, last.Lines)

	full := errors.New("report is full")
	_, err = openOn(t, newLog()).Import(t.Context(), strings.NewReader("{}\n{}"), marketplace.ImportOptions{
		Rejection: func(marketplace.ImportRejection) error { return full },
	})
	require.ErrorIs(t, err, full)
}
