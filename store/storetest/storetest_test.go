package storetest_test

import (
	"bytes"
	"context"
	"iter"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// A broken store has one of the failures that the suite is there to find.
type broken struct {
	store.Store
	append    func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error)
	read      func(store.Store, iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error]
	subscribe func(iter.Seq2[store.Notification, error]) iter.Seq2[store.Notification, error]
	begin     func(s store.Store, at event.Position) event.Position
	cut       func(iter.Seq2[store.Span, error]) iter.Seq2[store.Span, error]
}

func (b broken) Cut(ctx context.Context, span store.Span, events int) iter.Seq2[store.Span, error] {
	seq := b.Store.(store.Cutter).Cut(ctx, span, events)
	if b.cut != nil {
		return b.cut(seq)
	}
	return seq
}

func (b broken) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if b.append != nil {
		return b.append(b.Store, ctx, w)
	}
	return b.Store.Append(ctx, w)
}

func (b broken) ReadStream(ctx context.Context, name string, from uint64) iter.Seq2[event.Record, error] {
	if b.read != nil {
		return b.read(b.Store, b.Store.ReadStream(ctx, name, from))
	}
	return b.Store.ReadStream(ctx, name, from)
}

func (b broken) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	if b.begin != nil {
		span = store.Span{After: b.begin(b.Store, span.First()-1), Through: span.Through}
	}
	if b.read != nil {
		return b.read(b.Store, b.Store.ReadAll(ctx, span))
	}
	return b.Store.ReadAll(ctx, span)
}

func (b broken) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	if b.begin != nil {
		after = b.begin(b.Store, after)
	}
	if b.subscribe != nil {
		return b.subscribe(b.Store.Subscribe(ctx, after))
	}
	return b.Store.Subscribe(ctx, after)
}

// The failures, by the case that must find each.
var breakages = map[string]broken{
	"append/a_conflict_names_the_stream": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		w.Expected = store.Any
		return s.Append(ctx, w)
	}},
	"append/a_repeated_append": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		before, _ := s.Head(ctx)
		done, err := s.Append(ctx, w)
		if err == nil && done.Position <= before {
			return store.Appended{}, store.ErrConflict
		}
		return done, err
	}},
	"append/the_bytes_are_the_caller":     keepsTheCallersBytes(),
	"positions/a_beginning_after_the_end": {begin: anyBeginning},
	"subscribe/from_a_position":           {begin: anyBeginning},
	"positions/a_read_begins_at_every_name": {begin: func(_ store.Store, at event.Position) event.Position {
		return max(at, 1) - 1 // the record there is told again
	}},
	"positions/cuts_hold_every_event": {cut: func(seq iter.Seq2[store.Span, error]) iter.Seq2[store.Span, error] {
		return func(yield func(store.Span, error) bool) {
			for part, err := range seq {
				part.From, part.After = part.After, 0 // the last of the part before is in this one too
				if !yield(part, err) {
					return
				}
			}
		}
	}},
	"positions/Head_is_at_least": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		done.Position++ // of what comes next
		return done, err
	}},
	"positions/what_won_a_conflict": tellsConflictsEarly(),
	"truncation/does_not_hide":      hiddenStandsAt(func(event.Position) event.Position { return 0 }),
	"truncation/does_not_hide_what": hiddenStandsAt(func(head event.Position) event.Position { return head + 2 }),
	"truncation/while_a_stream": {read: func(s store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
		return func(yield func(event.Record, error) bool) { // begins again for each event
			for more := true; more; {
				more = false
				for r, err := range seq {
					if !yield(r, err) || err != nil {
						return
					}
					more, seq = true, s.ReadStream(context.Background(), r.Stream, r.Revision+1)
					break
				}
			}
		}
	}},
	"streams/each_name": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		w.Stream = strings.ReplaceAll(w.Stream, "\u00ad", "") // as a comparison by language does
		return s.Append(ctx, w)
	}},
	"streams/names_of_all_scripts": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		if err != nil && strings.ContainsFunc(w.Stream, func(r rune) bool { return r > unicode.MaxASCII }) {
			err = store.ErrUnavailable // the trailer cannot be written
		}
		return done, err
	}},
	"limits/writes_that_are_malformed": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		w.Stream = strings.TrimPrefix(w.Stream, "$$")
		return s.Append(ctx, w)
	}},
	"subscribe/an_empty_log": {subscribe: func(seq iter.Seq2[store.Notification, error]) iter.Seq2[store.Notification, error] {
		return func(yield func(store.Notification, error) bool) {
			for n, err := range seq {
				if n.CaughtUp() {
					n.Position = math.MaxUint64 // a checkpoint that is none
				}
				if !yield(n, err) {
					return
				}
			}
		}
	}},
	"pitfalls/a_read_that_is_cut_off": {read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
		return func(yield func(event.Record, error) bool) {
			for r, err := range seq {
				if err != nil || !yield(r, nil) {
					return
				}
			}
		}
	}},
	"pitfalls/64_writers": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		w.Expected = store.Any
		return s.Append(ctx, w)
	}},
	"pitfalls/conflict_on_every_append": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		clear(w.Events) // the pending events are flushed whatever came of it
		return done, err
	}},
	"pitfalls/the_revision_comes_from_the_store": {read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
		return func(yield func(event.Record, error) bool) {
			n := uint64(0)
			for r, err := range seq {
				r.Revision = n
				if n++; !yield(r, err) {
					return
				}
			}
		}
	}},
	"read/reading_and_writing_inside_a_read": {read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
		return func(yield func(event.Record, error) bool) {
			for r, err := range seq {
				if !yield(r, err) {
					return
				}
			}
			for r, err := range seq { // and what has come meanwhile
				if !yield(r, err) {
					return
				}
			}
		}
	}},
	"subscribe/what_is_there": {subscribe: func(seq iter.Seq2[store.Notification, error]) iter.Seq2[store.Notification, error] {
		return func(yield func(store.Notification, error) bool) {
			for n, err := range seq { // doubles
				if !yield(n, err) || err == nil && !n.CaughtUp() && !yield(n, err) {
					return
				}
			}
		}
	}},
	"end/every_call_under_an_ended_context": {append: func(s store.Store, _ context.Context, w store.Write) (store.Appended, error) {
		return s.Append(context.Background(), w)
	}},
	"limits/payloads_come_back": {read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
		return func(yield func(event.Record, error) bool) {
			for r, err := range seq {
				r.Data = bytes.TrimSpace(r.Data)
				if !yield(r, err) {
					return
				}
			}
		}
	}},
	"laws/concurrent_appends": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		if w.Expected != store.Any { // a check that is not one step with the write
			have := store.NoStream
			for r, err := range s.ReadStream(ctx, w.Stream, 0) {
				if err == nil {
					have = store.Exact(r.Revision)
				}
			}
			for range 50 {
				runtime.Gosched()
			}
			if have == w.Expected {
				w.Expected = store.Any
			}
		}
		return s.Append(ctx, w)
	}},
	"laws/behaves_as_the_reference": {append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		if done.Revision == 3 {
			done.Revision++
		}
		return done, err
	}},
}

// anyBeginning takes every number for a place of the log.
func anyBeginning(s store.Store, at event.Position) event.Position {
	head, _ := s.Head(context.Background())
	return min(at, head)
}

// hiddenStandsAt is a store that tells of a repetition whose events are hidden a
// position of its own making.
func hiddenStandsAt(position func(head event.Position) event.Position) broken {
	return broken{append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
		done, err := s.Append(ctx, w)
		for r, gone := range s.ReadStream(ctx, w.Stream, 0) {
			if gone == nil && done.Revision < r.Revision {
				head, _ := s.Head(ctx)
				done.Position = position(head)
			}
			break
		}
		return done, err
	}}
}

// tellsConflictsEarly is a store in which an event can be read only a while after
// it was written, and lets others lose against it at once.
func tellsConflictsEarly() broken {
	var mu sync.Mutex
	shown := map[store.Store]event.Position{}
	return broken{
		append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
			done, err := s.Append(ctx, w)
			for range 2000 {
				if err == nil {
					runtime.Gosched()
				}
			}
			mu.Lock()
			defer mu.Unlock()
			shown[s] = max(shown[s], done.Position)
			return done, err
		},
		read: func(s store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
			return func(yield func(event.Record, error) bool) {
				mu.Lock()
				through := shown[s]
				mu.Unlock()
				for r, err := range seq {
					if (err != nil || r.Position <= through) && !yield(r, err) {
						return
					}
				}
			}
		},
	}
}

// keepsTheCallersBytes is a store that does not copy what it is given.
func keepsTheCallersBytes() broken {
	var mu sync.Mutex
	kept := map[uuid.UUID][]byte{}
	return broken{
		append: func(s store.Store, ctx context.Context, w store.Write) (store.Appended, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range w.Events {
				kept[e.ID] = e.Data
			}
			return s.Append(ctx, w)
		},
		read: func(_ store.Store, seq iter.Seq2[event.Record, error]) iter.Seq2[event.Record, error] {
			return func(yield func(event.Record, error) bool) {
				for r, err := range seq {
					mu.Lock()
					r.Data = kept[r.ID]
					mu.Unlock()
					if !yield(r, err) {
						return
					}
				}
			}
		},
	}
}

const breakageEnv = "STORETEST_BREAKAGE"

// TestSuiteFinds runs the suite on broken stores, in processes of their own:
// the case that is about the failure must fail.
func TestSuiteFinds(t *testing.T) {
	features := storetest.Features{
		DensePositions: true,
		Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
			return s.(broken).Store.(*memory.Store).Truncate(ctx, stream, before)
		},
	}
	if name := os.Getenv(breakageEnv); name != "" {
		b := breakages[name]
		storetest.Run(t, storetest.Config{
			Open:     func(testing.TB) store.Store { b.Store = memory.New(); return b },
			Features: features,
		})
		return
	}
	self, err := os.Executable()
	require.NoError(t, err)
	for name := range breakages {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(self, "-test.run=^TestSuiteFinds$/"+name, "-rapid.nofailfile")
			cmd.Env = append(os.Environ(), breakageEnv+"="+name)
			out, err := cmd.CombinedOutput()
			require.Error(t, err, "%s", out)
			require.Contains(t, string(out), "--- FAIL: TestSuiteFinds/"+name, "%s", out)
		})
	}
}

func TestFaulty(t *testing.T) {
	ctx := t.Context()
	f := storetest.NewFaulty(memory.New())
	w := func(expected store.Expected) store.Write {
		return store.Write{Stream: "s-1", Expected: expected, Events: storetest.Events(2)}
	}
	head := func() event.Position {
		p, err := f.Head(ctx)
		require.NoError(t, err)
		return p
	}
	_, err := f.Append(ctx, w(store.NoStream))
	require.NoError(t, err, "nothing fails at first")

	f.ConflictAppends(2)
	for range 2 {
		_, err = f.Append(ctx, w(store.Exact(1)))
		require.ErrorIs(t, err, store.ErrConflict)
	}
	f.FailAppends(1)
	_, err = f.AppendAll(ctx, []store.Write{w(store.Exact(1))})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Equal(t, event.Position(2), head())

	f.LoseReplies(1)
	lost := w(store.Exact(1))
	_, err = f.Append(ctx, lost)
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.Equal(t, event.Position(4), head())
	done, err := f.Append(ctx, lost)
	require.NoError(t, err)
	require.Equal(t, store.Appended{Revision: 3, Position: 4}, done)

	for _, k := range []int{0, 3} {
		f.CutReads(storetest.Always, k)
		got, err := storetest.Stream(ctx, f, "s-1")
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.Len(t, got, k)
		got, err = storetest.All(ctx, f)
		require.ErrorIs(t, err, store.ErrUnavailable)
		require.Len(t, got, k)
		var seen []event.Position
		for n, err := range f.Subscribe(ctx, 0) {
			if err != nil {
				require.ErrorIs(t, err, store.ErrUnavailable)
				break
			}
			seen = append(seen, n.Position)
		}
		require.Equal(t, []event.Position{1, 2, 3}[:k], slices.Clip(append([]event.Position{}, seen...)))
	}
	f.CutReads(1, 4) // four events there are, so nothing is cut
	got, err := storetest.All(ctx, f)
	require.NoError(t, err)
	require.Len(t, got, 4)
	f.CutReadsSilently(1, 2)
	got, err = storetest.All(ctx, f)
	require.NoError(t, err)
	require.Len(t, got, 2)
	got, err = storetest.All(ctx, f)
	require.NoError(t, err)
	require.Len(t, got, 4)
}
