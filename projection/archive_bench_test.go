package projection_test

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// madeUp is a history as a log to export, encoded while it is read.
type madeUp struct {
	store.Store
	m *market.Market
}

func (l madeUp) Head(context.Context) (event.Position, error) {
	return event.Position(len(l.m.History)), nil
}

func (l madeUp) ReadAll(_ context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		registry, next := event.Marketplace(), map[string]uint64{}
		for i, d := range l.m.History {
			command := l.m.ID()
			meta := event.Meta{OccurredAt: d.At, Actor: event.ActorPlatform, CommandID: command, CorrelationID: command, CausationID: command}
			p, err := registry.Encode(event.ID(command, 0), meta, d.Event)
			rec := event.Record{Proposed: p, Stream: d.Stream, Revision: next[d.Stream], Position: event.Position(i + 1), RecordedAt: d.At.Std()}
			next[d.Stream]++
			if rec.Position > span.After && !yield(rec, err) {
				return
			}
		}
	}
}

// BenchmarkFoldArchive folds an archive of a million events, or as many millions
// as MARKETPLACE_BENCH_MILLIONS says; read takes its columns and folds nothing.
// BenchmarkFoldColumns is its yardstick.
func BenchmarkFoldArchive(b *testing.B) {
	m := market.Large(market.Size(b, million))
	slices.SortStableFunc(m.History, func(a, b market.Event) int { return cmp.Compare(a.At, b.At) })
	dir := b.TempDir()
	_, err := archive.Export(b.Context(), madeUp{m: m}, dir, archive.ExportOptions{})
	require.NoError(b, err)
	m = nil
	s, err := archive.Open(b.Context(), dir, archive.Options{})
	require.NoError(b, err)
	defer s.Close()
	head, err := s.Head(b.Context())
	require.NoError(b, err)
	var size int64
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	require.NoError(b, err)
	for _, f := range files {
		info, err := os.Stat(f)
		require.NoError(b, err)
		size += info.Size()
	}
	measure := func(name string, fold func() int) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n += fold()
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
			b.ReportMetric(float64(size)/float64(head), "file-B/event")
		})
	}
	measure("read", func() (n int) {
		parts, err := s.ColumnParts(b.Context(), store.Span{Through: head}, event.Marketplace().ColumnSchema())
		require.NoError(b, err)
		var f event.ColumnBlock
		for _, p := range parts {
			require.True(b, p.Columns)
			require.NoError(b, s.ReadColumns(b.Context(), p, &f))
			n += f.Len()
		}
		return n
	})
	for _, workers := range []int{1, 2} {
		measure(fmt.Sprintf("workers=%d", workers), func() int {
			m := projection.NewModel()
			require.NoError(b, m.Load(b.Context(), s, workers))
			return int(m.Position())
		})
	}
}
