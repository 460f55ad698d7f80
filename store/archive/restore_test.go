package archive

import (
	"context"
	"iter"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/sqlite"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestRestoreIntoSQLite(t *testing.T) {
	log := contracts(t, 1500) // more than one transaction
	s := opened(t, exportOf(t, log, ExportOptions{}))
	into, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), sqlite.Options{})
	require.NoError(t, err)
	defer into.Close()
	var seen []int64
	done, err := Restore(t.Context(), s, into, func(p Progress) { seen = append(seen, p.Events) })
	require.NoError(t, err)
	require.Equal(t, int64(1500*contractEvents), done.Events)
	require.Len(t, seen, 3)
	sameButForTime(t, log, into)
	require.NoError(t, into.Verify(t.Context()))

	done, err = Restore(t.Context(), s, into, nil)
	require.NoError(t, err, "nothing is left to do")
	require.Zero(t, done.Events)
}

// oneByOne is a store that writes to one stream at a time, and stops after a
// number of writes.
type oneByOne struct {
	store.Store
	left int
}

func (o *oneByOne) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if o.left--; o.left < 0 {
		return store.Appended{}, store.ErrUnavailable
	}
	return o.Store.Append(ctx, w)
}

func TestRestoreGoesOn(t *testing.T) {
	log := contracts(t, 50)
	s := opened(t, exportOf(t, log, small))
	into := memory.New()
	calls := 0
	for {
		calls++
		_, err := Restore(t.Context(), s, &oneByOne{into, 7}, nil)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, store.ErrUnavailable)
	}
	require.Equal(t, 8, calls)
	sameButForTime(t, log, into)
}

func TestRestoreRefusesAStoreWithOtherEvents(t *testing.T) {
	s := opened(t, exportOf(t, contracts(t, 5), small))
	other := memory.New()
	extend(t, other, 1, 1)
	longer := contracts(t, 6)
	foreign := memory.New()
	_, err := foreign.Append(t.Context(), store.Write{Stream: "host-1", Expected: store.Any, Events: storetest.Events(1)})
	require.NoError(t, err)
	for name, into := range map[string]*memory.Store{"other events": other, "more events": longer, "a host's": foreign} {
		t.Run(name, func(t *testing.T) {
			before := everything(t, into)
			_, err := Restore(t.Context(), s, into, nil)
			require.ErrorIs(t, err, ErrOtherLog)
			require.Equal(t, before, everything(t, into))
		})
	}
}

// Positions may have gaps, as EventStoreDB's have.
func TestSparsePositions(t *testing.T) {
	log := sparse{contracts(t, 50)}
	dir := exportOf(t, log, small)
	s := opened(t, dir)
	sameLogs(t, log, s)
	require.NoError(t, s.Verify(t.Context()))
	for after := event.Position(0); after < 3000; after += 101 {
		for _, span := range []store.Span{{After: after}, {After: after, Through: after + 333}} {
			var want, have []event.Position
			for rec, err := range log.ReadAll(t.Context(), span) {
				require.NoError(t, err)
				want = append(want, rec.Position)
			}
			for rec, err := range s.ReadAll(t.Context(), span) {
				require.NoError(t, err)
				have = append(have, rec.Position)
			}
			require.Equal(t, want, have, span)
			partsHold(t, s, span, have)
		}
	}
	into := memory.New()
	_, err := Restore(t.Context(), s, into, nil)
	require.NoError(t, err)
	sameButForTime(t, log, into)
}

// partsHold checks that each event of the span is in one part.
func partsHold(t *testing.T, s *Store, span store.Span, want []event.Position) {
	t.Helper()
	parts, err := s.FactParts(t.Context(), span, event.Marketplace().FactSchema())
	require.NoError(t, err)
	var have []event.Position
	for _, p := range parts {
		n := len(have)
		if p.Columns {
			var f event.Facts
			require.NoError(t, s.ReadFacts(t.Context(), p, &f))
			have = append(have, f.Positions...)
		} else {
			for rec, err := range s.ReadAll(t.Context(), p.Span) {
				require.NoError(t, err)
				have = append(have, rec.Position)
			}
		}
		require.Equal(t, p.Events, len(have)-n)
	}
	require.Equal(t, want, have)
}

// sparse is a log whose positions are 3, 6, 9, ….
type sparse struct{ *memory.Store }

func (s sparse) Head(ctx context.Context) (event.Position, error) {
	head, err := s.Store.Head(ctx)
	return 3 * head, err
}

func (s sparse) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range s.Store.ReadAll(ctx, store.Span{}) {
			rec.Position *= 3
			if rec.Position <= span.After || (span.Through != 0 && rec.Position > span.Through) {
				continue
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}
