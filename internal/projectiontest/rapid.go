package projectiontest

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// DrawMarket makes up a small, rough history in the order of time.
func DrawMarket(t *rapid.T) *market.Market {
	m := market.New(rapid.Uint64().Draw(t, "seed"))
	m.Rough = true
	m.RegisterClients(rapid.IntRange(1, 5).Draw(t, "clients"))
	for range rapid.IntRange(1, 3).Draw(t, "freelancers") {
		m.Freelancer(rapid.IntRange(0, 15).Draw(t, "invites"), rapid.IntRange(0, 10).Draw(t, "contracts"))
	}
	slices.SortStableFunc(m.History, func(a, b market.Event) int { return int(a.At - b.At) })
	return m
}

// SomeMoments are a few moments of a history, those of events among them.
func SomeMoments(t *rapid.T, m *market.Market) []event.Time {
	moments := []event.Time{market.Opens - 1, event.Never}
	for range 3 {
		moments = append(moments, rapid.SampledFrom(m.History).Draw(t, "event").At)
	}
	return moments
}

// rapidTB is a rapid test as require wants it, with the context of the test
// around it.
type rapidTB struct {
	testing.TB
	rapid *rapid.T
}

func (t rapidTB) Errorf(format string, args ...any) { t.rapid.Errorf(format, args...) }

func (t rapidTB) FailNow() { t.rapid.FailNow() }

func Check(t *testing.T, property func(*rapid.T, testing.TB)) {
	rapid.Check(t, func(r *rapid.T) { property(r, rapidTB{t, r}) })
}

// Reports are all reports as of the moments, as JSON.
func Reports(t testing.TB, m *projection.Model, moments []event.Time) []string {
	var all []string
	for _, asOf := range moments {
		for _, name := range statistics.PresetNames() {
			r, err := statistics.Ask(t.Context(), m, statistics.FullReport(), asOf, Preset(t, name))
			require.NoError(t, err)
			b, err := json.Marshal(r)
			require.NoError(t, err)
			all = append(all, string(b))
		}
	}
	return all
}

// Explanations are all explanations as of the moments, and what no report holds,
// as JSON.
func Explanations(t testing.TB, m *projection.Model, moments []event.Time) []string {
	var all []string
	add := func(x any, err error) {
		require.NoError(t, err)
		b, err := json.Marshal(x)
		require.NoError(t, err)
		all = append(all, string(b))
	}
	p := Preset(t, statistics.DefaultPolicy)
	p.Figures.Weeks = 50 // which are enough to tell
	for _, asOf := range moments {
		r, err := statistics.Ask(t.Context(), m, statistics.FullReport(), asOf, p)
		require.NoError(t, err)
		for _, id := range SortedIDs(r.Freelancers) {
			add(statistics.Ask(t.Context(), m, statistics.ExplainJobSuccess(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainResponsiveness(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainFreelancerDisputeRate(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainBadges(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.MyStatsOf(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainFunnel(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainWork(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ConnectsOf(id), asOf, p))
		}
		for _, id := range SortedIDs(r.Clients) {
			add(statistics.Ask(t.Context(), m, statistics.ExplainClientDisputeRate(id), asOf, p))
			add(statistics.Ask(t.Context(), m, statistics.ExplainClientProfile(id), asOf, p))
		}
		add(statistics.Ask(t.Context(), m, statistics.ExplainMarketplaceDisputeRate(), asOf, p))
		add(statistics.Ask(t.Context(), m, statistics.ExplainMarketplaceFunnel(), asOf, p))
		add(statistics.Ask(t.Context(), m, statistics.SearchFor(statistics.SearchQuery{}), asOf, p))
		figures, err := statistics.Ask(t.Context(), m, statistics.MarketplaceFigures(), asOf, p)
		add(figures, err)
		if n := len(figures.Weeks); n > 0 {
			add(statistics.Ask(t.Context(), m, statistics.ExplainWeek(figures.Weeks[n/2].Week), asOf, p))
		}
	}
	return all
}
