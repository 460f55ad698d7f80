package projection_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// TestOrderOfStreamsDoesNotMatter: streams folded one after the other, in any
// order, give what the log's order gives.
func TestOrderOfStreamsDoesNotMatter(t *testing.T) {
	long.Sequential(t)
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		moments := projectiontest.SomeMoments(r, m)
		want := projectiontest.Reports(t, projectiontest.Loaded(t, projectiontest.LogOf(t, m.History)), moments)
		streams := map[string][]market.Event{}
		var names []string
		for _, d := range m.History {
			if streams[d.Stream] == nil {
				names = append(names, d.Stream)
			}
			streams[d.Stream] = append(streams[d.Stream], d)
		}
		var shuffled []market.Event
		for _, name := range rapid.Permutation(names).Draw(r, "order") {
			shuffled = append(shuffled, streams[name]...)
		}
		require.Equal(t, want, projectiontest.Reports(t, projectiontest.Loaded(t, projectiontest.LogOf(t, shuffled)), moments))
	})
}

// TestNumberOfWorkersDoesNotMatter, nor whether and how the log is cut;
// explanations are the same to the position.
func TestNumberOfWorkersDoesNotMatter(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		moments := projectiontest.SomeMoments(r, m)
		var log store.Store = projectiontest.LogOf(t, m.History)
		if rapid.Bool().Draw(r, "in order") {
			log = struct{ store.Store }{log} // which cannot be cut
		}
		want := projectiontest.Loaded(t, log)
		got := projection.NewModel()
		require.NoError(t, got.LoadSpans(t.Context(), log, rapid.IntRange(1, 8).Draw(r, "workers"), rapid.IntRange(1, 50).Draw(r, "span")))
		require.Equal(t, want.Position(), got.Position())
		require.Equal(t, projectiontest.Reports(t, want, moments), projectiontest.Reports(t, got, moments))
		require.Equal(t, projectiontest.Explanations(t, want, moments), projectiontest.Explanations(t, got, moments))
	})
}

// TestLiveIsBulk: a model that follows is one that loads.
func TestLiveIsBulk(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		moments := projectiontest.SomeMoments(r, m)
		log := projectiontest.LogOf(t, m.History)
		bulk, live := projectiontest.Loaded(t, log), projection.NewModel()
		follow(t, live, log, bulk.Position())
		require.GreaterOrEqual(t, live.Position(), bulk.Position(), "or where it caught up behind it")
		require.Equal(t, projectiontest.Reports(t, bulk, moments), projectiontest.Reports(t, live, moments))
		require.Equal(t, projectiontest.Explanations(t, bulk, moments), projectiontest.Explanations(t, live, moments))
	})
}

func follow(t testing.TB, m *projection.Model, s store.Store, until event.Position) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Follow(ctx, s) }()
	require.NoError(t, m.WaitFor(t.Context(), until))
	cancel()
	require.NoError(t, <-done)
}

// TestLaterEventsDoNotChangeThePast: a report as of T, and every explanation, is
// the same whether or not the log goes on after T.
func TestLaterEventsDoNotChangeThePast(t *testing.T) {
	long.Sequential(t)
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		asOf := rapid.SampledFrom(m.History).Draw(r, "event").At
		past := slices.Clone(m.History)
		past = slices.DeleteFunc(past, func(d market.Event) bool { return d.At > asOf })
		moments := []event.Time{asOf}
		then, later := projectiontest.Loaded(t, projectiontest.LogOf(t, past)), projectiontest.Loaded(t, projectiontest.LogOf(t, m.History))
		require.Equal(t, projectiontest.Reports(t, then, moments), projectiontest.Reports(t, later, moments))
		require.Equal(t, projectiontest.Explanations(t, then, moments), projectiontest.Explanations(t, later, moments))
	})
}

// TestExplanationsAddUp: an explanation holds the same number as the report, and
// its parts add up to it.
func TestExplanationsAddUp(t *testing.T) {
	long.Sequential(t)
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := projectiontest.DrawMarket(r)
		model := projectiontest.Loaded(t, projectiontest.LogOf(t, m.History))
		p := projectiontest.Preset(t, rapid.SampledFrom(statistics.PresetNames()).Draw(r, "preset"))
		asOf := rapid.SampledFrom(m.History).Draw(r, "event").At
		report, err := statistics.Ask(t.Context(), model, statistics.FullReport(), asOf, p)
		require.NoError(t, err)
		for id, stats := range report.Freelancers {
			one, err := statistics.Ask(t.Context(), model, statistics.FreelancerStatsOf(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats, one)

			score, err := statistics.Ask(t.Context(), model, statistics.ExplainJobSuccess(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.JobSuccess, score.Score)
			for _, w := range score.Windows {
				outcomes, weight, clients := int64(0), int64(0), map[uuid.UUID]bool{}
				for _, c := range score.Contracts {
					if slices.Contains(c.Windows, w.Months) {
						outcomes, weight, clients[c.Client] = outcomes+1, weight+c.Weight, true
					}
				}
				require.Equal(t, []int64{w.Outcomes, w.Weight, w.Clients}, []int64{outcomes, weight, int64(len(clients))})
				require.Equal(t, w.Won, stats.JobSuccess != nil && stats.JobSuccess.WindowMonths == w.Months)
			}

			invites, err := statistics.Ask(t.Context(), model, statistics.ExplainResponsiveness(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.Responsiveness, invites.Responsiveness)
			counted, answered := int64(0), int64(0)
			for _, v := range invites.Invites {
				if v.Counted {
					counted++
					if v.Answered {
						answered++
					}
				}
			}
			require.Equal(t, []int64{stats.Responsiveness.Counted, stats.Responsiveness.Answered}, []int64{counted, answered})

			disputes, err := statistics.Ask(t.Context(), model, statistics.ExplainFreelancerDisputeRate(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.DisputeRate, disputes.DisputeRate)
		}
		var spent, earned event.Money
		for id, stats := range report.Clients {
			one, err := statistics.Ask(t.Context(), model, statistics.ClientStatsOf(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats, one)
			disputes, err := statistics.Ask(t.Context(), model, statistics.ExplainClientDisputeRate(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.DisputeRate, disputes.DisputeRate)
			spent += stats.Spent
		}
		for _, stats := range report.Freelancers {
			earned += stats.Paid
		}
		all, err := statistics.Ask(t.Context(), model, statistics.ExplainMarketplaceDisputeRate(), asOf, p)
		require.NoError(t, err)
		require.Equal(t, report.Marketplace.DisputeRate, all.DisputeRate)
		require.Equal(t, report.Marketplace.Paid, spent)
		require.Equal(t, report.Marketplace.Paid, earned)
	})
}
