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
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
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
func RequireSame(t testing.TB, want, got statistics.Source, moments []event.Time) {
	t.Helper()
	ctx := t.Context()
	for _, asOf := range moments {
		for _, name := range statistics.PresetNames() {
			p := preset(t, name)
			report, err := statistics.Ask(ctx, want, statistics.FullReport(), asOf, p)
			require.NoError(t, err)
			same(t, report, nil)(statistics.Ask(ctx, got, statistics.FullReport(), asOf, p))
			same(t, &report.Marketplace, nil)(statistics.Ask(ctx, got, statistics.MarketplaceTotals(), asOf, p))
			w, err := statistics.Ask(ctx, want, statistics.ExplainMarketplaceDisputeRate(), asOf, p)
			same(t, w, err)(statistics.Ask(ctx, got, statistics.ExplainMarketplaceDisputeRate(), asOf, p))
			if name == statistics.DefaultPolicy { // others differ in scores alone
				requireSameMarket(t, want, got, asOf, p)
			}
			some := 0
			for id, stats := range report.Freelancers {
				if some++; some > 3 {
					break
				}
				same(t, stats, nil)(statistics.Ask(ctx, got, statistics.FreelancerStatsOf(id), asOf, p))
				js, err := statistics.Ask(ctx, want, statistics.ExplainJobSuccess(id), asOf, p)
				same(t, js, err)(statistics.Ask(ctx, got, statistics.ExplainJobSuccess(id), asOf, p))
				rs, err := statistics.Ask(ctx, want, statistics.ExplainResponsiveness(id), asOf, p)
				same(t, rs, err)(statistics.Ask(ctx, got, statistics.ExplainResponsiveness(id), asOf, p))
				dr, err := statistics.Ask(ctx, want, statistics.ExplainFreelancerDisputeRate(id), asOf, p)
				same(t, dr, err)(statistics.Ask(ctx, got, statistics.ExplainFreelancerDisputeRate(id), asOf, p))
				requireSameFreelancer(t, want, got, id, asOf, p)
			}
			for id, stats := range report.Clients {
				if some++; some > 6 {
					break
				}
				same(t, stats, nil)(statistics.Ask(ctx, got, statistics.ClientStatsOf(id), asOf, p))
				dr, err := statistics.Ask(ctx, want, statistics.ExplainClientDisputeRate(id), asOf, p)
				same(t, dr, err)(statistics.Ask(ctx, got, statistics.ExplainClientDisputeRate(id), asOf, p))
				cp, err := statistics.Ask(ctx, want, statistics.ClientProfileOf(id), asOf, p)
				same(t, cp, err)(statistics.Ask(ctx, got, statistics.ClientProfileOf(id), asOf, p))
				x, err := statistics.Ask(ctx, want, statistics.ExplainClientProfile(id), asOf, p)
				same(t, x, err)(statistics.Ask(ctx, got, statistics.ExplainClientProfile(id), asOf, p))
			}
		}
	}
	p := preset(t, statistics.DefaultPolicy)
	_, err := statistics.Ask(ctx, got, statistics.FreelancerStatsOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrNotFound)
	_, err = statistics.Ask(ctx, got, statistics.ExplainClientDisputeRate(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrNotFound)
	_, err = statistics.Ask(ctx, got, statistics.MyStatsOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrNotFound)
	_, err = statistics.Ask(ctx, got, statistics.ClientProfileOf(uuid.UUID{1}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrNotFound)
	_, err = statistics.Ask(ctx, got, statistics.SearchFor(statistics.SearchQuery{Offset: -1}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrInvalidQuery)
	_, err = statistics.Ask(ctx, got, statistics.ExplainWeek(event.Week{Year: 2017, Number: 53}), market.Ends, p)
	require.ErrorIs(t, err, statistics.ErrInvalidQuery)
	for _, ask := range []func() error{
		func() error {
			_, err := statistics.Ask(ctx, got, statistics.FullReport(), market.Ends, statistics.Policy{})
			return err
		},
		func() error {
			_, err := statistics.Ask(ctx, got, statistics.MarketplaceTotals(), market.Ends, statistics.Policy{})
			return err
		},
	} {
		require.ErrorIs(t, ask(), statistics.ErrInvalidPolicy)
	}
}

func requireSameMarket(t testing.TB, want, got statistics.Source, asOf event.Time, p statistics.Policy) {
	t.Helper()
	ctx := t.Context()
	figures, err := statistics.Ask(ctx, want, statistics.MarketplaceFigures(), asOf, p)
	same(t, figures, err)(statistics.Ask(ctx, got, statistics.MarketplaceFigures(), asOf, p))
	if n := len(figures.Weeks); n > 0 {
		week := figures.Weeks[n/2].Week
		w, err := statistics.Ask(ctx, want, statistics.ExplainWeek(week), asOf, p)
		same(t, w, err)(statistics.Ask(ctx, got, statistics.ExplainWeek(week), asOf, p))
	}
	f, err := statistics.Ask(ctx, want, statistics.ExplainMarketplaceFunnel(), asOf, p)
	same(t, f, err)(statistics.Ask(ctx, got, statistics.ExplainMarketplaceFunnel(), asOf, p))
	for _, q := range []statistics.SearchQuery{{}, {Sort: statistics.ByNewest, Offset: 1, Limit: 2}, {Sort: statistics.ByLevel, Available: true, MinDisplayed: 40}} {
		s, err := statistics.Ask(ctx, want, statistics.SearchFor(q), asOf, p)
		same(t, s, err)(statistics.Ask(ctx, got, statistics.SearchFor(q), asOf, p))
	}
	for _, q := range []statistics.JobQuery{{}, {Sort: statistics.ByCandidates, Offset: 1, Limit: 2}, {Kind: event.KindHourly, RateMin: new(event.Money)}} {
		j, err := statistics.Ask(ctx, want, statistics.SearchJobs(q), asOf, p)
		same(t, j, err)(statistics.Ask(ctx, got, statistics.SearchJobs(q), asOf, p))
	}
	for _, q := range []statistics.ClientQuery{{}, {Sort: statistics.BySignals, Offset: 1, Limit: 2}, {State: statistics.StandingGood, Sort: statistics.BySpent}} {
		l, err := statistics.Ask(ctx, want, statistics.ListClients(q), asOf, p)
		same(t, l, err)(statistics.Ask(ctx, got, statistics.ListClients(q), asOf, p))
	}
}

func requireSameFreelancer(t testing.TB, want, got statistics.Source, id uuid.UUID, asOf event.Time, p statistics.Policy) {
	t.Helper()
	ctx := t.Context()
	ms, err := statistics.Ask(ctx, want, statistics.MyStatsOf(id), asOf, p)
	same(t, ms, err)(statistics.Ask(ctx, got, statistics.MyStatsOf(id), asOf, p))
	f, err := statistics.Ask(ctx, want, statistics.ExplainFunnel(id), asOf, p)
	same(t, f, err)(statistics.Ask(ctx, got, statistics.ExplainFunnel(id), asOf, p))
	w, err := statistics.Ask(ctx, want, statistics.ExplainWork(id), asOf, p)
	same(t, w, err)(statistics.Ask(ctx, got, statistics.ExplainWork(id), asOf, p))
	public, err := statistics.Ask(ctx, want, statistics.HasPublicProfile(id), asOf, p)
	require.NoError(t, err)
	isPublic, err := statistics.Ask(ctx, got, statistics.HasPublicProfile(id), asOf, p)
	require.NoError(t, err)
	require.Equal(t, public, isPublic)
	b, err := statistics.Ask(ctx, want, statistics.ExplainBadges(id), asOf, p)
	same(t, b, err)(statistics.Ask(ctx, got, statistics.ExplainBadges(id), asOf, p))
	c, err := statistics.Ask(ctx, want, statistics.ConnectsOf(id), asOf, p)
	same(t, c, err)(statistics.Ask(ctx, got, statistics.ConnectsOf(id), asOf, p))
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
