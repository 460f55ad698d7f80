package storetest

import (
	"context"
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) transactionCases() []namedCase {
	if !s.Features.Transactions {
		return nil
	}
	transactor := func(test func(*testing.T, store.Transactor)) func(*testing.T) {
		return s.in(func(t *testing.T, st store.Store) {
			tx, ok := st.(store.Transactor)
			require.True(t, ok, "%T is no store.Transactor", st)
			test(t, tx)
		})
	}
	return []namedCase{
		{"all streams are written", transactor(allWritten)},
		{"one conflict, and nothing is written", transactor(noneWritten)},
		{"one stream more than once", transactor(streamTwice)},
		{"a repetition of all writes answers as before", transactor(repeatedTransaction)},
		{"nothing to write", transactor(emptyTransaction)},
		{"readers see all of a transaction or nothing", transactor(transactionIsWhole)},
		{"the limits hold for all writes together", transactor(transactionLimits)},
	}
}

func allWritten(t *testing.T, s store.Transactor) {
	a, b := Events(2), Events(3)
	done, err := s.AppendAll(t.Context(), []store.Write{
		{Stream: "s-1", Expected: store.NoStream, Events: a},
		{Stream: "s-2", Expected: store.Any, Events: b},
	})
	require.NoError(t, err)
	all := mustAll(t, s)
	holds(t, all[:2], "s-1", 0, a)
	holds(t, all[2:], "s-2", 0, b)
	require.Equal(t, []store.Appended{
		{Revision: 1, Position: all[1].Position}, {Revision: 2, Position: all[4].Position}}, done)
}

func noneWritten(t *testing.T, s store.Transactor) {
	there := mustAppend(t, s, "s-1", 1)
	bad := store.Write{Stream: "s-3", Expected: store.Exact(4), Events: Events(1)}
	for i := range 3 {
		newType := Events(1)
		newType[0].Type = "OnlyHere"
		writes := []store.Write{
			{Stream: "s-1", Expected: store.Exact(0), Events: Events(2)},
			{Stream: "s-2", Expected: store.NoStream, Events: newType},
		}
		writes = append(writes[:min(i, 2):2], append([]store.Write{bad}, writes[min(i, 2):]...)...)
		_, err := s.AppendAll(t.Context(), writes)
		require.ErrorIs(t, err, store.ErrConflict)
		var told *fault.Error
		require.ErrorAs(t, err, &told)
		require.Equal(t, "s-3", told.Stream)
		_, err = Stream(t.Context(), s, "s-2")
		require.ErrorIs(t, err, store.ErrStreamNotFound)
	}
	more := mustAppend(t, s, "s-1", 1)
	holds(t, mustAll(t, s), "s-1", 0, append(there, more...))
	other := Events(1)
	other[0].Type = "AfterOnlyHere"
	_, err := s.Append(t.Context(), store.Write{Stream: "s-4", Expected: store.NoStream, Events: other})
	require.NoError(t, err)
	holds(t, mustStream(t, s, "s-4"), "s-4", 0, other)
}

func streamTwice(t *testing.T, s store.Transactor) {
	a, b, c := Events(1), Events(1), Events(1)
	done, err := s.AppendAll(t.Context(), []store.Write{
		{Stream: "s-1", Expected: store.NoStream, Events: a},
		{Stream: "s-1", Expected: store.Exact(0), Events: b},
		{Stream: "s-1", Expected: store.Any, Events: c},
	})
	require.NoError(t, err)
	require.Equal(t, uint64(2), done[2].Revision)
	holds(t, mustAll(t, s), "s-1", 0, append(append(a, b...), c...))
	_, err = s.AppendAll(t.Context(), []store.Write{
		{Stream: "s-1", Expected: store.Exact(2), Events: Events(1)},
		{Stream: "s-1", Expected: store.Exact(2), Events: Events(1)}, // no longer
	})
	require.ErrorIs(t, err, store.ErrConflict)
	require.Len(t, mustAll(t, s), 3)
}

func repeatedTransaction(t *testing.T, s store.Transactor) {
	writes := []store.Write{
		{Stream: "s-1", Expected: store.NoStream, Events: Events(2)},
		{Stream: "s-2", Expected: store.NoStream, Events: Events(1)},
		{Stream: "s-1", Expected: store.Exact(1), Events: Events(1)},
	}
	first, err := s.AppendAll(t.Context(), writes)
	require.NoError(t, err)
	mustAppend(t, s, "s-1", 1)
	again, err := s.AppendAll(t.Context(), writes)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, mustAll(t, s), 5)
}

func emptyTransaction(t *testing.T, s store.Transactor) {
	done, err := s.AppendAll(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, done)
}

func transactionIsWhole(t *testing.T, s store.Transactor) {
	var wg sync.WaitGroup
	over := make(chan struct{})
	wg.Go(func() {
		defer close(over)
		for i := range 100 {
			_, err := s.AppendAll(t.Context(), []store.Write{
				{Stream: "s-1", Expected: store.Expected(i) - 1, Events: Events(1)},
				{Stream: "s-2", Expected: store.Expected(i) - 1, Events: Events(1)},
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	for range 3 {
		wg.Go(func() {
			for {
				all, err := All(t.Context(), s)
				if err != nil || len(all)%2 != 0 {
					t.Errorf("%d events, %v", len(all), err)
				}
				select {
				case <-over:
					return
				default:
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, mustAll(t, s), 200)
}

func transactionLimits(t *testing.T, s store.Transactor) {
	half := store.MaxAppendEvents / 2
	_, err := s.AppendAll(t.Context(), []store.Write{
		{Stream: "s-1", Expected: store.Any, Events: Events(half)},
		{Stream: "s-2", Expected: store.Any, Events: Events(half + 1)},
	})
	require.ErrorIs(t, err, store.ErrTooLarge)
	require.Empty(t, mustAll(t, s))
}

func (s *suite) truncationCases() []namedCase {
	truncate := s.Features.Truncate
	if truncate == nil {
		return nil
	}
	return []namedCase{
		{"hides a stream's start and nothing else", s.in(func(t *testing.T, st store.Store) {
			events := mustAppend(t, st, "s-1", 5)
			other := mustAppend(t, st, "s-2", 2)
			require.NoError(t, truncate(t.Context(), st, "s-1", 2))
			holds(t, mustStream(t, st, "s-1"), "s-1", 2, events[2:])
			holds(t, mustStream(t, st, "s-2"), "s-2", 0, other)
			records, err := collect(st.ReadStream(t.Context(), "s-1", 3))
			require.NoError(t, err)
			holds(t, records, "s-1", 3, events[3:])
			require.Len(t, mustAll(t, st), 7)
			require.NoError(t, truncate(t.Context(), st, "s-1", 0))
			holds(t, mustStream(t, st, "s-1"), "s-1", 0, events)
		})},
		{"of a whole stream leaves its revision", s.in(func(t *testing.T, st store.Store) {
			for _, before := range []uint64{3, 4, 1000, math.MaxUint64} {
				stream := fmt.Sprintf("s-%d", before)
				mustAppend(t, st, stream, 3)
				require.NoError(t, truncate(t.Context(), st, stream, before))
				require.Empty(t, mustStream(t, st, stream))
				next := Events(1)
				_, err := st.Append(t.Context(), store.Write{Stream: stream, Expected: store.Exact(2), Events: next})
				require.NoError(t, err)
				holds(t, mustStream(t, st, stream), stream, 3, next)
			}
		})},
		{"does not hide what an append repeats", s.in(func(t *testing.T, st store.Store) { repeatHidden(t, st, truncate) })},
		{"of all that there was is no new stream", s.in(func(t *testing.T, st store.Store) {
			w := store.Write{Stream: "s-1", Expected: store.NoStream, Events: Events(2)}
			_, err := st.Append(t.Context(), w)
			require.NoError(t, err)
			require.NoError(t, truncate(t.Context(), st, "s-1", 2))
			w.Events = Events(2)
			for range 2 {
				_, err = st.Append(t.Context(), w)
				require.ErrorIs(t, err, store.ErrConflict)
			}
			require.Len(t, mustAll(t, st), 2)
		})},
		{"while a stream is read leaves no hole", s.in(func(t *testing.T, st store.Store) {
			const n = 3000
			mustAppend(t, st, "s-1", n)
			next := uint64(0)
			for r, err := range st.ReadStream(t.Context(), "s-1", 0) {
				if err != nil {
					return // it may end so, but not skip
				}
				require.Equal(t, next, r.Revision)
				if next++; next == 10 {
					require.NoError(t, truncate(t.Context(), st, "s-1", n-5))
				}
			}
			require.Equal(t, uint64(n), next)
		})},
		{"of a stream that does not exist", s.in(func(t *testing.T, st store.Store) {
			require.ErrorIs(t, truncate(t.Context(), st, "s-1", 1), store.ErrStreamNotFound)
		})},
	}
}

// A repetition whose events ReadStream no longer shows was done nevertheless. Where
// they stand need not be known any more: then it is told a later name, to which
// who waits for it comes.
func repeatHidden(t *testing.T, s store.Store, truncate func(context.Context, store.Store, string, uint64) error) {
	var writes []store.Write
	var told []store.Appended
	for i, n := range []int{2, 1, 3} {
		w := store.Write{Stream: "s-1", Expected: []store.Expected{store.NoStream, store.Exact(1), store.Exact(2)}[i], Events: Events(n)}
		done, err := s.Append(t.Context(), w)
		require.NoError(t, err)
		writes, told = append(writes, w), append(told, done)
	}
	mustAppend(t, s, "s-2", 1)
	for _, before := range []uint64{1, 2, 3, 5, 6} {
		require.NoError(t, truncate(t.Context(), s, "s-1", before))
		for i, w := range writes {
			again, err := s.Append(t.Context(), w)
			require.NoError(t, err)
			require.Equal(t, told[i].Revision, again.Revision)
			require.GreaterOrEqual(t, again.Position, told[i].Position)
			head, err := s.Head(t.Context())
			require.NoError(t, err)
			require.LessOrEqual(t, again.Position, head)
			require.GreaterOrEqual(t, caughtUpAt(t, s, 0), again.Position)
			require.NotEmpty(t, mustRead(t, s, store.Span{From: again.Position}), "it is a name")
		}
		require.Len(t, mustAll(t, s), 7)
	}
}

func (s *suite) durabilityCases() []namedCase {
	reopen := s.Features.Reopen
	if reopen == nil {
		return nil
	}
	return []namedCase{
		{"everything is there when the log is opened again", s.in(func(t *testing.T, st store.Store) {
			var want []event.Record
			for i := range 5 {
				w := store.Write{Stream: "s-1", Expected: store.Expected(2*i) - 1, Events: Events(2)}
				first, err := st.Append(t.Context(), w)
				require.NoError(t, err)
				mustAppend(t, st, fmt.Sprintf("other-%d", i), 1)
				want = mustAll(t, st)
				st = reopen(t, st)
				require.Equal(t, want, mustAll(t, st))
				again, err := st.Append(t.Context(), w)
				require.NoError(t, err)
				require.Equal(t, first, again, "a repetition is known after a restart")
				_, err = st.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: Events(1)})
				require.ErrorIs(t, err, store.ErrConflict)
			}
			rest, err := follow(patience(t), st, want[3].Position, len(want)-4, nil)
			require.NoError(t, err)
			require.Equal(t, want[4:], rest)
		})},
		{"the names are still the log's when it is opened again", s.in(func(t *testing.T, st store.Store) {
			names := toldNames(t, st)
			all := mustAll(t, st)
			st = reopen(t, st)
			require.Equal(t, all, mustAll(t, st))
			for _, name := range names {
				for _, span := range []store.Span{{After: name}, {From: name}} {
					require.Equal(t, within(all, span), mustRead(t, st, span), "%+v", span)
				}
				_, err := follow(patience(t), st, name, 0, nil)
				require.NoError(t, err)
			}
		})},
	}
}
