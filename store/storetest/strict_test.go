package storetest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestStrictConformance(t *testing.T) {
	storetest.Run(t, storetest.Config{
		Open: func(testing.TB) store.Store { return memory.New() },
		Features: storetest.Features{
			Transactions: true,
			// Memory cannot be opened again, but its names can be asked for by
			// somebody new.
			Reopen: func(_ testing.TB, s store.Store) store.Store { return s },
			Truncate: func(ctx context.Context, s store.Store, stream string, before uint64) error {
				return s.(*memory.Store).Truncate(ctx, stream, before)
			},
		},
	}.Strict(11))
}

// namesOf are the log's names: 0, its records', and what who has caught up with
// each of them is told.
func namesOf(t require.TestingT, ctx context.Context, log store.Store, n int) []event.Position {
	names := []event.Position{0}
	for i := 0; ; i++ {
		for note, err := range log.Subscribe(ctx, names[len(names)-1]) {
			require.NoError(t, err)
			if !note.CaughtUp() {
				t.Errorf("a record behind all of them")
			}
			if last := names[len(names)-1]; note.Position != last {
				names = append(names, note.Position)
			}
			break
		}
		if i == n {
			return names
		}
		done, err := log.Append(ctx, store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err)
		names = append(names, done.Position)
	}
}

func TestStrictTakesNamesOnly(t *testing.T) {
	const events = 60
	below := memory.New()
	log := storetest.Strict(below, 3)
	names := namesOf(t, t.Context(), log, events)
	require.Greater(t, len(names), events+1, "a checkpoint now and then")
	for i, name := range names[1:] {
		require.GreaterOrEqual(t, name, names[i]+2)
		require.Greater(t, name, event.Position(events), "none of the store's own")
	}
	begin := func(span store.Span) error {
		for _, err := range log.ReadAll(t.Context(), span) {
			return err
		}
		return nil
	}
	subscribe := func(after event.Position) error {
		for _, err := range log.Subscribe(t.Context(), after) {
			return err
		}
		return nil
	}
	for _, name := range names {
		require.NoError(t, begin(store.Span{After: name}))
		require.NoError(t, begin(store.Span{From: name}))
		require.NoError(t, subscribe(name))
		for _, none := range []event.Position{name - 1, name + 1} {
			require.ErrorIs(t, begin(store.Span{After: none}), store.ErrUnknownPosition)
			require.ErrorIs(t, begin(store.Span{From: none}), store.ErrUnknownPosition)
			require.ErrorIs(t, subscribe(none), store.ErrUnknownPosition)
			require.NoError(t, begin(store.Span{Through: none}))
		}
	}
	for own := range event.Position(events) {
		require.ErrorIs(t, begin(store.Span{After: own + 1}), store.ErrUnknownPosition)
	}
}

// What a span of names holds is what lies between them.
func TestStrictSpans(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := storetest.Strict(memory.New(), rapid.Uint64().Draw(rt, "seed"))
		names := namesOf(rt, t.Context(), log, rapid.IntRange(1, 12).Draw(rt, "events"))
		all, err := storetest.All(t.Context(), log)
		require.NoError(rt, err)
		last := names[len(names)-1]
		span := store.Span{
			After:   rapid.SampledFrom(names).Draw(rt, "after"),
			From:    rapid.SampledFrom(append(make([]event.Position, len(names)), names...)).Draw(rt, "from"),
			Through: event.Position(rapid.Uint64Range(0, uint64(last)+3000).Draw(rt, "through")),
		}
		if rapid.Bool().Draw(rt, "at a name") {
			span.Through = rapid.SampledFrom(names).Draw(rt, "through")
		}
		var want, have, cut []event.Position
		for _, r := range all {
			if r.Position >= span.First() && (span.Through == 0 || r.Position <= span.Through) {
				want = append(want, r.Position)
			}
		}
		read := func(span store.Span, into *[]event.Position) {
			for r, err := range log.ReadAll(t.Context(), span) {
				require.NoError(rt, err)
				*into = append(*into, r.Position)
			}
		}
		read(span, &have)
		require.Equal(rt, want, have, "%+v", span)
		if span.Through == 0 {
			return
		}
		for part, err := range log.(store.Cutter).Cut(t.Context(), span, rapid.IntRange(1, 4).Draw(rt, "of")) {
			require.NoError(rt, err)
			read(part, &cut)
		}
		require.Equal(rt, want, cut, "%+v", span)
	})
}

// The names are the log's, not the reader's.
func TestStrictNamesAreTheLogs(t *testing.T) {
	below := memory.New()
	first := storetest.Strict(below, 5)
	names := namesOf(t, t.Context(), first, 20)
	want, err := storetest.All(t.Context(), first)
	require.NoError(t, err)
	have, err := storetest.All(t.Context(), storetest.Strict(below, 5))
	require.NoError(t, err)
	require.Equal(t, want, have)
	other, err := storetest.All(t.Context(), storetest.Strict(below, 6))
	require.NoError(t, err)
	require.NotEqual(t, want, other)
	for range storetest.Strict(memory.New(), 5).ReadAll(t.Context(), store.Span{After: names[len(names)-1]}) {
		return // refused
	}
	t.Fatal("a name that this log did not give yet")
}

// It can do what the store below can, and no more.
func TestStrictCanDoWhatTheStoreCan(t *testing.T) {
	abilities := func(s store.Store) (can [3]bool) {
		_, can[0] = s.(store.Transactor)
		_, can[1] = s.(store.ColumnReader)
		_, can[2] = s.(store.Cutter)
		return can
	}
	m := memory.New()
	for _, below := range []store.Store{
		m,
		struct{ store.Store }{m},
		struct{ store.Transactor }{m},
		struct{ store.Cutter }{m},
	} {
		require.Equal(t, abilities(below), abilities(storetest.Strict(below, 1)))
	}
}
