package projection_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// A folder's records answer as the model of the same log.
func TestFolder(t *testing.T) {
	m := market.New(7)
	m.Rough = true
	m.RegisterClients(10)
	for range 5 {
		m.Freelancer(10, 10)
	}
	log := projectiontest.NewLog()
	defer log.Close()
	m.WriteTo(t, log)
	records := projectiontest.Folded(t, log)
	got, err := records.Model()
	require.NoError(t, err)
	want := projection.NewModel()
	require.NoError(t, want.Load(t.Context(), log, 1))
	for _, name := range statistics.PresetNames() {
		for at := market.Opens; at < market.Ends; at = at.AddDays(97) {
			a, err := statistics.Ask(t.Context(), want, statistics.FullReport(), at, projectiontest.Preset(t, name))
			require.NoError(t, err)
			b, err := statistics.Ask(t.Context(), got, statistics.FullReport(), at, projectiontest.Preset(t, name))
			require.NoError(t, err)
			requireSameJSON(t, a, b)
		}
	}
}

func requireSameJSON(t *testing.T, a, b any) {
	t.Helper()
	x, err := json.Marshal(a)
	require.NoError(t, err)
	y, err := json.Marshal(b)
	require.NoError(t, err)
	require.JSONEq(t, string(x), string(y))
}

// What a folder cannot take changes nothing, and the parts of a log are the log.
func TestFolderParts(t *testing.T) {
	m := market.New(8)
	m.RegisterClients(3)
	m.Freelancer(5, 5)
	log := projectiontest.NewLog()
	defer log.Close()
	m.WriteTo(t, log)
	whole := projectiontest.Folded(t, log)
	parts := projection.NewRecords()
	for i := range 7 {
		f, err := projection.NewFolder(projection.Partition{Index: i, Of: 7})
		require.NoError(t, err)
		for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
			require.NoError(t, err)
			require.NoError(t, f.Fold(&rec, parts))
		}
	}
	require.Equal(t, whole, parts)

	f, err := projection.NewFolder(projection.Partition{})
	require.NoError(t, err)
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		category, _, _, _ := event.ParseStream(rec.Stream)
		if category == event.CategoryWorkWeek {
			continue
		}
		require.ErrorIs(t, f.Fold(&rec, parts), projection.ErrRepeated)
	}
	require.Equal(t, whole, parts)
	_, err = projection.NewFolder(projection.Partition{Index: 2, Of: 2})
	require.ErrorIs(t, err, projection.ErrInvalidPartition)
}
