package archive

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
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
	into := newLog()
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
	other := newLog()
	extend(t, other, 1, 1)
	longer := contracts(t, 6)
	foreign := newLog()
	_, err := foreign.Append(t.Context(), store.Write{Stream: "host-1", Expected: store.Any, Events: storetest.Events(1)})
	require.NoError(t, err)
	for name, into := range map[string]store.Store{"other events": other, "more events": longer, "a host's": foreign} {
		t.Run(name, func(t *testing.T) {
			before := everything(t, into)
			_, err := Restore(t.Context(), s, into, nil)
			require.ErrorIs(t, err, ErrOtherLog)
			require.Equal(t, before, everything(t, into))
		})
	}
}

// A span begins at a name and ends anywhere, and the archive has of it what the
// log has.
func TestSpans(t *testing.T) {
	log := contracts(t, 50)
	s := opened(t, exportOf(t, log, small))
	all := everything(t, log)
	ends := []event.Position{0}
	for i := 0; i < len(all); i += 37 {
		ends = append(ends, all[i].Position-1, all[i].Position, all[i].Position+1)
	}
	ends = append(ends, all[len(all)-1].Position, math.MaxUint64)
	for i := -1; i < len(all); i += 29 {
		for _, through := range ends {
			spans := []store.Span{{Through: through}}
			if i >= 0 {
				spans = []store.Span{{After: all[i].Position, Through: through}, {From: all[i].Position, Through: through}}
			}
			for _, span := range spans {
				want := positionsIn(t, log, span)
				require.Equal(t, want, positionsIn(t, s, span), span)
				partsHold(t, s, span, want)
			}
		}
	}
	into := newLog()
	_, err := Restore(t.Context(), s, into, nil)
	require.NoError(t, err)
	sameButForTime(t, log, into)
}

func positionsIn(t *testing.T, s store.Store, span store.Span) (all []event.Position) {
	t.Helper()
	for rec, err := range s.ReadAll(t.Context(), span) {
		require.NoError(t, err)
		all = append(all, rec.Position)
	}
	return all
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
