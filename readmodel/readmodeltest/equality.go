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
func RequireSame(t testing.TB, want, got projection.Source, moments []event.Time) {
	t.Helper()
	ctx := t.Context()
	for _, asOf := range moments {
		for _, name := range projection.PresetNames() {
			p := preset(t, name)
			report, err := projection.Ask(ctx, want, projection.FullReport(), asOf, p)
			require.NoError(t, err)
			same(t, report, nil)(projection.Ask(ctx, got, projection.FullReport(), asOf, p))
			same(t, &report.Marketplace, nil)(projection.Ask(ctx, got, projection.MarketplaceTotals(), asOf, p))
			w, err := projection.Ask(ctx, want, projection.ExplainMarketplaceDisputeRate(), asOf, p)
			same(t, w, err)(projection.Ask(ctx, got, projection.ExplainMarketplaceDisputeRate(), asOf, p))
			if name == projection.DefaultPolicy { // others differ in scores alone
				requireSameMarket(t, want, got, asOf, p)
			}
			some := 0
			for id, stats := range report.Freelancers {
				if some++; some > 3 {
					break
				}
				same(t, stats, nil)(projection.Ask(ctx, got, projection.FreelancerStatsOf(id), asOf, p))
				js, err := projection.Ask(ctx, want, projection.ExplainJobSuccess(id), asOf, p)
				same(t, js, err)(projection.Ask(ctx, got, projection.ExplainJobSuccess(id), asOf, p))
				rs, err := projection.Ask(ctx, want, projection.ExplainResponsiveness(id), asOf, p)
				same(t, rs, err)(projection.Ask(ctx, got, projection.ExplainResponsiveness(id), asOf, p))
				dr, err := projection.Ask(ctx, want, projection.ExplainFreelancerDisputeRate(id), asOf, p)
				same(t, dr, err)(projection.Ask(ctx, got, projection.ExplainFreelancerDisputeRate(id), asOf, p))
				requireSameFreelancer(t, want, got, id, asOf, p)
			}
			for id, stats := range report.Clients {
				if some++; some > 6 {
					break
				}
				same(t, stats, nil)(projection.Ask(ctx, got, projection.ClientStatsOf(id), asOf, p))
				dr, err := projection.Ask(ctx, want, projection.ExplainClientDisputeRate(id), asOf, p)
				same(t, dr, err)(projection.Ask(ctx, got, projection.ExplainClientDisputeRate(id), asOf, p))
				cp, err := projection.Ask(ctx, want, projection.ClientProfileOf(id), asOf, p)
				same(t, cp, err)(projection.Ask(ctx, got, projection.ClientProfileOf(id), asOf, p))
				x, err := projection.Ask(ctx, want, projection.ExplainClientProfile(id), asOf, p)
				same(t, x, err)(projection.Ask(ctx, got, projection.ExplainClientProfile(id), asOf, p))
			}
		}
	}
	p := preset(t, projection.DefaultPolicy)
	_, err := projection.Ask(ctx, got, projection.FreelancerStatsOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = projection.Ask(ctx, got, projection.ExplainClientDisputeRate(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = projection.Ask(ctx, got, projection.MyStatsOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = projection.Ask(ctx, got, projection.ClientProfileOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrNotFound)
	_, err = projection.Ask(ctx, got, projection.SearchFor(projection.SearchQuery{Offset: -1}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrInvalidQuery)
	_, err = projection.Ask(ctx, got, projection.ExplainWeek(event.Week{Year: 2017, Number: 53}), market.Ends, p)
	require.ErrorIs(t, err, projection.ErrInvalidQuery)
	for _, ask := range []func() error{
		func() error {
			_, err := projection.Ask(ctx, got, projection.FullReport(), market.Ends, projection.Policy{})
			return err
		},
		func() error {
			_, err := projection.Ask(ctx, got, projection.MarketplaceTotals(), market.Ends, projection.Policy{})
			return err
		},
	} {
		require.ErrorIs(t, ask(), projection.ErrInvalidPolicy)
	}
}

func requireSameMarket(t testing.TB, want, got projection.Source, asOf event.Time, p projection.Policy) {
	t.Helper()
	ctx := t.Context()
	figures, err := projection.Ask(ctx, want, projection.MarketplaceFigures(), asOf, p)
	same(t, figures, err)(projection.Ask(ctx, got, projection.MarketplaceFigures(), asOf, p))
	if n := len(figures.Weeks); n > 0 {
		week := figures.Weeks[n/2].Week
		w, err := projection.Ask(ctx, want, projection.ExplainWeek(week), asOf, p)
		same(t, w, err)(projection.Ask(ctx, got, projection.ExplainWeek(week), asOf, p))
	}
	f, err := projection.Ask(ctx, want, projection.ExplainMarketplaceFunnel(), asOf, p)
	same(t, f, err)(projection.Ask(ctx, got, projection.ExplainMarketplaceFunnel(), asOf, p))
	for _, q := range []projection.SearchQuery{{}, {Sort: projection.ByNewest, Offset: 1, Limit: 2}, {Sort: projection.ByLevel, Available: true, MinDisplayed: 40}} {
		s, err := projection.Ask(ctx, want, projection.SearchFor(q), asOf, p)
		same(t, s, err)(projection.Ask(ctx, got, projection.SearchFor(q), asOf, p))
	}
}

func requireSameFreelancer(t testing.TB, want, got projection.Source, id uuid.UUID, asOf event.Time, p projection.Policy) {
	t.Helper()
	ctx := t.Context()
	ms, err := projection.Ask(ctx, want, projection.MyStatsOf(id), asOf, p)
	same(t, ms, err)(projection.Ask(ctx, got, projection.MyStatsOf(id), asOf, p))
	f, err := projection.Ask(ctx, want, projection.ExplainFunnel(id), asOf, p)
	same(t, f, err)(projection.Ask(ctx, got, projection.ExplainFunnel(id), asOf, p))
	w, err := projection.Ask(ctx, want, projection.ExplainWork(id), asOf, p)
	same(t, w, err)(projection.Ask(ctx, got, projection.ExplainWork(id), asOf, p))
	b, err := projection.Ask(ctx, want, projection.ExplainBadges(id), asOf, p)
	same(t, b, err)(projection.Ask(ctx, got, projection.ExplainBadges(id), asOf, p))
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
