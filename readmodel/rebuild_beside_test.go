package readmodel_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// TestRebuildBesideAnother: one at a time.
func TestRebuildBesideAnother(t *testing.T) {
	log := small(t)
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		reopen := empty(t)
		m, other := model(t, reopen(), readmodel.Options{}), model(t, reopen(), readmodel.Options{})
		var second error
		_, err := m.Rebuild(t.Context(), log, readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) {
			if p.Phase == readmodel.RebuildIndexing {
				_, second = other.Rebuild(t.Context(), log, readmodel.RebuildOptions{})
			}
		}})
		require.NoError(t, err)
		require.ErrorIs(t, second, readmodel.ErrLeased)
	})
}

// TestRebuildBesideRunners: runners of the live version go on while it is
// rebuilt, and go over to the new version; whoever has seen an event sees it
// after the swap.
func TestRebuildBesideRunners(t *testing.T) {
	source := small(t)
	var events []event.Record
	for rec, err := range source.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		events = append(events, rec.Clone())
	}
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		log, ctx := strictLog(), t.Context()
		appendTo := func(from, to int) (last event.Position) {
			for _, e := range events[from:to] {
				done, err := log.Append(ctx, store.Write{Stream: e.Stream, Expected: store.Any, Events: []event.Proposed{e.Proposed}})
				require.NoError(t, err)
				last = done.Position
			}
			return last
		}
		last := appendTo(0, len(events)/2)
		m := model(t, empty(t)(), readmodel.Options{})
		running, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		defer all.Wait()
		defer stop()
		r, err := m.NewRunner(log, readmodel.RunnerOptions{})
		require.NoError(t, err)
		all.Go(func() { _ = r.Run(running) })
		require.NoError(t, r.WaitFor(ctx, last))

		at := len(events) / 2
		_, err = m.Rebuild(ctx, log, readmodel.RebuildOptions{Progress: func(p readmodel.RebuildProgress) {
			// Something comes before every phase, and the live version has it.
			last = appendTo(at, at+10)
			at += 10
			require.NoError(t, r.WaitFor(ctx, last))
			now, err := m.Position(ctx)
			require.NoError(t, err)
			require.GreaterOrEqual(t, now, last)
		}})
		require.NoError(t, err)
		now, err := m.Position(ctx)
		require.NoError(t, err)
		require.GreaterOrEqual(t, now, last, "the new version has all that was seen")
		last = appendTo(at, len(events))
		require.NoError(t, r.WaitFor(ctx, last))
		now, err = m.Position(ctx)
		require.NoError(t, err)
		require.GreaterOrEqual(t, now, last, "the runner writes the new version")
		done, err := m.Rebuild(ctx, log, readmodel.RebuildOptions{})
		require.NoError(t, err)
		require.True(t, done.Comparison.Equal(), "%+v", done.Comparison)
	})
}
