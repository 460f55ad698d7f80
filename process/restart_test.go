package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
)

// watchedStore notes which events are read of the log. A host's model reads it too,
// on several goroutines.
type watchedStore struct {
	store.Store
	mu   sync.Mutex
	read []event.Position
}

func (w *watchedStore) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range w.Store.ReadAll(ctx, span) {
			w.mu.Lock()
			w.read = append(w.read, rec.Position)
			w.mu.Unlock()
			if !yield(rec, err) {
				return
			}
		}
	}
}

// taken are the events that were read since the last call.
func (w *watchedStore) taken() []event.Position {
	w.mu.Lock()
	defer w.mu.Unlock()
	read := w.read
	w.read = nil
	return read
}

// busy is a host with every kind of thing to remember: open tasks, a dispute
// that keeps one back, feedback that is waited for, signals about a client.
func busy(t *testing.T, s store.Store, o process.Options) *host {
	h := newHostOn(t, s, o)
	h.do("2024-01-01T00:00:00Z", people...)
	h.do("2024-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("ben")}, aggregate.RegisterFreelancer{Freelancer: named("cem")})
	h.steps(sent, fixed, added, funded, submitted, hourly, segment,
		on("2024-01-11T10:00:00Z", ended.command), complaint("2024-01-12T10:00:00Z", "ann"), complaint("2024-01-12T11:00:00Z", "ben"),
		on("2024-01-12T12:00:00Z", disputed.command),
		on("2024-01-12T12:00:00Z", aggregate.AnswerDispute{Contract: named("fixed"), Dispute: named("dispute"), Answer: event.AnswerContest}))
	require.Empty(t, h.settle("2024-01-13T00:00:00Z"))
	require.NoError(t, h.p.Save(t.Context()))
	return h
}

// goOn lets the rest of the busy host's life happen and tells what followed.
func goOn(h *host) []string {
	told := h.settle("2024-01-21T00:00:00Z")
	h.steps(on("2024-01-21T01:00:00Z", feedback(event.SideClient, 5)), complaint("2024-01-21T01:00:00Z", "cem"),
		on("2024-01-21T02:00:00Z", aggregate.CancelDispute{Contract: named("fixed"), Dispute: named("dispute")}))
	told = append(told, h.settle("2024-01-21T03:00:00Z")...)
	return append(told, h.settle("2024-03-01T00:00:00Z")...)
}

var restOfTheLife = []string{
	"2024-01-21T00:00:00Z WeekInvoiced",
	"2024-01-21T03:00:00Z MilestoneReleased",
	"2024-01-21T03:00:00Z ClientContacted",
	"2024-03-01T00:00:00Z FeedbackPublished",
	"2024-03-01T00:00:00Z HoursPaid",
	"2024-03-01T00:00:00Z InviteExpired",
}

// recognised are the events by which a log is known: its first, and the one up to
// which the agenda was saved, its last.
func recognised(h *host) []event.Position { return []event.Position{h.events(0)[0].Position, h.head()} }

// A restart takes everything up where it was, on every kind of log, and reads
// only what is newer.
func TestRestart(t *testing.T) {
	for name, checkpoint := range map[string]process.Checkpoint{
		"memory": &process.MemoryCheckpoint{},
		"file":   process.FileCheckpoint(filepath.Join(t.TempDir(), "market.agenda")),
	} {
		t.Run(name, func(t *testing.T) {
			w := &watchedStore{Store: newLog()}
			o := process.Options{Checkpoint: checkpoint}
			h := busy(t, w, o)
			saved := h.p.Status()
			saved.Outcomes = nil // those of a new runner
			w.taken()
			h.restart(o)
			require.NoError(t, h.p.Settle(t.Context()))
			read := w.taken()
			require.Equal(t, recognised(h), read)
			require.Equal(t, saved, h.p.Status())
			require.Equal(t, restOfTheLife, goOn(h))
		})
	}
	t.Run("EventStoreDB", func(t *testing.T) {
		server := esdbtest.Start(t)
		o := process.Options{Checkpoint: &process.MemoryCheckpoint{}}
		w := &watchedStore{Store: openStore(t, server.ConnectionString())}
		h := busy(t, w, o)
		w.taken()
		h.restart(o)
		require.NoError(t, h.p.Settle(t.Context()))
		read := w.taken()
		require.Equal(t, recognised(h), read)
		require.Equal(t, restOfTheLife, goOn(h))
	})
	t.Run("without a checkpoint", func(t *testing.T) {
		h := busy(t, newLog(), process.Options{})
		h.restart(process.Options{})
		require.Equal(t, restOfTheLife, goOn(h))
	})
}

// A restart knows which jobs were paid for, which had a hire, and what came back.
func TestRestartKnowsJobs(t *testing.T) {
	o := process.Options{Checkpoint: &process.MemoryCheckpoint{}}
	h := newHostOn(t, newLog(), o)
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(posted, granted, proposed)
	h.steps(openWork(8, named("other job"), named("carl"), named("ann"), at("2024-01-04T10:00:00Z"))...)
	require.Equal(t, []string{"2024-01-05T00:00:00Z ContractStarted", "2024-01-05T00:00:00Z MilestoneAdded"}, h.settle("2024-01-05T00:00:00Z"))
	require.NoError(t, h.p.Save(t.Context()))
	h.restart(o)
	h.steps(cancelled, on("2024-01-06T10:00:00Z", aggregate.CloseJob{Job: named("other job"), Reason: event.CloseCancelled}))
	require.Equal(t, []string{"2024-01-06T10:00:00Z ConnectsReturned"}, h.settle("2024-01-06T10:00:00Z"))
	h.do("2024-01-07T10:00:00Z", aggregate.RemoveJob{Job: named("job"), Reason: event.RemoveTOS}, aggregate.RemoveJob{Job: named("other job"), Reason: event.RemoveTOS})
	require.Equal(t, []string{"2024-01-07T10:00:00Z ConnectsReturned"}, h.settle("2024-01-07T10:00:00Z"))
	require.Equal(t, map[process.Outcome]uint64{
		{Kind: process.ReturnConnects, What: process.OutcomeDone}: 2, {Kind: process.ReturnConnects, What: process.OutcomeMoot}: 1,
	}, h.outcomes())
}

// Run saves at its end, and now and then while it folds.
func TestRunSaves(t *testing.T) {
	file := process.FileCheckpoint(filepath.Join(t.TempDir(), "market.agenda"))
	h := newHostOn(t, newLog(), process.Options{Checkpoint: file})
	h.do("2024-01-01T00:00:00Z", people...)
	stop := h.running()
	require.NoError(t, h.p.Settle(t.Context()))
	_, err := os.Stat(string(file))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, stop())
	require.FileExists(t, string(file))

	often := &process.MemoryCheckpoint{}
	h.restart(process.Options{Checkpoint: often, SaveEvery: 1})
	require.NoError(t, h.p.Settle(t.Context()))
	_, err = often.Load(t.Context())
	require.NoError(t, err)
}

// countedSaves counts how often an agenda is saved.
type countedSaves struct {
	process.MemoryCheckpoint
	n int
}

func (c *countedSaves) Save(ctx context.Context, write func(io.Writer) error) error {
	c.n++
	return c.MemoryCheckpoint.Save(ctx, write)
}

// The more there is to save, the rarer it is saved; what proposals have paid for is
// a part of it though no task of theirs is open.
func TestLargeAgendasAreSavedRarely(t *testing.T) {
	const jobs = 100
	saves := &countedSaves{}
	h := newHostOn(t, newLog(), process.Options{Checkpoint: saves, SaveEvery: 1})
	h.do("2024-01-01T00:00:00Z", people...)
	h.do("2024-01-02T10:00:00Z", aggregate.GrantConnects{Freelancer: named("ann"), N: jobs})
	for i := range jobs {
		job := named(fmt.Sprint("job ", i))
		h.do("2024-01-02T10:00:00Z", aggregate.PostJob{Job: job, Client: named("carl"), Kind: event.KindHourly, Connects: 1},
			aggregate.SubmitProposal{Proposal: named(fmt.Sprint("proposal ", i)), Job: job, Freelancer: named("ann"), CoverLetter: "Me!"})
	}
	h.settle("2024-01-02T10:00:00Z")
	require.Less(t, h.p.Status().Open, 10)
	require.Greater(t, int(h.head()), 3*jobs)
	require.Positive(t, saves.n)
	require.Less(t, saves.n, 30)
}

// A checkpoint that cannot be used costs time and nothing else, and the host
// hears of it.
func TestUselessCheckpoints(t *testing.T) {
	good := &process.MemoryCheckpoint{}
	busy(t, newLog(), process.Options{Checkpoint: good})
	r, err := good.Load(t.Context())
	require.NoError(t, err)
	saved, err := io.ReadAll(r)
	require.NoError(t, err)
	lines := bytes.SplitAfter(saved, []byte("\n"))
	for name, useless := range map[string][]byte{
		"empty":            {},
		"cut off":          saved[:len(saved)/2],
		"without its end":  bytes.Join(lines[:len(lines)-2], nil),
		"a changed digit":  bytes.Replace(saved, []byte("2024-02-04"), []byte("2024-02-05"), 1),
		"an unknown kind":  bytes.Replace(saved, []byte("expire_invite"), []byte("expire_invent"), 1),
		"no JSON":          []byte("SQLite format 3\n"),
		"another format":   bytes.Replace(saved, []byte(`"format":`), []byte(`"format":9`), 1),
		"another policy":   bytes.Replace(saved, []byte(`"FeedbackBelow":300`), []byte(`"FeedbackBelow":301`), 1),
		"a client of null": bytes.Replace(saved, lines[len(lines)-3], []byte("{}\n"), 1),
		"another log":      anotherLog(t),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, saved, useless)
			var logged bytes.Buffer
			o := process.Options{Checkpoint: &process.MemoryCheckpoint{}, Logger: slog.New(slog.NewTextHandler(&logged, nil))}
			h := busy(t, newLog(), process.Options{})
			require.NoError(t, o.Checkpoint.Save(t.Context(), func(w io.Writer) error { _, err := w.Write(useless); return err }))
			h.restart(o)
			require.Equal(t, restOfTheLife, goOn(h))
			require.Contains(t, logged.String(), "the checkpoint cannot be used")
		})
	}
}

// anotherLog is a checkpoint of a log with other events in the same places.
func anotherLog(t *testing.T) []byte {
	c := &process.MemoryCheckpoint{}
	busy(t, newLog(), process.Options{Checkpoint: c})
	r, err := c.Load(t.Context())
	require.NoError(t, err)
	saved, err := io.ReadAll(r)
	require.NoError(t, err)
	return saved
}

// brokenCheckpoint fails in both directions.
type brokenCheckpoint struct{ load, save error }

func (b brokenCheckpoint) Load(context.Context) (io.ReadCloser, error)       { return nil, b.load }
func (b brokenCheckpoint) Save(context.Context, func(io.Writer) error) error { return b.save }

func TestBrokenCheckpoints(t *testing.T) {
	failure := errors.New("the disk is on fire")
	h := busy(t, newLog(), process.Options{})
	h.restart(process.Options{Checkpoint: brokenCheckpoint{load: failure}})
	require.ErrorIs(t, h.p.Run(t.Context()), failure)

	var logged bytes.Buffer
	h.restart(process.Options{Checkpoint: brokenCheckpoint{load: fs.ErrNotExist, save: failure}, SaveEvery: 1, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	require.Equal(t, restOfTheLife, goOn(h))
	require.Contains(t, logged.String(), "the next start will take longer")
	require.ErrorIs(t, h.p.Save(t.Context()), failure)
}

// A failed save leaves the file as it was, and nothing beside it.
func TestFileCheckpointIsWholeOrOld(t *testing.T) {
	dir := t.TempDir()
	file := process.FileCheckpoint(filepath.Join(dir, "market.agenda"))
	_, err := file.Load(t.Context())
	require.ErrorIs(t, err, fs.ErrNotExist)
	write := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error { return errors.Join(second(io.WriteString(w, text)), err) }
	}
	require.NoError(t, file.Save(t.Context(), write("old", nil)))
	failure := errors.New("enough")
	require.ErrorIs(t, file.Save(t.Context(), write("new", failure)), failure)
	r, err := file.Load(t.Context())
	require.NoError(t, err)
	defer r.Close()
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	require.Equal(t, "old", string(text))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Error(t, process.FileCheckpoint(filepath.Join(dir, "no folder", "x")).Save(t.Context(), write("x", nil)))
}

func second(_ int, err error) error { return err }

// No personal text is in a checkpoint: only the log holds it.
func TestCheckpointHoldsNoText(t *testing.T) {
	c := &process.MemoryCheckpoint{}
	h := newHostOn(t, newLog(), process.Options{Checkpoint: c})
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(on(sent.at, aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: named("carl"), Freelancer: named("ann"), Message: "dear Ann"}))
	h.steps(on("2024-01-05T10:00:00Z", aggregate.RecordComplaint{Client: named("carl"), Freelancer: named("ann"), Reason: "dear Ann"}))
	require.NoError(t, h.p.Settle(t.Context()))
	require.NoError(t, h.p.Save(t.Context()))
	r, err := c.Load(t.Context())
	require.NoError(t, err)
	saved, err := io.ReadAll(r)
	require.NoError(t, err)
	require.NotContains(t, string(saved), "dear Ann")
	require.Greater(t, slices.Index(saved, '\n'), 0)
}

// TestDamagedShelves: a checkpoint whose checksum is right and whose lines are not, as one
// that was edited by hand, ends no process. What is seen to be wrong is folded anew.
func TestDamagedShelves(t *testing.T) {
	good := &process.MemoryCheckpoint{}
	o := process.Options{Checkpoint: good, Connects: process.ModelAllowances()}
	busy(t, newLog(), o)
	r, err := good.Load(t.Context())
	require.NoError(t, err)
	saved, err := io.ReadAll(r)
	require.NoError(t, err)
	lines := bytes.SplitAfter(bytes.TrimSuffix(saved, []byte("\n")), []byte("\n"))
	lines = lines[:len(lines)-1] // all that the checksum is of
	is := regexp.MustCompile(`"is":.*}\n$`)
	shelved := 0
	for i, line := range lines {
		if !is.Match(line) {
			continue
		}
		shelved++
		for _, wrong := range []string{"null", "{}", "[]", "0", `""`, `{"Client":null}`, `{"` + named("other").String() + `":{}}`} {
			t.Run(fmt.Sprintf("line %d is %s", i+1, wrong), func(t *testing.T) {
				damaged := bytes.Join(slices.Replace(slices.Clone(lines), i, i+1, is.ReplaceAll(line, []byte(`"is":`+wrong+"}\n"))), nil)
				damaged = fmt.Appendf(damaged, `{"crc32c":%d}`+"\n", crc32.Checksum(damaged, crc32.MakeTable(crc32.Castagnoli)))
				h := busy(t, newLog(), process.Options{Connects: o.Connects})
				c := &process.MemoryCheckpoint{}
				require.NoError(t, c.Save(t.Context(), func(w io.Writer) error { _, err := w.Write(damaged); return err }))
				h.restart(process.Options{Checkpoint: c, Connects: o.Connects})
				require.NotEmpty(t, goOn(h))
			})
		}
	}
	require.Greater(t, shelved, 5)
}
