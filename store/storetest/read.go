package storetest

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) readCases() []namedCase {
	return []namedCase{
		{"an empty log", s.in(emptyLog)},
		{"a stream that does not exist", s.in(noSuchStream)},
		{"a stream from any revision", s.in(streamFromAnywhere)},
		{"any span of the log", s.in(anySpan)},
		{"the global order is the order of appends", s.in(globalOrder)},
		{"positions are 1, 2, 3, …", s.in(func(t *testing.T, st store.Store) {
			if !s.Features.DensePositions {
				return
			}
			mustAppend(t, st, "s-1", 2)
			mustAppend(t, st, "s-2", 1)
			_, err := st.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: Events(1)})
			require.ErrorIs(t, err, store.ErrConflict)
			mustAppend(t, st, "s-1", 1)
			for i, r := range mustAll(t, st) {
				require.Equal(t, event.Position(i+1), r.Position)
			}
		})},
		{"a read can be repeated", s.in(readAgain)},
		{"many more events than one batch holds", s.in(manyEvents)},
		{"a reader that stops early holds nothing", s.in(stopEarly)},
		{"reading and writing inside a read", s.in(nestedReads)},
		{"a record cannot be kept without a clone that changes the log", s.in(lentBytes)},
	}
}

func emptyLog(t *testing.T, s store.Store) {
	require.Empty(t, mustAll(t, s))
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Zero(t, head)
	for _, through := range []event.Position{1, 9, math.MaxUint64} {
		records, err := collect(s.ReadAll(t.Context(), store.Span{Through: through}))
		require.NoError(t, err)
		require.Empty(t, records)
	}
}

func noSuchStream(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 1)
	for _, name := range []string{"s-2", "s", "s-1 ", "S-1", "", "s-1\x00", "\xff", string(make([]byte, 1000)),
		"$", "$$", "$$s-1", "$all", "$ce-s", "$streams"} {
		_, err := Stream(t.Context(), s, name)
		require.ErrorIs(t, err, store.ErrStreamNotFound, "%q", name)
	}
	_, err := collect(s.ReadStream(t.Context(), "s-2", math.MaxUint64))
	require.ErrorIs(t, err, store.ErrStreamNotFound)
}

func streamFromAnywhere(t *testing.T, s store.Store) {
	events := mustAppend(t, s, "s-1", 7)
	for from := range events {
		records, err := collect(s.ReadStream(t.Context(), "s-1", uint64(from)))
		require.NoError(t, err)
		holds(t, records, "s-1", uint64(from), events[from:])
	}
	for _, from := range []uint64{7, 8, 1000, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64} {
		records, err := collect(s.ReadStream(t.Context(), "s-1", from))
		require.NoError(t, err, "%d is beyond the end, which is no error", from)
		require.Empty(t, records)
	}
}

func anySpan(t *testing.T, s store.Store) {
	for i := range 8 {
		mustAppend(t, s, fmt.Sprintf("s-%d", i%3), 1+i%2)
	}
	all := mustAll(t, s)
	for i := range len(all) + 1 {
		var span store.Span
		if i > 0 {
			span.After = all[i-1].Position
		}
		for j := i; j <= len(all); j++ {
			want := all[i:]
			if span.Through = 0; j > 0 && j < len(all) {
				span.Through, want = all[j-1].Position, all[i:j]
			}
			records, err := collect(s.ReadAll(t.Context(), span))
			require.NoError(t, err)
			require.Equal(t, want[:len(want):len(want)], append([]event.Record{}, records...), "%+v", span)
		}
	}
	last := all[len(all)-1].Position
	for _, span := range []store.Span{
		{After: last}, {After: last, Through: math.MaxUint64}, {After: all[2].Position, Through: all[1].Position},
		{After: last, Through: 1}, {From: last, Through: last - 1}, {From: all[1].Position, Through: all[0].Position},
	} {
		records, err := collect(s.ReadAll(t.Context(), span))
		require.NoError(t, err)
		require.Empty(t, records, "%+v", span)
	}
	for _, through := range []event.Position{last, last + 1, math.MaxInt64, math.MaxUint64} {
		records, err := collect(s.ReadAll(t.Context(), store.Span{Through: through}))
		require.NoError(t, err)
		require.Equal(t, all, records)
	}
}

func globalOrder(t *testing.T, s store.Store) {
	var want []event.Proposed
	for i := range 20 {
		want = append(want, mustAppend(t, s, fmt.Sprintf("s-%d", i*7%5), 1+i%3)...)
	}
	all := mustAll(t, s)
	require.Len(t, all, len(want))
	next := map[string]uint64{}
	for i, r := range all {
		require.Equal(t, want[i].ID, r.ID)
		require.Equal(t, next[r.Stream], r.Revision)
		next[r.Stream]++
		require.True(t, i == 0 || r.Position > all[i-1].Position)
	}
}

func readAgain(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 3)
	all, stream := s.ReadAll(t.Context(), store.Span{}), s.ReadStream(t.Context(), "s-1", 1)
	for range 3 {
		records, err := collect(all)
		require.NoError(t, err)
		require.Len(t, records, 3)
		records, err = collect(stream)
		require.NoError(t, err)
		require.Len(t, records, 2)
	}
}

func manyEvents(t *testing.T, s store.Store) {
	var want []event.Proposed
	for range 3 {
		events := Events(1500)
		_, err := s.Append(t.Context(), store.Write{Stream: "long-1", Expected: store.Any, Events: events})
		require.NoError(t, err)
		want = append(want, events...)
	}
	holds(t, mustStream(t, s, "long-1"), "long-1", 0, want)
	holds(t, mustAll(t, s), "long-1", 0, want)
}

func stopEarly(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 5)
	before := runtime.NumGoroutine()
	for range long.Among(100, 100, 200) {
		for _, err := range s.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			break
		}
		for _, err := range s.ReadStream(t.Context(), "s-1", 1) {
			require.NoError(t, err)
			break
		}
		for _, err := range s.Subscribe(t.Context(), 0) {
			require.NoError(t, err)
			break
		}
	}
	// A server in this process takes its time to see that a call is over.
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+50 }, 10*time.Second, time.Millisecond)
	require.Len(t, mustAll(t, s), 5)
}

func nestedReads(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 4)
	var nest func(depth int)
	nest = func(depth int) {
		if depth == 0 {
			mustAppend(t, s, "s-1", 1)
			return
		}
		for _, err := range s.ReadStream(patience(t), "s-1", 0) {
			require.NoError(t, err)
			nest(depth - 1)
			break
		}
	}
	nest(40) // deeper than any pool
	seen := 0
	for _, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		mustAppend(t, s, "s-2", 1)
		seen++
		require.LessOrEqual(t, seen, 5, "a read ends at the head it began with")
	}
	require.Equal(t, 5, seen)
}

func lentBytes(t *testing.T, s store.Store) {
	mustAppend(t, s, "s-1", 3)
	want := mustAll(t, s)
	for r, err := range s.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		_ = append(r.Data, "scribble"...) // must not reach the metadata or the next record
		clear(r.Data)
		clear(r.Metadata)
	}
	require.Equal(t, want, mustAll(t, s))
}
