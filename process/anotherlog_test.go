package process_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// copied is a copy of a log's first events, which calls them as the log does, or
// otherwise.
func copied(t *testing.T, s store.Store, events int, seed uint64) store.Store {
	below := memory.New()
	for rec, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		if events--; events < 0 {
			break
		}
		_, err = below.Append(t.Context(), store.Write{Stream: rec.Stream, Expected: store.Any, Events: []event.Proposed{rec.Clone().Proposed}})
		require.NoError(t, err)
	}
	return storetest.Strict(below, seed)
}

// doneAgain is a copy of a log that has lost its last event, whose command was then
// done again, with the id that it had and a second later.
func doneAgain(t *testing.T, s store.Store, events int) store.Store {
	again := copied(t, s, events-1, 7)
	last, err := store.Newest(t.Context(), s)
	require.NoError(t, err)
	env, err := event.Marketplace().Decode(&last)
	require.NoError(t, err)
	meta := env.Meta
	meta.OccurredAt++
	later, err := event.Marketplace().Encode(last.ID, meta, env.Event)
	require.NoError(t, err)
	_, err = again.Append(t.Context(), store.Write{Stream: last.Stream, Expected: store.Any, Events: []event.Proposed{later}})
	require.NoError(t, err)
	return again
}

// A checkpoint whose position the log does not know, or whose log is another one,
// is no reason to stop: the log is folded anew.
func TestCheckpointOfAnotherLog(t *testing.T) {
	checkpoint := &process.MemoryCheckpoint{}
	saved := busy(t, newLog(), process.Options{Checkpoint: checkpoint})
	all := len(saved.events(0))
	for name, log := range map[string]store.Store{
		"with other names": copied(t, saved.store, all, 8),
		"an older copy":    copied(t, saved.store, all-1, 7),
		"a command again":  doneAgain(t, saved.store, all),
		"an empty one":     newLog(),
		"another one":      busy(t, newLog(), process.Options{}).store,
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostOn(t, log, process.Options{})
			require.NoError(t, h.p.Settle(t.Context()))
			want := h.p.Status()

			var logged bytes.Buffer
			h.restart(process.Options{Checkpoint: copyOf(t, checkpoint, nil), Logger: slog.New(slog.NewTextHandler(&logged, nil))})
			require.NoError(t, h.p.Settle(t.Context()))
			require.Equal(t, want, h.p.Status())
			require.Contains(t, logged.String(), "the checkpoint cannot be used; the log is folded from its beginning")
		})
	}
}

// A checkpoint whose event was scavenged stays one.
func TestCheckpointOfAScavengedEvent(t *testing.T) {
	checkpoint := &process.MemoryCheckpoint{}
	saved := busy(t, newLog(), process.Options{Checkpoint: checkpoint})
	want := saved.p.Status()
	var logged bytes.Buffer
	h := newHostOn(t, scavenged{saved.store, want.Position}, process.Options{Checkpoint: checkpoint, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	require.NoError(t, h.p.Settle(t.Context()))
	require.Equal(t, want.Position, h.p.Status().Position)
	require.Equal(t, want.Open, h.p.Status().Open)
	require.Empty(t, logged.String())
}

// scavenged is a log from which an event was taken.
type scavenged struct {
	store.Store
	at event.Position
}

func (s scavenged) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range s.Store.ReadAll(ctx, span) {
			if rec.Position != s.at && !yield(rec, err) {
				return
			}
		}
	}
}

// copyOf is a copy of a checkpoint, changed by what is done to its lines.
func copyOf(t *testing.T, c process.Checkpoint, change func(lines []byte) []byte) *process.MemoryCheckpoint {
	r, err := c.Load(t.Context())
	require.NoError(t, err)
	saved, err := io.ReadAll(r)
	require.NoError(t, err)
	if change != nil {
		lines := change(saved[:bytes.LastIndex(saved, []byte(`{"crc32c"`))])
		saved = fmt.Appendf(lines, "{\"crc32c\":%d}\n", crc32.Checksum(lines, crc32.MakeTable(crc32.Castagnoli)))
	}
	again := &process.MemoryCheckpoint{}
	require.NoError(t, again.Save(t.Context(), func(w io.Writer) error { _, err := w.Write(saved); return err }))
	return again
}

// An agenda that was saved before checkpoints knew their log is taken up too, and
// knows it when it is saved again.
func TestOldCheckpoint(t *testing.T) {
	checkpoint := &process.MemoryCheckpoint{}
	w := &watchedStore{Store: newLog()}
	h := busy(t, w, process.Options{Checkpoint: checkpoint})
	log := regexp.MustCompile(`"log":"[-0-9a-f]{36}"`)
	old := copyOf(t, checkpoint, func(lines []byte) []byte {
		require.Regexp(t, log, string(lines))
		return log.ReplaceAll(lines, []byte(`"previous":7`))
	})
	w.taken()
	h.restart(process.Options{Checkpoint: old, SaveEvery: 1})
	require.NoError(t, h.p.Settle(t.Context()))
	read := w.taken()
	require.Equal(t, recognised(h), read)
	h.steps(on("2024-01-13T10:00:00Z", feedback(event.SideClient, 5)))
	require.NoError(t, h.p.Settle(t.Context()))
	require.NoError(t, h.p.Save(t.Context()))
	copyOf(t, old, func(lines []byte) []byte {
		require.Contains(t, string(lines), fmt.Sprintf(`"log":%q`, h.events(0)[0].ID))
		return lines
	})
}

// A log that goes back to an older copy, while a Runner follows it, is folded
// anew, and what is due in it is done.
func TestRunGoesOnWithAnOlderLog(t *testing.T) {
	log := newLog()
	s := storetest.NewReplaced(log)
	h := newHostOn(t, s, process.Options{})
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	older := copied(t, log, len(h.events(0)), 7)
	h.do("2024-01-12T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("ben")})
	stop := h.running()
	require.NoError(t, h.p.Settle(t.Context()))
	require.Equal(t, h.head(), h.p.Status().Position)

	s.Replace(older)
	h.clock.Set(at("2024-03-01T00:00:00Z").Std())
	until(t, older, "InviteExpired")
	require.NoError(t, h.p.Settle(t.Context()))
	require.NoError(t, stop())
	require.Equal(t, h.head(), h.p.Status().Position)
}

// An older copy may come between a look at the log and what is done then, for
// somebody whom it does not know.
func TestOlderLogWhileActing(t *testing.T) {
	log := newLog()
	s := storetest.NewReplaced(log)
	h := newHostOn(t, s, process.Options{})
	h.do("2024-01-01T00:00:00Z", people...)
	h.steps(sent)
	older := copied(t, log, len(h.events(0)), 7)
	h.do("2024-01-12T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("ben")})
	require.NoError(t, h.p.Settle(t.Context()))

	h.clock.Set(at("2024-03-01T00:00:00Z").Std())
	var err error
	h.p, err = h.m.Processes(process.Options{Clock: looked{h.clock, sync.OnceFunc(func() { s.Replace(older) })}})
	require.NoError(t, err)
	require.NoError(t, h.p.Settle(t.Context()))
	require.Equal(t, h.head(), h.p.Status().Position)
	until(t, older, "InviteExpired")
}

// looked is a clock that tells when somebody looks at it.
type looked struct {
	process.Clock
	tell func()
}

func (c looked) Now() time.Time {
	c.tell()
	return c.Clock.Now()
}

// Another log that comes in its place while a Runner follows it is known by its
// first event, though it knows the agenda's position, and is folded from its
// beginning.
func TestRunKnowsAnotherLogWithTheSameNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := newLog()
		s := storetest.NewReplaced(log)
		var logged bytes.Buffer
		h := newHostOn(t, s, process.Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
		h.do("2024-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: named("ben")})
		head := h.head()
		other := busy(t, newLog(), process.Options{})
		fresh := newHostOn(t, other.store, process.Options{})
		require.NoError(t, fresh.p.Settle(t.Context()))
		want := fresh.p.Status()
		_, err := store.At(t.Context(), other.store, head)
		require.NoError(t, err, "it knows the name")

		stop := h.running()
		require.NoError(t, h.p.Settle(t.Context()))
		require.Equal(t, head, h.p.Status().Position)
		s.Replace(other.store)
		<-time.After(time.Minute) // of the test's time
		require.NoError(t, stop())
		have := h.p.Status()
		require.Equal(t, want.Position, have.Position)
		require.Equal(t, want.Open, have.Open)
		require.Equal(t, want.NextDue, have.NextDue)
		require.Equal(t, 1, strings.Count(logged.String(), "it is of another log"), logged.String())
	})
}

// A subscription that ends as if its reader had gone is made again.
func TestRunSubscribesAgain(t *testing.T) {
	for _, err := range []error{store.ErrCancelled, store.ErrConflict} {
		synctest.Test(t, func(t *testing.T) {
			s := &deaf{Store: newLog(), err: err}
			s.times.Store(3)
			h := newHostOn(t, s, process.Options{})
			stop := h.running()
			h.do("2024-01-01T00:00:00Z", people...)
			<-time.After(time.Minute) // of the test's time
			require.Equal(t, h.head(), h.p.Status().Position)
			require.Negative(t, s.times.Load())
			require.NoError(t, stop())
		})
	}
}
