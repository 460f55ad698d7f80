package projection_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// columnsInMemory is a log of which only the columns are there.
type columnsInMemory struct {
	store.Store
	parts  []store.ColumnPart
	blocks map[store.Span]*event.ColumnBlock
}

func (l *columnsInMemory) Head(context.Context) (event.Position, error) {
	return l.parts[len(l.parts)-1].Through, nil
}

func (l *columnsInMemory) ColumnParts(context.Context, store.Span, event.ColumnSchema) ([]store.ColumnPart, error) {
	return slices.Clone(l.parts), nil
}

func (l *columnsInMemory) ReadColumns(_ context.Context, p store.ColumnPart, into *event.ColumnBlock) error {
	*into = *l.blocks[p.Span]
	return nil
}

// inBothForms makes up a history of at least n events in four years, as columns
// in blocks of 128 Ki and as structs.
func inBothForms(b *testing.B, n int) (*columnsInMemory, []event.Envelope) {
	const block = 1 << 17
	m := market.Large(n)
	slices.SortStableFunc(m.History, func(a, b market.Event) int { return cmp.Compare(a.At, b.At) })
	registry := event.Marketplace()
	log := &columnsInMemory{blocks: map[store.Span]*event.ColumnBlock{}}
	structs := make([]event.Envelope, 0, len(m.History))
	builder := registry.NewColumnBuilder()
	next := map[string]uint64{}
	for i, d := range m.History {
		env := event.Envelope{
			ID: m.ID(), Stream: d.Stream, Revision: next[d.Stream], Position: event.Position(i + 1), Version: 1,
			Meta: event.Meta{OccurredAt: d.At, Actor: event.ActorPlatform}, Event: d.Event,
		}
		next[d.Stream]++
		structs = append(structs, env)
		p, err := registry.Encode(env.ID, env.Meta, env.Event)
		require.NoError(b, err)
		require.NoError(b, builder.Add(&event.Record{Proposed: p, Stream: env.Stream, Revision: env.Revision, Position: env.Position}))
		if builder.Block().Len() == block || i == len(m.History)-1 {
			part := store.ColumnPart{Span: store.Span{Through: env.Position}, Events: builder.Block().Len(), Columns: true}
			if n := len(log.parts); n > 0 {
				part.After = log.parts[n-1].Through
			}
			log.parts = append(log.parts, part)
			log.blocks[part.Span] = builder.Block()
			builder = registry.NewColumnBuilder()
		}
	}
	return log, structs
}

// BenchmarkFoldColumns folds a million events (or as many millions as
// MARKETPLACE_BENCH_MILLIONS says) that are in memory already: as structs, the
// yardstick of a load from an archive, and as columns, which is what is left of
// such a load once its files are read.
func BenchmarkFoldColumns(b *testing.B) {
	log, structs := inBothForms(b, market.Size(b, million))
	measure := func(name string, fold func(*projection.Model) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var n event.Position
			for b.Loop() {
				m := projection.NewModel()
				require.NoError(b, fold(m))
				n += m.Position()
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
		})
	}
	measure("structs", func(m *projection.Model) error { return m.FoldEnvelopes(structs) })
	for _, workers := range []int{1, 2} {
		measure(fmt.Sprintf("columns/workers=%d", workers), func(m *projection.Model) error { return m.Load(b.Context(), log, workers) })
	}
}
