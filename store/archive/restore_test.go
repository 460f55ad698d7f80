package archive

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
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

// Positions may be names with gaps, as EventStoreDB's are: the archive has the
// log's, and reads from and to them as the log does.
func TestPositionsAreNames(t *testing.T) {
	long.Sequential(t)
	log := contracts(t, 50)
	s := opened(t, exportOf(t, log, small))
	sameLogs(t, log, s)
	require.NoError(t, s.Verify(t.Context()))
	all := everything(t, log)
	for i := 0; i < len(all); i += 13 {
		name := all[i].Position
		for _, begin := range []store.Span{{}, {After: name}, {From: name}} {
			for _, through := range []event.Position{0, 1, name - 1, name, name + 1, all[min(i+70, len(all)-1)].Position + 300} {
				begin.Through = through
				want := positions(t, log, begin)
				require.Equal(t, want, positions(t, s, begin), begin)
				partsHold(t, s, begin, want)
			}
		}
	}
	into := newLog()
	_, err := Restore(t.Context(), s, into, nil)
	require.NoError(t, err)
	sameButForTime(t, log, into)
}

// An archive does not know of the names that lie between its records, and goes on
// at the next one; behind its end it knows that there is none.
func TestBeginningsBetweenRecords(t *testing.T) {
	long.Sequential(t)
	s := opened(t, exportOf(t, contracts(t, 20), small))
	all := everything(t, s)
	for i, r := range all[:len(all)-1] {
		for _, begin := range []store.Span{{After: r.Position + 1}, {From: r.Position + 1}} {
			have := positions(t, s, begin)
			require.Len(t, have, len(all)-i-1)
			require.Equal(t, all[i+1].Position, have[0])
			partsHold(t, s, begin, have)
		}
	}
	end := all[len(all)-1].Position
	require.Empty(t, positions(t, s, store.Span{After: end}))
	for _, begin := range []store.Span{{After: end + 1}, {From: end + 1}, {After: math.MaxUint64}} {
		for _, err := range s.ReadAll(t.Context(), begin) {
			require.ErrorIs(t, err, store.ErrUnknownPosition)
		}
		for _, err := range s.Subscribe(t.Context(), begin.Begin()) {
			require.ErrorIs(t, err, store.ErrUnknownPosition)
		}
		_, err := s.ColumnParts(t.Context(), begin, event.Marketplace().ColumnSchema())
		require.ErrorIs(t, err, store.ErrUnknownPosition)
	}
}

// An archive can stand below a store that renames it: its parts and their columns
// are renamed too.
func TestRenamedParts(t *testing.T) {
	long.Sequential(t)
	s := storetest.Strict(opened(t, exportOf(t, contracts(t, 50), small)), 4)
	all := everything(t, s)
	for i := 0; i < len(all); i += 29 {
		for _, begin := range []store.Span{{}, {After: all[i].Position}, {From: all[i].Position}} {
			for _, through := range []event.Position{0, 1, all[0].Position - 1, all[i].Position, all[min(i+90, len(all)-1)].Position + 1} {
				begin.Through = through
				partsHold(t, s.(store.ColumnReader), begin, positions(t, s, begin))
			}
		}
	}
}

func positions(t testing.TB, s store.Store, span store.Span) (positions []event.Position) {
	t.Helper()
	for rec, err := range s.ReadAll(t.Context(), span) {
		require.NoError(t, err)
		positions = append(positions, rec.Position)
	}
	return positions
}

// partsHold checks that each event of the span is in one part.
func partsHold(t *testing.T, s store.ColumnReader, span store.Span, want []event.Position) {
	t.Helper()
	parts, err := s.ColumnParts(t.Context(), span, event.Marketplace().ColumnSchema())
	require.NoError(t, err)
	var have []event.Position
	for _, p := range parts {
		n := len(have)
		if p.Columns {
			var f event.ColumnBlock
			require.NoError(t, s.ReadColumns(t.Context(), p, &f))
			have = append(have, f.Positions...)
		} else {
			have = append(have, positions(t, s, p.Span)...)
		}
		require.Equal(t, p.Events, len(have)-n)
	}
	require.Equal(t, want, have)
}
