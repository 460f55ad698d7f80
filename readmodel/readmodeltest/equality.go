package readmodeltest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
)

// testEquality: whatever the number of partitions and the size of batches, a
// read model answers every question as the model in memory does. Where it has the
// same rows, a run that is not long asks it as of one moment.
func testEquality(t *testing.T, open Open) {
	skipShort(t)
	log, _ := roughLog(t, 1, 4)
	want := folded(t, log)
	var rows map[string][]string
	for _, c := range []struct{ partitions, batch int }{{1, 0}, {2, 7}, {7, 100}} {
		t.Run(fmt.Sprintf("%d partitions", c.partitions), func(t *testing.T) {
			db := open(t)()
			m := model(t, db, newClock(market.Ends), c.partitions)
			follow(t, m, log, c.partitions, readmodel.RunnerOptions{BatchEvents: c.batch})
			moments := sampleMoments()
			if rows == nil {
				rows = dump(t, db, 1)
			} else if !long.Run() {
				moments = []event.Time{market.Ends}
			}
			require.Equal(t, rows, dump(t, db, 1), "the rows do not depend on how they came")
			RequireSame(t, want, m, moments)
		})
	}
}

func sampleMoments() []event.Time {
	return []event.Time{
		market.Opens - 1, market.Opens, market.Opens.AddDays(400), event.MustParseTime("2018-02-28T23:59:59Z"),
		event.MustParseTime("2018-08-31T12:00:00Z"), market.Ends, event.Never,
	}
}

// RequireSame requires two models to answer every question alike, as of some
// moments and under every preset.
func RequireSame(t testing.TB, want, got projection.Statistics, moments []event.Time) {
	t.Helper()
	ctx := t.Context()
	for _, asOf := range moments {
		for _, name := range projection.PresetNames() {
			p := preset(t, name)
			report, err := want.Report(ctx, asOf, p)
			require.NoError(t, err)
			same(t, report, nil)(got.Report(ctx, asOf, p))
			same(t, &report.Marketplace, nil)(got.Marketplace(ctx, asOf, p))
			w, err := want.ExplainMarketplaceDisputeRate(ctx, asOf, p)
			same(t, w, err)(got.ExplainMarketplaceDisputeRate(ctx, asOf, p))
			if name == projection.DefaultPolicy { // others differ in scores alone
				requireSameMarket(t, want, got, asOf, p)
			}
			some := 0
			for id, stats := range report.Freelancers {
				if some++; some > 3 {
					break
				}
				same(t, stats, nil)(got.Freelancer(ctx, id, asOf, p))
				js, err := want.ExplainJobSuccess(ctx, id, asOf, p)
				same(t, js, err)(got.ExplainJobSuccess(ctx, id, asOf, p))
				rs, err := want.ExplainResponsiveness(ctx, id, asOf, p)
				same(t, rs, err)(got.ExplainResponsiveness(ctx, id, asOf, p))
				dr, err := want.ExplainFreelancerDisputeRate(ctx, id, asOf, p)
				same(t, dr, err)(got.ExplainFreelancerDisputeRate(ctx, id, asOf, p))
				requireSameFreelancer(t, want, got, id, asOf, p)
			}
			for id, stats := range report.Clients {
				if some++; some > 6 {
					break
				}
				same(t, stats, nil)(got.Client(ctx, id, asOf, p))
				dr, err := want.ExplainClientDisputeRate(ctx, id, asOf, p)
				same(t, dr, err)(got.ExplainClientDisputeRate(ctx, id, asOf, p))
				cp, err := want.ClientProfile(ctx, id, asOf, p)
				same(t, cp, err)(got.ClientProfile(ctx, id, asOf, p))
				x, err := want.ExplainClientProfile(ctx, id, asOf, p)
				same(t, x, err)(got.ExplainClientProfile(ctx, id, asOf, p))
			}
		}
	}
	p := preset(t, projection.DefaultPolicy)
	_, err := got.Freelancer(ctx, uuid.UUID{1}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = got.ExplainClientDisputeRate(ctx, uuid.UUID{1}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = got.MyStats(ctx, uuid.UUID{1}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = got.ClientProfile(ctx, uuid.UUID{1}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = got.Search(ctx, projection.SearchQuery{Offset: -1}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrInvalidQuery)
	_, err = got.ExplainWeek(ctx, event.Week{Year: 2017, Number: 53}, market.Ends, p)
	require.ErrorIs(t, err, projection.ErrInvalidQuery)
	for _, ask := range []func() error{
		func() error { _, err := got.Report(ctx, market.Ends, projection.Policy{}); return err },
		func() error { _, err := got.Marketplace(ctx, market.Ends, projection.Policy{}); return err },
	} {
		require.ErrorIs(t, ask(), projection.ErrInvalidPolicy)
	}
}

func requireSameMarket(t testing.TB, want, got projection.Statistics, asOf event.Time, p projection.Policy) {
	t.Helper()
	ctx := t.Context()
	figures, err := want.Figures(ctx, asOf, p)
	same(t, figures, err)(got.Figures(ctx, asOf, p))
	if n := len(figures.Weeks); n > 0 {
		week := figures.Weeks[n/2].Week
		w, err := want.ExplainWeek(ctx, week, asOf, p)
		same(t, w, err)(got.ExplainWeek(ctx, week, asOf, p))
	}
	f, err := want.ExplainMarketplaceFunnel(ctx, asOf, p)
	same(t, f, err)(got.ExplainMarketplaceFunnel(ctx, asOf, p))
	for _, q := range []projection.SearchQuery{{}, {Sort: projection.ByNewest, Offset: 1, Limit: 2}, {Sort: projection.ByLevel, Available: true, MinDisplayed: 40}} {
		s, err := want.Search(ctx, q, asOf, p)
		same(t, s, err)(got.Search(ctx, q, asOf, p))
	}
}

func requireSameFreelancer(t testing.TB, want, got projection.Statistics, id uuid.UUID, asOf event.Time, p projection.Policy) {
	t.Helper()
	ctx := t.Context()
	ms, err := want.MyStats(ctx, id, asOf, p)
	same(t, ms, err)(got.MyStats(ctx, id, asOf, p))
	f, err := want.ExplainFunnel(ctx, id, asOf, p)
	same(t, f, err)(got.ExplainFunnel(ctx, id, asOf, p))
	w, err := want.ExplainWork(ctx, id, asOf, p)
	same(t, w, err)(got.ExplainWork(ctx, id, asOf, p))
	b, err := want.ExplainBadges(ctx, id, asOf, p)
	same(t, b, err)(got.ExplainBadges(ctx, id, asOf, p))
}

// same requires an answer to be the expected one, as the report would show it.
func same[T any](t testing.TB, want *T, wantErr error) func(*T, error) {
	return func(got *T, err error) {
		t.Helper()
		require.NoError(t, wantErr)
		require.NoError(t, err)
		w, err := json.Marshal(want)
		require.NoError(t, err)
		g, err := json.Marshal(got)
		require.NoError(t, err)
		require.Equal(t, string(w), string(g))
	}
}
