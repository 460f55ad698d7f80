package storetest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

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
