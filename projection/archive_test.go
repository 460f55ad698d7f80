package projection_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// countedArchive counts how an archive is read.
type countedArchive struct {
	*archive.Store
	records, columns atomic.Int64 // events read in each form
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

func (a *countedArchive) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	err := a.Store.ReadColumns(ctx, part, into)
	a.columns.Add(int64(into.Len()))
	return err
}

// TestArchiveIsLoadedByItsColumns: a model of an archive is that of its log, and
// no event of it was decoded; likewise for what a later export adds.
func TestArchiveIsLoadedByItsColumns(t *testing.T) {
	log, moments := someHistory(t)
	dir := t.TempDir()
	export := func() int64 {
		done, err := archive.Export(t.Context(), log, dir, archive.ExportOptions{})
		require.NoError(t, err)
		return done.Events
	}
	events := export()
	for _, workers := range []int{1, 2} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			s, err := archive.Open(t.Context(), dir, archive.Options{})
			require.NoError(t, err)
			defer s.Close()
			from := &countedArchive{Store: s}
			m := projection.NewModel()
			require.NoError(t, m.Load(t.Context(), from, workers))
			require.Equal(t, events, from.columns.Load())
			require.Zero(t, from.records.Load())
			want := projectiontest.Loaded(t, log)
			require.Equal(t, want.Position(), m.Position())
			require.Equal(t, recordsOf(t, want), recordsOf(t, m))
			require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, m, moments))

			projectiontest.Write(t, log, event.ClientStream(projectiontest.Named(t.Name())), projectiontest.Encoded(t, projectiontest.June, &event.ClientRegistered{}))
			events += export()
			require.NoError(t, m.Load(t.Context(), from, workers))
			require.Equal(t, events, from.columns.Load(), "only what is new")
			require.Zero(t, from.records.Load())
			require.Equal(t, recordsOf(t, projectiontest.Loaded(t, log)), recordsOf(t, m))
		})
	}
}

// TestArchiveOfAnOlderLibrary: what was exported before the host had one more type
// is loaded by its columns; what holds a type that has a new version since is
// decoded. The model is the same.
func TestArchiveOfAnOlderLibrary(t *testing.T) {
	long.Sequential(t)
	v := func(version int) event.Schema { return event.Schema{Type: "InviteSent", Version: version} }
	types := slices.DeleteFunc(event.Types(), func(t event.Type) bool { return t.Event.EventType() == "InviteSent" })
	same := event.NewUpcast(v(1), v(2), func(old, next *event.InviteSent) error {
		*next = *old
		return nil
	})
	log, _ := someHistory(t)
	dir := t.TempDir()
	done, err := archive.Export(t.Context(), log, dir, archive.ExportOptions{})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		types   []event.Type
		upcasts []event.Upcast
		columns bool
	}{
		"the same types": {event.Types(), event.Upcasts(), true},
		"one more type":  {append(event.Types(), event.Type{Event: &hostEvent{}, Version: 1}), event.Upcasts(), true},
		"a new version":  {append(types, event.Type{Event: &event.InviteSent{}, Version: 2}), append(event.Upcasts(), same), false},
	} {
		t.Run(name, func(t *testing.T) {
			registry, err := event.NewRegistry(c.types, c.upcasts)
			require.NoError(t, err)
			s, err := archive.Open(t.Context(), dir, archive.Options{})
			require.NoError(t, err)
			defer s.Close()
			want := projection.NewModelBy(registry)
			require.NoError(t, want.Load(t.Context(), recordsOnly{s}, 1))
			for _, workers := range []int{1, 2} {
				from := &countedArchive{Store: s}
				m := projection.NewModelBy(registry)
				require.NoError(t, m.Load(t.Context(), from, workers))
				require.Equal(t, c.columns, from.columns.Load() == done.Events)
				require.Equal(t, c.columns, from.records.Load() == 0)
				require.Equal(t, recordsOf(t, want), recordsOf(t, m))
			}
		})
	}
}

// recordsOnly hides a store's columns.
type recordsOnly struct{ store.Store }
