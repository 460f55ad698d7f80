package acceptance_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/open"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/readmodeltest"
	"github.com/marketcore/marketplace/script/scriptfile"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store/sqlite"
)

// TestReadModelsOfHistories: of every history a read model in a file of its
// own, and one in the log's file, say what the model in memory says, which
// TestHistories compares with an independent implementation.
func TestReadModelsOfHistories(t *testing.T) {
	reports, err := filepath.Glob("../../examples/history/*.import.json")
	require.NoError(t, err)
	require.NotEmpty(t, reports)
	for _, report := range reports {
		base := strings.TrimSuffix(report, ".import.json")
		if !long.Run() && filepath.Base(base) != "small" {
			continue // the larger ones do nothing that the small one does not
		}
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			testReadModelsOfHistory(t, base)
		})
	}
}

func testReadModelsOfHistory(t *testing.T, base string) {
	path := filepath.Join(t.TempDir(), "market.db")
	m := markettest.At(t, "sqlite:"+path)
	f, err := scriptfile.Open(historyFile(base))
	require.NoError(t, err)
	defer f.Close()
	_, err = m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	want := projection.NewModel()
	require.NoError(t, want.Load(t.Context(), m.Store(), 1))

	moments := momentsOf(t, base)
	if testing.Short() || filepath.Base(base) != "small" {
		moments = moments[len(moments)-1:] // TestOneTruth asks the medium one as of all, in a long run
	}
	for _, url := range []string{"sqlite:" + filepath.Join(t.TempDir(), "model.db"), "sqlite:" + path} {
		model := followed(t, m, url)
		readmodeltest.RequireSame(t, want, model, moments)
	}
	require.NoError(t, m.Store().(*sqlite.Store).Verify(t.Context()), "a log is a log with a read model in its file")
}

// followed is the read model at a URL once it holds the whole log.
func followed(t *testing.T, m *marketplace.Marketplace, url string) *readmodel.ReadModel {
	t.Helper()
	model, err := open.ReadModel(t.Context(), url, false, readmodel.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, model.Close()) })
	r, err := model.NewRunner(m.Store(), readmodel.RunnerOptions{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	head, err := m.Store().Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	cancel()
	require.NoError(t, <-ended)
	return model
}

// TestOneFile: commands are taken while a runner writes its tables into the
// log's own file; both go on, and the log verifies, backs up and opens again.
func TestOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "market.db")
	m := markettest.At(t, "sqlite:"+path)
	model, err := open.ReadModel(t.Context(), "sqlite:"+path, false, readmodel.Options{})
	require.NoError(t, err)
	r, err := model.NewRunner(m.Store(), readmodel.RunnerOptions{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	asked := marketplace.QuestionsTo(model, nil)
	for range 200 {
		id := uuid.New()
		done, err := m.Do(t.Context(), aggregate.RegisterFreelancer{Freelancer: id})
		require.NoError(t, err)
		require.NoError(t, r.WaitFor(t.Context(), done.Position))
		_, err = marketplace.Ask(t.Context(), asked, statistics.FreelancerStatsOf(id), marketplace.AsOf(time.Now().Add(time.Hour)))
		require.NoError(t, err, "read your writes")
	}
	log := m.Store().(*sqlite.Store)
	require.NoError(t, log.Verify(t.Context()))
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, log.Backup(t.Context(), backup))
	cancel()
	require.NoError(t, <-ended)
	require.NoError(t, model.Close())
	require.NoError(t, m.Close())

	for _, file := range []string{path, backup} {
		again := markettest.At(t, "sqlite:"+file)
		require.NoError(t, again.Store().(*sqlite.Store).Verify(t.Context()))
		want := projection.NewModel()
		require.NoError(t, want.Load(t.Context(), again.Store(), 1))
		readmodeltest.RequireSame(t, want, followed(t, again, "sqlite:"+file), []event.Time{event.At(time.Now().Add(time.Hour))})
	}
}
