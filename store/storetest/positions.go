package storetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
)

// positionCases are about positions as names that the log gives: see store.Span.
func (s *suite) positionCases() []namedCase {
	return []namedCase{
		{"a read begins at every name that the log gave", s.in(beginAtNames)},
		{"a beginning after the end is refused", s.in(s.beginAfterEnd)},
		{"cuts hold every event once and begin at names", s.in(cutsCover)},
		{"Head is at least what any append was told, and can be read", s.in(headIsBehindNobody)},
		{"what won a conflict can be read when the conflict is told", s.in(winnerIsThere)},
		{"a log is known by its first event", s.in(s.logID)},
	}
}

// toldNames fills a log and gives the names that it told meanwhile, 0 among them.
func toldNames(t *testing.T, s store.Store) []event.Position {
	t.Helper()
	names := []event.Position{0, caughtUpAt(t, s, 0)}
	for i := range 12 {
		done, err := s.Append(t.Context(), store.Write{
			Stream: fmt.Sprintf("s-%d", i%3), Expected: store.Any, Events: Events(1 + i%2)})
		require.NoError(t, err)
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		names = append(names, done.Position, head, caughtUpAt(t, s, done.Position))
	}
	for _, r := range mustAll(t, s) {
		names = append(names, r.Position)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// caughtUpAt is what a subscriber that has caught up is told.
func caughtUpAt(t *testing.T, s store.Store, after event.Position) event.Position {
	t.Helper()
	for n, err := range s.Subscribe(patience(t), after) {
		require.NoError(t, err)
		if n.CaughtUp() {
			return n.Position
		}
	}
	t.Fatal("the subscription ended")
	return 0
}

func within(all []event.Record, span store.Span) []event.Record {
	records := []event.Record{}
	for _, r := range all {
		if r.Position >= span.First() && (span.Through == 0 || r.Position <= span.Through) {
			records = append(records, r)
		}
	}
	return records
}

func beginAtNames(t *testing.T, s store.Store) {
	names := toldNames(t, s)
	all := mustAll(t, s)
	end := all[len(all)-1].Position
	for _, name := range names {
		for _, span := range []store.Span{
			{After: name}, {From: name}, {From: name, After: end},
			{After: name, Through: name + 1}, {From: name, Through: name + 1}, {From: name, Through: all[9].Position},
			{After: name, Through: end - 1}, {From: name, Through: math.MaxUint64},
		} {
			want := within(all, span)
			require.Equal(t, want, mustRead(t, s, span), "%+v", span)
			if columns, ok := s.(store.ColumnReader); ok {
				require.Equal(t, places(want), inParts(t, columns, span), "%+v", span)
			}
		}
		rest := within(all, store.Span{After: name})
		seen, err := follow(patience(t), s, name, len(rest), nil)
		require.NoError(t, err)
		require.Equal(t, rest, append([]event.Record{}, seen...), "after %d", name)
	}
}

func mustRead(t *testing.T, s store.Store, span store.Span) []event.Record {
	t.Helper()
	records, err := collect(s.ReadAll(t.Context(), span))
	require.NoError(t, err, "%+v", span)
	return append([]event.Record{}, records...)
}

func places(records []event.Record) (places []event.Position) {
	for _, r := range records {
		places = append(places, r.Position)
	}
	return places
}

func inParts(t *testing.T, s store.ColumnReader, span store.Span) (positions []event.Position) {
	t.Helper()
	parts, err := s.ColumnParts(t.Context(), span, event.Marketplace().ColumnSchema())
	require.NoError(t, err)
	for _, part := range parts {
		if !part.Columns {
			positions = append(positions, places(mustRead(t, s, part.Span))...)
			continue
		}
		var block event.ColumnBlock
		require.NoError(t, s.ReadColumns(t.Context(), part, &block))
		positions = append(positions, block.Positions...)
	}
	return positions
}

// A position that was computed, or is of another log, must not be taken for a
// place of this one, nor for a failure that passes.
func (s *suite) beginAfterEnd(t *testing.T, st store.Store) {
	for range 2 { // in an empty log, and in one with events
		head, err := st.Head(t.Context())
		require.NoError(t, err)
		behind := []event.Position{head + 1<<30, math.MaxInt64, math.MaxInt64 + 1, math.MaxUint64 - 1, math.MaxUint64}
		if s.Features.DensePositions {
			behind = append(behind, head+1)
		}
		for _, name := range behind {
			for how, err := range beginnings(t, st, name) {
				require.ErrorIs(t, err, store.ErrUnknownPosition, "%s %d", how, name)
				require.NotErrorIs(t, err, store.ErrUnavailable, "%s %d", how, name)
			}
		}
		mustAppend(t, st, "s-1", 3)
	}
}

// beginnings begin at a name in every way there is.
func beginnings(t *testing.T, s store.Store, name event.Position) map[string]error {
	errs := map[string]error{}
	for how, span := range map[string]store.Span{
		"after": {After: name}, "from": {From: name},
		"after, to the end": {After: name, Through: math.MaxUint64}, "from, to the end": {From: name, Through: math.MaxUint64},
	} {
		_, errs["a read "+how] = collect(s.ReadAll(t.Context(), span))
		if columns, ok := s.(store.ColumnReader); ok {
			_, errs["parts "+how] = columns.ColumnParts(t.Context(), span, event.ColumnSchema{})
		}
		if cutter, ok := s.(store.Cutter); ok && span.Through != 0 {
			_, errs["cuts "+how] = cutsOf(t, cutter, span, 2)
		}
	}
	_, errs["a subscription"] = follow(patience(t), s, name, 0, nil)
	return errs
}

func cutsOf(t *testing.T, s store.Cutter, span store.Span, events int) (parts []store.Span, err error) {
	for part, e := range s.Cut(t.Context(), span, events) {
		require.NoError(t, err, "the iterator went on after its error")
		if err = e; err == nil {
			parts = append(parts, part)
		}
	}
	return parts, err
}

func cutsCover(t *testing.T, s store.Store) {
	cutter, ok := s.(store.Cutter)
	if !ok {
		return
	}
	parts, err := cutsOf(t, cutter, store.Span{Through: math.MaxUint64}, 10)
	require.NoError(t, err)
	require.Empty(t, parts, "of an empty log")
	names := toldNames(t, s)
	all := mustAll(t, s)
	for i, name := range names {
		for _, span := range []store.Span{
			{After: name, Through: math.MaxUint64}, {From: name, Through: names[len(names)-1] + 1},
			{After: name, Through: names[min(i+9, len(names)-1)]}, {From: name, Through: name}, {After: name, Through: 1},
		} {
			for _, events := range []int{-1, 0, 1, 3, 1000, math.MaxInt} {
				parts, err := cutsOf(t, cutter, span, events)
				require.NoError(t, err)
				have := []event.Record{}
				for _, part := range parts {
					require.True(t, slices.Contains(names, part.Begin()), "%+v of %+v", part, span)
					require.NotZero(t, part.Through)
					have = append(have, mustRead(t, s, part)...)
				}
				require.Equal(t, within(all, span), have, "%+v by %d", span, events)
			}
		}
	}
	for _, err := range cutter.Cut(t.Context(), store.Span{Through: math.MaxUint64}, 1) {
		require.NoError(t, err)
		break // as a reader does that has enough
	}
}

func headIsBehindNobody(t *testing.T, s store.Store) {
	var wg sync.WaitGroup
	appends := long.Among(10, 10, 25)
	for writer := range 4 {
		wg.Go(func() {
			last := event.Position(0)
			for range appends {
				done, err := s.Append(t.Context(), store.Write{Stream: fmt.Sprintf("s-%d", writer), Expected: store.Any, Events: Events(2)})
				head, headErr := s.Head(t.Context())
				if err := errors.Join(err, headErr); err != nil {
					t.Error(err)
					return
				}
				if head < done.Position || head < last {
					t.Errorf("the head is %d after one of %d and an append at %d", head, last, done.Position)
				}
				last = head
				records, err := collect(s.ReadAll(t.Context(), store.Span{From: done.Position, Through: done.Position}))
				if err != nil || len(records) != 1 || records[0].Revision != done.Revision {
					t.Errorf("the event at %d cannot be read: %v, %v", done.Position, records, err)
				}
			}
		})
	}
	wg.Wait()
}

// EventStoreDB tells a conflict before the event that won can be read. Who loads
// again and decides again would decide on the same.
func winnerIsThere(t *testing.T, s store.Store) {
	const writers = 8
	rounds := long.Pick[uint64](7, 20)
	first, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: Events(1)})
	require.NoError(t, err)
	for round := range rounds {
		var wg sync.WaitGroup
		for writer := range writers {
			wg.Go(func() {
				err := race(t, s, writer%2 == 1, store.Write{Stream: "s-1", Expected: store.Exact(round), Events: Events(1)})
				if err == nil {
					return
				}
				if !errors.Is(err, store.ErrConflict) {
					t.Error(err)
				}
				won, err := collect(s.ReadStream(t.Context(), "s-1", round+1))
				if err != nil || len(won) == 0 {
					t.Errorf("a conflict, and nothing behind revision %d: %v", round, err)
					return
				}
				all, err := collect(s.ReadAll(t.Context(), store.Span{After: first.Position}))
				if err != nil || !slices.ContainsFunc(all, func(r event.Record) bool { return r.ID == won[0].ID }) {
					t.Errorf("revision %d is in the stream and not in the log: %v", won[0].Revision, err)
				}
			})
		}
		wg.Wait()
	}
}

// race appends, in a transaction if it is asked for and there are any.
func race(t *testing.T, s store.Store, inTransaction bool, w store.Write) error {
	if tx, ok := s.(store.Transactor); ok && inTransaction {
		_, err := tx.AppendAll(t.Context(), []store.Write{w})
		return err
	}
	_, err := s.Append(t.Context(), w)
	return err
}

func (s *suite) logID(t *testing.T, st store.Store) {
	is := func(want uuid.UUID) {
		t.Helper()
		id, err := store.LogID(t.Context(), st)
		require.NoError(t, err)
		require.Equal(t, want, id)
	}
	is(uuid.Nil)
	first := mustAppend(t, st, "s-1", 3)[0].ID
	is(first)
	mustAppend(t, st, "a-1", 1)
	is(first)
	if s.Features.Reopen != nil {
		st = s.Features.Reopen(t, st)
		is(first)
	}
	if s.Features.Truncate != nil {
		require.NoError(t, s.Features.Truncate(t.Context(), st, "s-1", 3))
		is(first)
	}
	require.NoError(t, st.Close())
	_, err := store.LogID(t.Context(), st)
	require.ErrorIs(t, err, store.ErrClosed, "not an empty log")
}
