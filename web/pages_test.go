package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/web"
)

func model(t *testing.T) (*projection.Model, statistics.Policy) {
	t.Helper()
	p, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), small(t).Store(), 1))
	return m, p
}

// TestMyStats: a freelancer's page says what the statistics say, and each
// explanation lists what they rest on.
func TestMyStats(t *testing.T) {
	h := site(t)
	m, p := model(t)
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	for f, err := range m.Freelancers() {
		require.NoError(t, err)
		if !f.Registered.By(at(moment)) {
			continue
		}
		address := "/freelancers/" + f.ID.String()
		stats, err := statistics.Ask(t.Context(), m, statistics.MyStatsOf(f.ID), at(moment), p)
		require.NoError(t, err)
		text := words(document(t, h, address+"?as_of="+moment))
		require.Contains(t, text, "in 12 months "+usd.Amount(stats.Paid12m))
		require.Contains(t, text, "Hours "+show.Hours(stats.Minutes))
		require.Contains(t, text, fmt.Sprintf("Clients %d ever; %d in the last year", stats.Clients, stats.ClientsLastYear))
		for _, step := range []struct {
			name string
			n    int64
		}{{"Proposals", stats.Funnel.Proposals}, {"Interviews", stats.Funnel.Interviews}, {"Offers", stats.Funnel.Offers}, {"Hires", stats.Funnel.Hires}} {
			require.Contains(t, text, fmt.Sprintf("%s %d", step.name, step.n))
		}
		for _, state := range stats.Badges.States() {
			for _, c := range state.Conditions {
				require.Contains(t, text, show.Condition(c, p.Badge, usd)+" "+map[bool]string{true: "yes", false: "no"}[c.Met])
			}
		}

		work, err := statistics.Ask(t.Context(), m, statistics.ExplainWork(f.ID), at(moment), p)
		require.NoError(t, err)
		text = words(document(t, h, address+"/work?as_of="+moment))
		for _, c := range work.Clients {
			require.Contains(t, text, c.Client.String())
			for _, contract := range c.Contracts {
				require.Contains(t, text, contract.Contract.String())
				for _, fact := range contract.Facts {
					require.Contains(t, text, fmt.Sprintf("#%d %s", fact.Position, fact.Type))
				}
			}
		}
		badges, err := statistics.Ask(t.Context(), m, statistics.ExplainBadges(f.ID), at(moment), p)
		require.NoError(t, err)
		text = words(document(t, h, address+"/badges?as_of="+moment))
		for _, c := range badges.Badges.TopRated.Conditions {
			for _, fact := range c.Facts {
				require.Contains(t, text, fmt.Sprintf("#%d %s", fact.Position, fact.Type))
			}
		}
	}
}

// TestWeeks: every week stands on a page, and its own page lists its facts.
func TestWeeks(t *testing.T) {
	h := site(t)
	m, p := model(t)
	figures, err := statistics.Ask(t.Context(), m, statistics.MarketplaceFigures(), at(moment), p)
	require.NoError(t, err)
	listed := ""
	for n := 1; n <= (len(figures.Weeks)+51)/52; n++ {
		listed += words(document(t, h, fmt.Sprintf("/weeks?as_of=%s&page=%d", moment, n)))
	}
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	for _, w := range figures.Weeks {
		name, err := w.Week.MarshalText()
		require.NoError(t, err)
		require.Contains(t, listed, string(name)+" "+usd.Amount(w.GrossVolume))
	}
	x, err := statistics.Ask(t.Context(), m, statistics.ExplainWeek(figures.Weeks[len(figures.Weeks)-3].Week), at(moment), p)
	require.NoError(t, err)
	name, err := x.Figures.Week.MarshalText()
	require.NoError(t, err)
	text := words(document(t, h, "/weeks/"+string(name)+"?as_of="+moment))
	require.NotEmpty(t, x.Contracts)
	for _, c := range x.Contracts {
		require.Contains(t, text, c.Contract.String())
	}
}

// TestClientProfile: a client's page says how the client stands, and why.
func TestClientProfile(t *testing.T) {
	h := site(t)
	m, p := model(t)
	signals := 0
	for c, err := range m.Clients() {
		require.NoError(t, err)
		if !c.Registered.By(at(moment)) {
			continue
		}
		x, err := statistics.Ask(t.Context(), m, statistics.ExplainClientProfile(c.ID), at(moment), p)
		require.NoError(t, err)
		text := words(document(t, h, "/clients/"+c.ID.String()+"?as_of="+moment))
		require.Contains(t, text, show.Standing(x.Profile.State))
		require.Contains(t, text, "Stars "+show.Stars(x.Profile.Stars))
		require.Contains(t, text, "Hire rate "+show.Percent(x.Profile.HireRateBP))
		text = words(document(t, h, "/clients/"+c.ID.String()+"/profile?as_of="+moment))
		require.Contains(t, text, show.Of(len(x.Jobs), "job", "jobs"))
		for _, s := range append(x.Signals, x.PastSignals...) {
			require.Contains(t, text, fmt.Sprintf("#%d", s.Fact.Position))
		}
		require.Equal(t, len(x.PastSignals), strings.Count(text, "which counts no more"))
		signals += len(x.Signals) + len(x.PastSignals)
	}
	require.Positive(t, signals)
}

// hall is a market with enough freelancers for two pages of results.
func hall(t *testing.T) (*marketplace.Marketplace, []uuid.UUID) {
	m, err := onNames()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	var all []uuid.UUID
	for i := range 25 {
		f := uuid.UUID{byte(i + 1)}
		all = append(all, f)
		_, err := m.Do(t.Context(), aggregate.RegisterFreelancer{Freelancer: f})
		require.NoError(t, err)
	}
	_, err = m.Do(t.Context(), aggregate.GrantRisingTalent{Freelancer: all[3]})
	require.NoError(t, err)
	_, err = m.Do(t.Context(), aggregate.SetVisibility{Freelancer: all[4], Visibility: event.VisibilityPrivate})
	require.NoError(t, err)
	return m, all
}

func TestSearch(t *testing.T) {
	m, all := hall(t)
	h, err := web.NewHandler(m.Questions, web.Options{})
	require.NoError(t, err)
	first, second := words(document(t, h, "/search")), words(document(t, h, "/search?page=2"))
	require.Contains(t, first, "24 freelancers found")
	require.Contains(t, first, "1 to 20 of 24")
	require.Contains(t, second, "21 to 24 of 24")
	for i, f := range all {
		name := f.String()[:8]
		require.Equal(t, i < 21 && i != 4, strings.Contains(first, name), name)
		require.Equal(t, i >= 21, strings.Contains(second, name), name)
	}
	doc := document(t, h, "/search?badge=rising_talent&available=1&order=newest&policy=2015")
	require.Contains(t, words(doc), "1 freelancer found")
	require.Contains(t, words(doc), "Rising Talent")
	for _, o := range elements(doc, "option") {
		_, chosen := has(o, "selected")
		value := attribute(o, "value")
		if value == "rising_talent" || value == "newest" || value == "2015" {
			require.True(t, chosen, value)
		}
	}
	// The form of the moment keeps what was searched for.
	kept := url.Values{}
	for _, i := range elements(elements(doc, "form")[0], "input") {
		kept.Set(attribute(i, "name"), attribute(i, "value"))
	}
	require.Equal(t, "rising_talent", kept.Get("badge"))
	require.Equal(t, "1", kept.Get("available"))
}
