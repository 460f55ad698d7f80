package storetest_test

import (
	"bytes"
	"context"
	"iter"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

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
