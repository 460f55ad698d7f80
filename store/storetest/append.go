package storetest

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

func (s *suite) appendCases() []namedCase {
	return []namedCase{
		{"what was appended is read", s.in(appendedIsRead)},
		{"answers with the last revision and position", s.in(appendAnswers)},
		{"expectations", s.in(expectations)},
		{"a conflict names the stream and writes nothing", s.in(conflictWritesNothing)},
		{"a repeated append writes nothing and answers as before", s.in(repeatedAppend)},
		{"an append that overlaps what is there is a conflict", s.in(overlappingAppend)},
		{"the bytes are the caller's again after the append", s.in(bytesAreCopied)},
		{"recorded_at is UTC, in microseconds", s.in(recordedAt)},
	}
}

func appendedIsRead(t *testing.T, s store.Store) {
	a, b := mustAppend(t, s, "invite-a", 3), mustAppend(t, s, "invite-b", 2)
	more := mustAppend(t, s, "invite-a", 1)
	holds(t, mustStream(t, s, "invite-a"), "invite-a", 0, append(a, more...))
	holds(t, mustStream(t, s, "invite-b"), "invite-b", 0, b)
}

func appendAnswers(t *testing.T, s store.Store) {
	for i, n := range []int{1, 3, 2} {
		done, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: Events(n)})
		require.NoError(t, err)
		all := mustAll(t, s)
		last := all[len(all)-1]
		require.Equal(t, store.Appended{Revision: last.Revision, Position: last.Position}, done)
		require.Equal(t, []uint64{0, 3, 5}[i], done.Revision)
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, last.Position, head)
	}
}

func expectations(t *testing.T, s store.Store) {
	mustAppend(t, s, "two-events", 2)
	for _, c := range []struct {
		name     string
		stream   string
		expected store.Expected
		conflict bool
	}{
		{"any, none there", "new-1", store.Any, false},
		{"none, none there", "new-2", store.NoStream, false},
		{"some, none there", "new-3", store.Exact(0), true},
		{"none, some there", "two-events", store.NoStream, true},
		{"too low", "two-events", store.Exact(0), true},
		{"too high", "two-events", store.Exact(2), true},
		{"far too high", "two-events", store.Exact(math.MaxInt64), true},
		{"beyond any", "two-events", store.Exact(math.MaxUint64), true},
		{"right", "two-events", store.Exact(1), false},
		{"any, some there", "two-events", store.Any, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(mustAll(t, s))
			_, err := s.Append(t.Context(), store.Write{Stream: c.stream, Expected: c.expected, Events: Events(1)})
			if c.conflict {
				require.ErrorIs(t, err, store.ErrConflict)
				require.Len(t, mustAll(t, s), before)
				return
			}
			require.NoError(t, err)
			require.Len(t, mustAll(t, s), before+1)
		})
	}
}

func conflictWritesNothing(t *testing.T, s store.Store) {
	first := mustAppend(t, s, "s-1", 2)
	_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Exact(0), Events: Events(3)})
	require.ErrorIs(t, err, store.ErrConflict)
	var told *fault.Error
	require.ErrorAs(t, err, &told)
	require.Equal(t, "s-1", told.Stream)
	_, err = s.Append(t.Context(), store.Write{Stream: "s-2", Expected: store.Exact(7), Events: Events(1)})
	require.ErrorIs(t, err, store.ErrConflict)
	_, err = Stream(t.Context(), s, "s-2")
	require.ErrorIs(t, err, store.ErrStreamNotFound, "a refused append makes no stream")
	holds(t, mustAll(t, s), "s-1", 0, first)
}

func repeatedAppend(t *testing.T, s store.Store) {
	mustAppend(t, s, "other-1", 1)
	for _, c := range []struct {
		expected store.Expected
		events   []event.Proposed
	}{
		{store.NoStream, Events(2)},
		{store.Exact(1), Events(1)},
		{store.Exact(2), Events(5)},
	} {
		w := store.Write{Stream: "s-1", Expected: c.expected, Events: c.events}
		first, err := s.Append(t.Context(), w)
		require.NoError(t, err)
		mustAppend(t, s, "other-1", 1)
		count := len(mustAll(t, s))
		again, err := s.Append(t.Context(), w)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Len(t, mustAll(t, s), count)
	}
	// Much later, and only the start of what stands there.
	all := mustStream(t, s, "s-1")
	for first := range all {
		for n := 1; first+n <= len(all); n++ {
			var events []event.Proposed
			for _, r := range all[first : first+n] {
				events = append(events, r.Proposed)
			}
			done, err := s.Append(t.Context(), store.Write{
				Stream: "s-1", Expected: store.Expected(first) - 1, Events: events})
			require.NoError(t, err)
			last := all[first+n-1]
			require.Equal(t, store.Appended{Revision: last.Revision, Position: last.Position}, done)
		}
	}
	require.Len(t, mustStream(t, s, "s-1"), len(all))
}

func overlappingAppend(t *testing.T, s store.Store) {
	there := mustAppend(t, s, "s-1", 3)
	fresh := Events(2)
	for name, w := range map[string]store.Write{
		"the end, then new":      {Expected: store.Exact(1), Events: []event.Proposed{there[2], fresh[0]}},
		"all, then new":          {Expected: store.NoStream, Events: append(append([]event.Proposed{}, there...), fresh[0])},
		"new, then there":        {Expected: store.NoStream, Events: []event.Proposed{fresh[0], there[0]}},
		"in another order":       {Expected: store.NoStream, Events: []event.Proposed{there[1], there[0]}},
		"behind another":         {Expected: store.Exact(0), Events: []event.Proposed{there[0]}},
		"one of them other":      {Expected: store.NoStream, Events: []event.Proposed{there[0], fresh[0], there[2]}},
		"another stream's":       {Stream: "s-2", Expected: store.Exact(0), Events: there[1:2]},
		"expected past the end":  {Expected: store.Exact(5), Events: there[2:]},
		"expected far past that": {Expected: store.Exact(math.MaxInt64), Events: there[2:]},
	} {
		t.Run(name, func(t *testing.T) {
			if w.Stream == "" {
				w.Stream = "s-1"
			}
			_, err := s.Append(t.Context(), w)
			require.ErrorIs(t, err, store.ErrConflict)
		})
	}
	holds(t, mustAll(t, s), "s-1", 0, there)
}

func bytesAreCopied(t *testing.T, s store.Store) {
	events := Events(1)
	data, metadata := string(events[0].Data), string(events[0].Metadata)
	_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
	require.NoError(t, err)
	clear(events[0].Data)
	clear(events[0].Metadata)
	for range 2 {
		for r, err := range s.ReadStream(t.Context(), "s-1", 0) {
			require.NoError(t, err)
			require.Equal(t, data, string(r.Data))
			require.Equal(t, metadata, string(r.Metadata))
			clear(r.Data) // a reader's scribbles stay the reader's too
			clear(r.Metadata)
		}
	}
}

func recordedAt(t *testing.T, s store.Store) {
	before := time.Now().UTC().Truncate(time.Microsecond).Add(-time.Minute)
	mustAppend(t, s, "s-1", 2)
	after := time.Now().UTC().Add(time.Minute)
	for _, r := range mustAll(t, s) {
		require.Equal(t, time.UTC, r.RecordedAt.Location())
		require.Equal(t, r.RecordedAt.Truncate(time.Microsecond), r.RecordedAt)
		require.WithinRange(t, r.RecordedAt, before, after, "a store under this suite has a real clock")
	}
}
