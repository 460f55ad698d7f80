package acceptance_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/archive"
)

// TestOneTruth: one history in a SQLite log, an archive and an EventStoreDB,
// folded into memory, followed by a runner and rebuilt into SQLite and
// PostgreSQL, on 1, 2 and 7 partitions, comes to the same reports at every
// moment that the history comes with, under every preset (see reports), and from the
// archive to the same answers to every other question. TestHistories compares the log's
// reports with an independent implementation.
func TestOneTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("what it puts together is tested by the packages that it comes from")
	}
	base := "../../examples/history/" + long.Among("small", "small", "medium")
	m := markettest.At(t, "sqlite:"+filepath.Join(t.TempDir(), "market.db"))
	markettest.ImportFile(t, m, historyFile(base))
	folder := t.TempDir()
	_, err := archive.Export(t.Context(), m.Store(), folder, archive.ExportOptions{})
	require.NoError(t, err)
	url := esdbtest.Start(t).ConnectionString()
	sources := map[string]store.Store{"sqlite": m.Store()}
	for name, url := range map[string]string{"archive": "archive:" + folder, "eventstoredb": url} {
		s, err := open.Store(t.Context(), url, name == "archive")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		sources[name] = s
	}
	_, err = archive.Restore(t.Context(), sources["archive"], sources["eventstoredb"], nil)
	require.NoError(t, err)

	moments := momentsOf(t, base)
	model := loaded(t, sources["sqlite"], 1)
	want := reports(t, model, moments, long.Run())
	check := func(name string, s statistics.Source, thorough bool) {
		t.Helper()
		for key, got := range reports(t, s, moments, thorough) {
			require.Equal(t, want[key], got, "%s, %s", name, key)
		}
	}
	last := moments[len(moments)-1:]
	told := answers(t, model, sources["sqlite"], last)
	for name, s := range sources {
		for _, workers := range long.Pick([]int{2}, []int{1, 2, 8}) { // TestEveryStoreAnswersAlike has them all
			other := loaded(t, s, workers)
			require.Equal(t, told, answers(t, other, s, last), "%s, %d workers", name, workers)
			if workers != 2 {
				continue // what the answers are made of is the same
			}
			check("memory from "+name, other, long.Run())
			if name == "archive" { // positions, which facts tell, are others in EventStoreDB
				readmodeltest.RequireSame(t, model, other, last)
			}
		}
	}

	t.Run("SQLite", func(t *testing.T) {
		rebuildAll(t, m, sources, check, func() string { return "sqlite:" + filepath.Join(t.TempDir(), "model.db") })
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		var server postgrestest.Shared
		defer func() { require.NoError(t, server.Close()) }()
		rebuildAll(t, m, sources, check, func() string { return server.Server(t).Database(t) })
	})
}

// rebuildAll makes the read model in one kind of database in every way.
func rebuildAll(t *testing.T, m *marketplace.Marketplace, sources map[string]store.Store,
	check func(string, statistics.Source, bool), fresh func() string) {
	check("by a runner", followed(t, m, fresh()), long.Run())
	opened := func() *readmodel.ReadModel {
		model, err := open.ReadModel(t.Context(), fresh(), false, readmodel.Options{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, model.Close()) })
		return model
	}
	model := opened()
	for _, r := range []struct {
		source     string
		partitions int
	}{{"sqlite", 1}, {"archive", 2}, {"archive", 7}, {"sqlite", 7}} {
		name := fmt.Sprintf("rebuilt from %s on %d partitions", r.source, r.partitions)
		done, err := model.Rebuild(t.Context(), sources[r.source], readmodel.RebuildOptions{Partitions: r.partitions})
		require.NoError(t, err, name)
		if c := done.Comparison; c != nil {
			require.True(t, c.Equal(), name)
		}
		check(name, model, false) // its rows are compared besides
	}
	// Its positions are others, so it is rebuilt into a database of its own.
	other := opened()
	_, err := other.Rebuild(t.Context(), sources["eventstoredb"], readmodel.RebuildOptions{Partitions: 2})
	require.NoError(t, err)
	check("rebuilt from EventStoreDB", other, false)
}

func loaded(t *testing.T, s store.Store, workers int) *projection.Model {
	t.Helper()
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), s, workers))
	return model
}

// momentsOf are the moments of a history's stats reports, of which some differ in
// the policy alone.
func momentsOf(t *testing.T, base string) (moments []event.Time) {
	t.Helper()
	files, err := filepath.Glob(base + ".stats.*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		var report struct {
			AsOf event.Time `json:"as_of"`
		}
		readJSON(t, file, &report)
		moments = append(moments, report.AsOf)
	}
	slices.Sort(moments)
	return slices.Compact(moments)
}

// reports are the reports of all moments: thoroughly under all presets, else only the
// last one under others than the default.
func reports(t *testing.T, s statistics.Source, moments []event.Time, thorough bool) map[string]*statistics.Report {
	t.Helper()
	all := map[string]*statistics.Report{}
	for i, at := range moments {
		names := statistics.PresetNames()
		if !thorough && i+1 < len(moments) {
			names = []string{statistics.DefaultPolicy}
		}
		for _, name := range names {
			p, err := statistics.Preset(name)
			require.NoError(t, err)
			report, err := statistics.Ask(t.Context(), s, statistics.FullReport(), at, p)
			require.NoError(t, err)
			all[at.String()+" "+name] = report
		}
	}
	return all
}
