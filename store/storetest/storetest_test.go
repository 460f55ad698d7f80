package storetest_test

import (
	"bytes"
	"context"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"testing"

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
	if b.read != nil {
		return b.read(b.Store, b.Store.ReadAll(ctx, span))
	}
	return b.Store.ReadAll(ctx, span)
}

func (b broken) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
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
	"append/the_bytes_are_the_caller": keepsTheCallersBytes(),
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
