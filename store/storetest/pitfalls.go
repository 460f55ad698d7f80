package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// pitfallCases are the failures that public event stores have had, each under
// the name of what should have been.
func (s *suite) pitfallCases() []namedCase {
	return []namedCase{
		{"conflict on every append: nothing is written and the write stays whole", s.in(conflictOnEveryAppend)},
		{"a read that is cut off after k of n events is an error", s.in(cutRead)},
		{"a read that a Close cuts off is an error", closeCutsRead(s)},
		{"the revision comes from the store, not from counting", s.in(s.revisionFromStore)},
		{"ids with dashes", s.in(dashes)},
		{"64 writers with the same expected revision: exactly one wins", s.in(oneWins)},
		{"progress is a position only", s.in(progressIsPosition)},
		{"a repeated command is recognised by its ids in the stream", s.in(idsInStream)},
		{"two stores in one process do not disturb each other", twoStores(s)},
	}
}

// Public repositories flushed an aggregate's pending events before the append;
// after a conflict the retry had nothing to write and answered success.
func conflictOnEveryAppend(t *testing.T, s store.Store) {
	there := mustAppend(t, s, "s-1", 1)
	events := Events(2)
	w := store.Write{Stream: "s-1", Expected: store.NoStream, Events: slices.Clone(events)}
	for range 5 {
		_, err := s.Append(t.Context(), w)
		require.ErrorIs(t, err, store.ErrConflict)
	}
	require.Equal(t, events, w.Events)
	holds(t, mustAll(t, s), "s-1", 0, there)
	w.Expected = store.Exact(0)
	_, err := s.Append(t.Context(), w)
	require.NoError(t, err)
	holds(t, mustStream(t, s, "s-1"), "s-1", 0, append(there, events...))
}

// Public clients took a connection that dropped in the middle of a read for the
// end of the stream, and decided on what they had.
func cutRead(t *testing.T, s store.Store) {
	const n = 20
	mustAppend(t, s, "s-1", n)
	for name, read := range readers(s) {
		t.Run(name, func(t *testing.T) {
			for k := range n - 1 {
				cause := errors.New("the line is dead")
				ctx, cut := context.WithCancelCause(t.Context())
				seen, failed := 0, error(nil)
				for _, err := range read(ctx) {
					if err != nil {
						failed = err
						break
					}
					if seen++; seen > k {
						cut(cause)
					}
				}
				cut(nil)
				if seen < n {
					require.ErrorIs(t, failed, store.ErrCancelled, "%d of %d events and a clean end", seen, n)
					require.ErrorIs(t, failed, cause)
				}
			}
		})
	}
}

func readers(s store.Store) map[string]func(context.Context) func(func(event.Record, error) bool) {
	return map[string]func(context.Context) func(func(event.Record, error) bool){
		"stream": func(ctx context.Context) func(func(event.Record, error) bool) { return s.ReadStream(ctx, "s-1", 0) },
		"all":    func(ctx context.Context) func(func(event.Record, error) bool) { return s.ReadAll(ctx, store.Span{}) },
	}
}

func closeCutsRead(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		const n = 5000 // more than any batch
		for name := range readers(s.open(t)) {
			t.Run(name, func(t *testing.T) {
				st := s.open(t)
				mustAppend(t, st, "s-1", n/2)
				mustAppend(t, st, "s-1", n/2)
				seen, failed := 0, error(nil)
				for _, err := range readers(st)[name](t.Context()) {
					if err != nil {
						failed = err
						break
					}
					if seen++; seen == 10 {
						require.NoError(t, st.Close()) // inside the loop, so it must not wait for the loop
					}
				}
				if seen < n {
					require.ErrorIs(t, failed, store.ErrClosed, "%d of %d events and a clean end", seen, n)
				}
			})
		}
	}
}

// A public framework took the number of events it had read for the revision,
// which is wrong once a stream is truncated.
func (s *suite) revisionFromStore(t *testing.T, st store.Store) {
	events := mustAppend(t, st, "s-1", 5)
	want := uint64(0)
	if s.Features.Truncate != nil {
		want = 3
		require.NoError(t, s.Features.Truncate(t.Context(), st, "s-1", want))
	}
	records := mustStream(t, st, "s-1")
	holds(t, records, "s-1", want, events[want:])
	last := records[len(records)-1].Revision
	done, err := st.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Exact(last), Events: Events(1)})
	require.NoError(t, err)
	require.Equal(t, uint64(5), done.Revision)
}

// A public store cut stream ids at their first dash.
func dashes(t *testing.T, s store.Store) {
	id := uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2")
	names := []string{
		event.ContractStream(id), event.InviteStream(id), event.WorkWeekStream(id, event.Week{Year: 2016, Number: 5}),
		"contract", "contract-", "contract-0b9f7a4e", "-", "--", "ce-$contract", "a b", "%_'\"\\;", "Grüße-日本",
	}
	written := map[string][]event.Proposed{}
	for i, name := range names {
		written[name] = mustAppend(t, s, name, 1+i%2)
	}
	for name, events := range written {
		holds(t, mustStream(t, s, name), name, 0, events)
	}
}

// A public store had no uniqueness of (stream, revision): two writers won.
func oneWins(t *testing.T, s store.Store) {
	for _, expected := range []store.Expected{store.NoStream, store.Exact(0), store.Exact(1)} {
		const writers = 64
		var wg sync.WaitGroup
		won := make([]bool, writers)
		for i := range writers {
			wg.Go(func() {
				_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: expected, Events: Events(1)})
				if won[i] = err == nil; !won[i] && !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		winners := 0
		for _, w := range won {
			if w {
				winners++
			}
		}
		require.Equal(t, 1, winners, "expected %v", expected)
		require.Len(t, mustStream(t, s, "s-1"), int(expected)+2)
	}
}

// A public store kept progress as event time, so that clocks which go back made
// it apply old events again. Here a position resumes exactly, whatever times
// the records have.
func progressIsPosition(t *testing.T, s store.Store) {
	for i := range 10 {
		mustAppend(t, s, fmt.Sprintf("s-%d", i%2), 1)
	}
	all := mustAll(t, s)
	for i, r := range all {
		rest, err := collect(s.ReadAll(t.Context(), store.Span{After: r.Position}))
		require.NoError(t, err)
		require.Equal(t, all[i+1:len(all):len(all)], append([]event.Record{}, rest...))
	}
}

// EventStoreDB writes an event twice when the expected revision is right the
// second time (its issue 1898): a store need not know the ids of a whole
// stream, but it gives them back, so that who repeats a command can look.
func idsInStream(t *testing.T, s store.Store) {
	events := mustAppend(t, s, "s-1", 2)
	mustAppend(t, s, "s-1", 3)
	records := mustStream(t, s, "s-1")
	for _, e := range events {
		require.True(t, slices.ContainsFunc(records, func(r event.Record) bool { return r.ID == e.ID }))
	}
}

// Public libraries kept registries for the whole process.
func twoStores(s *suite) func(*testing.T) {
	return func(t *testing.T) {
		a, b := s.open(t), s.open(t)
		ours := mustAppend(t, a, "s-1", 2)
		require.Empty(t, mustAll(t, b))
		theirs := mustAppend(t, b, "s-1", 1)
		require.NoError(t, b.Close())
		holds(t, mustAll(t, a), "s-1", 0, ours)
		require.Len(t, theirs, 1)
	}
}
