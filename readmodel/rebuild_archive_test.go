package readmodel_test

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// countedArchive counts the events that are read of it as records.
type countedArchive struct {
	*archive.Store
	records atomic.Int64
}

func (a *countedArchive) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range a.Store.ReadAll(ctx, span) {
			a.records.Add(1)
			if !yield(rec, err) {
				return
			}
		}
	}
}

// TestRebuildFromArchiveTakesColumns: it makes what a runner on the log makes,
// and reads no event as a record but those by which the log is known: its first
// and its newest.
func TestRebuildFromArchiveTakesColumns(t *testing.T) {
	log, dir := small(t), t.TempDir()
	_, err := archive.Export(t.Context(), log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	s, err := archive.Open(t.Context(), dir, archive.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	onBoth(t, func(t *testing.T, empty func(testing.TB) func() readmodel.Database) {
		m := model(t, empty(t)(), readmodel.Options{})
		follow(t, m, log, 1)
		from := &countedArchive{Store: s}
		done, err := m.Rebuild(t.Context(), from, readmodel.RebuildOptions{Partitions: 2, Workers: 2})
		require.NoError(t, err)
		require.True(t, done.Comparison.Equal(), "%+v", done.Comparison)
		head, err := s.Head(t.Context())
		require.NoError(t, err)
		require.Less(t, from.records.Load(), int64(head)/100)
	})
}
