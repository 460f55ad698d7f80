package projection_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

// drawMarket makes up a small, rough history in the order of time.
func drawMarket(t *rapid.T) *market.Market {
	m := market.New(rapid.Uint64().Draw(t, "seed"))
	m.Rough = true
	m.RegisterClients(rapid.IntRange(1, 5).Draw(t, "clients"))
	for range rapid.IntRange(1, 3).Draw(t, "freelancers") {
		m.Freelancer(rapid.IntRange(0, 15).Draw(t, "invites"), rapid.IntRange(0, 10).Draw(t, "contracts"))
	}
	slices.SortStableFunc(m.History, func(a, b market.Event) int { return int(a.At - b.At) })
	return m
}

// someMoments are a few moments of a history, those of events among them.
func someMoments(t *rapid.T, m *market.Market) []event.Time {
	moments := []event.Time{market.Opens - 1, event.Never}
	for range 3 {
		moments = append(moments, rapid.SampledFrom(m.History).Draw(t, "event").At)
	}
	return moments
}

func logOf(t testing.TB, history []market.Event) strictLog {
	m, s := market.New(1), newLog()
	m.History = history
	m.Append(t, s)
	return s
}

func loaded(t testing.TB, s store.Store) *projection.Model {
	m := projection.NewModel(event.Marketplace())
	require.NoError(t, m.Load(t.Context(), s, 1))
	return m
}

// reports are all reports as of the moments, as JSON.
func reports(t testing.TB, m *projection.Model, moments []event.Time) []string {
	var all []string
	for _, asOf := range moments {
		for _, name := range projection.PresetNames() {
			r, err := projection.Ask(t.Context(), m, projection.FullReport(), asOf, preset(t, name))
			require.NoError(t, err)
			b, err := json.Marshal(r)
			require.NoError(t, err)
			all = append(all, string(b))
		}
	}
	return all
}

// rapidTB is a rapid test as require wants it, with the context of the test
// around it.
type rapidTB struct {
	testing.TB
	rapid *rapid.T
}

func (t rapidTB) Errorf(format string, args ...any) { t.rapid.Errorf(format, args...) }
func (t rapidTB) FailNow()                          { t.rapid.FailNow() }

func check(t *testing.T, property func(*rapid.T, testing.TB)) {
	rapid.Check(t, func(r *rapid.T) { property(r, rapidTB{t, r}) })
}

// TestOrderOfStreamsDoesNotMatter: streams folded one after the other, in any
// order, give what the log's order gives.
func TestOrderOfStreamsDoesNotMatter(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := drawMarket(r)
		moments := someMoments(r, m)
		want := reports(t, loaded(t, logOf(t, m.History)), moments)
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
		require.Equal(t, want, reports(t, loaded(t, logOf(t, shuffled)), moments))
	})
}

// TestNumberOfWorkersDoesNotMatter, nor whether and how the log is cut;
// explanations are the same to the position.
func TestNumberOfWorkersDoesNotMatter(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := drawMarket(r)
		moments := someMoments(r, m)
		var log store.Store = logOf(t, m.History)
		if rapid.Bool().Draw(r, "in order") {
			log = struct{ store.Store }{log} // which cannot be cut
		}
		want := loaded(t, log)
		got := projection.NewModel(event.Marketplace())
		require.NoError(t, got.LoadSpans(t.Context(), log, rapid.IntRange(1, 8).Draw(r, "workers"), rapid.IntRange(1, 50).Draw(r, "span")))
		require.Equal(t, want.Position(), got.Position())
		require.Equal(t, reports(t, want, moments), reports(t, got, moments))
		require.Equal(t, explanations(t, want, moments), explanations(t, got, moments))
	})
}

// TestLiveIsBulk: a model that follows is one that loads.
func TestLiveIsBulk(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := drawMarket(r)
		moments := someMoments(r, m)
		log := logOf(t, m.History)
		bulk, live := loaded(t, log), projection.NewModel(event.Marketplace())
		follow(t, live, log, bulk.Position())
		require.GreaterOrEqual(t, live.Position(), bulk.Position(), "or where it caught up behind it")
		require.Equal(t, reports(t, bulk, moments), reports(t, live, moments))
		require.Equal(t, explanations(t, bulk, moments), explanations(t, live, moments))
	})
}

// follow follows the log until the model has reached the position.
func follow(t testing.TB, m *projection.Model, s store.Store, until event.Position) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- m.Follow(ctx, s) }()
	require.NoError(t, m.WaitFor(t.Context(), until))
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}

// TestLaterEventsDoNotChangeThePast: a report as of T, and every explanation, is
// the same whether or not the log goes on after T.
func TestLaterEventsDoNotChangeThePast(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := drawMarket(r)
		asOf := rapid.SampledFrom(m.History).Draw(r, "event").At
		past := slices.Clone(m.History)
		past = slices.DeleteFunc(past, func(d market.Event) bool { return d.At > asOf })
		moments := []event.Time{asOf}
		then, later := loaded(t, logOf(t, past)), loaded(t, logOf(t, m.History))
		require.Equal(t, reports(t, then, moments), reports(t, later, moments))
		require.Equal(t, explanations(t, then, moments), explanations(t, later, moments))
	})
}

// TestExplanationsAddUp: an explanation holds the same number as the report, and
// its parts add up to it.
func TestExplanationsAddUp(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := drawMarket(r)
		model := loaded(t, logOf(t, m.History))
		p := preset(t, rapid.SampledFrom(projection.PresetNames()).Draw(r, "preset"))
		asOf := rapid.SampledFrom(m.History).Draw(r, "event").At
		report, err := projection.Ask(t.Context(), model, projection.FullReport(), asOf, p)
		require.NoError(t, err)
		for id, stats := range report.Freelancers {
			one, err := projection.Ask(t.Context(), model, projection.FreelancerStatsOf(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats, one)

			score, err := projection.Ask(t.Context(), model, projection.ExplainJobSuccess(id), asOf, p)
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

			invites, err := projection.Ask(t.Context(), model, projection.ExplainResponsiveness(id), asOf, p)
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

			disputes, err := projection.Ask(t.Context(), model, projection.ExplainFreelancerDisputeRate(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.DisputeRate, disputes.DisputeRate)
		}
		var spent, earned event.Money
		for id, stats := range report.Clients {
			one, err := projection.Ask(t.Context(), model, projection.ClientStatsOf(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats, one)
			disputes, err := projection.Ask(t.Context(), model, projection.ExplainClientDisputeRate(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, stats.DisputeRate, disputes.DisputeRate)
			spent += stats.Spent
		}
		for _, stats := range report.Freelancers {
			earned += stats.Paid
		}
		all, err := projection.Ask(t.Context(), model, projection.ExplainMarketplaceDisputeRate(), asOf, p)
		require.NoError(t, err)
		require.Equal(t, report.Marketplace.DisputeRate, all.DisputeRate)
		require.Equal(t, report.Marketplace.Paid, spent)
		require.Equal(t, report.Marketplace.Paid, earned)
	})
}

// explanations are all explanations as of the moments, and what no report holds,
// as JSON.
func explanations(t testing.TB, m *projection.Model, moments []event.Time) []string {
	var all []string
	add := func(x any, err error) {
		require.NoError(t, err)
		b, err := json.Marshal(x)
		require.NoError(t, err)
		all = append(all, string(b))
	}
	p := preset(t, projection.DefaultPolicy)
	p.Figures.Weeks = 50 // which are enough to tell
	for _, asOf := range moments {
		r, err := projection.Ask(t.Context(), m, projection.FullReport(), asOf, p)
		require.NoError(t, err)
		for _, id := range sortedIDs(r.Freelancers) {
			add(projection.Ask(t.Context(), m, projection.ExplainJobSuccess(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainResponsiveness(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainFreelancerDisputeRate(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainBadges(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.MyStatsOf(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainFunnel(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainWork(id), asOf, p))
		}
		for _, id := range sortedIDs(r.Clients) {
			add(projection.Ask(t.Context(), m, projection.ExplainClientDisputeRate(id), asOf, p))
			add(projection.Ask(t.Context(), m, projection.ExplainClientProfile(id), asOf, p))
		}
		add(projection.Ask(t.Context(), m, projection.ExplainMarketplaceDisputeRate(), asOf, p))
		add(projection.Ask(t.Context(), m, projection.ExplainMarketplaceFunnel(), asOf, p))
		add(projection.Ask(t.Context(), m, projection.SearchFor(projection.SearchQuery{}), asOf, p))
		figures, err := projection.Ask(t.Context(), m, projection.MarketplaceFigures(), asOf, p)
		add(figures, err)
		if n := len(figures.Weeks); n > 0 {
			add(projection.Ask(t.Context(), m, projection.ExplainWeek(figures.Weeks[n/2].Week), asOf, p))
		}
	}
	return all
}

func sortedIDs[V any](m map[uuid.UUID]V) []uuid.UUID {
	var ids []uuid.UUID
	for id := range m {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return ids
}
