package main

import (
	"bufio"
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/internal/show/showtest"
	"github.com/marketcore/marketplace/statistics"
)

// TestCaptions: whatever shows statistics says the numbers of the policy that it
// is asked under, and none of the default's. The command line has only presets,
// so what its commands call is called.
func TestCaptions(t *testing.T) {
	p := showtest.Policy(t)
	usd, err := show.CurrencyOf(show.DefaultCurrency)
	require.NoError(t, err)
	conditions := showtest.Badges(p.Badge, usd)
	levels := []string{"under 17 h", "under 264 h", "usually"}
	disputes, work := "  in 23 months ", []string{"  in 41 months ", "h in 41 months", "in the last 41 months"}

	type caption struct {
		ask  asks
		said []string
	}
	cases := map[string]caption{
		"stats":              {of((*statsCommand).everything), []string{disputes}},
		"stats --freelancer": {about((*statsCommand).freelancer, busiest), append(levels, disputes)},
		"stats --client":     {about((*statsCommand).client, client), []string{disputes}},
		"my-stats":           {words((*statsCommand).myStats, freelancer), append(append(conditions, work[0], work[2], disputes, "in 103 days"), levels[:2]...)},
		"client":             {words((*statsCommand).clientProfile, client), []string{disputes}},
		"figures":            {of(func(s *statsCommand, ctx context.Context) error { return s.weekly(ctx, 12) }), []string{disputes, "in 103 days"}},
		"search":             {of(func(s *statsCommand, ctx context.Context) error { return s.search(ctx, statistics.SearchQuery{}) }), nil},
		"profile": {of(func(s *statsCommand, ctx context.Context) error {
			return s.publicProfile(ctx, []string{freelancer}, false)
		}), work[:1]},
		"jobs":                   {of(func(s *statsCommand, ctx context.Context) error { return s.jobs(ctx, statistics.JobQuery{}) }), nil},
		"connects":               {words((*statsCommand).connects, freelancer), nil},
		"clients":                {of(func(s *statsCommand, ctx context.Context) error { return s.clientList(ctx, statistics.ClientQuery{}) }), nil},
		"explain job-success":    {why("job-success", freelancer), []string{"7 months", "19 months", "29 months", " of 5 months", "successful from 4.31 on"}},
		"explain responsiveness": {why("responsiveness", busiest), levels},
		"explain dispute-rate":   {why("dispute-rate", client), nil},
		"explain work":           {why("work", freelancer), []string{"  last 41 months"}},
		"explain badges":         {why("badges", freelancer), conditions},
		"explain client":         {why("client", client), nil},
		"explain week":           {why("week", "2017-W05"), nil},
	}
	for _, e := range explanations {
		if name := "explain " + e.name(); cases[name].ask == nil {
			cases[name] = caption{why(e.name(), freelancer), nil} // it may say no number of the policy, but none of another
		}
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			text := written(t, p, c.ask)
			require.Contains(t, text, "policy primes")
			require.Empty(t, showtest.Foreign(p, text))
			for _, said := range c.said {
				require.Contains(t, text, said)
			}
		})
	}
}

// asks is what a command does with what it was given.
type asks func(*statsCommand, *explanation, context.Context) error

func of(answer func(*statsCommand, context.Context) error) asks {
	return func(s *statsCommand, _ *explanation, ctx context.Context) error { return answer(s, ctx) }
}

func about(answer func(*statsCommand, context.Context, uuid.UUID) error, id string) asks {
	return of(func(s *statsCommand, ctx context.Context) error { return answer(s, ctx, uuid.MustParse(id)) })
}

func words(answer func(*statsCommand, context.Context, []string) error, args ...string) asks {
	return of(func(s *statsCommand, ctx context.Context) error { return answer(s, ctx, args) })
}

func why(name, argument string) asks {
	i := slices.IndexFunc(explanations, func(e explained) bool { return e.name() == name })
	return func(_ *statsCommand, x *explanation, ctx context.Context) error {
		return explanations[i].explain(x, ctx, []string{argument})
	}
}

// written is what is written of the small history under a policy.
func written(t *testing.T, p statistics.Policy, ask asks) string {
	t.Helper()
	var b bytes.Buffer
	c := &cli{stdout: bufio.NewWriter(&b)}
	q := question{store: storeFlag{name: small(t)}, policy: policyFlag{p}}
	require.NoError(t, q.asOf.Set(moment))
	money, err := q.currency.use()
	require.NoError(t, err)
	require.NoError(t, q.asking(t.Context(), func(m *marketplace.Questions, market *marketplace.Marketplace) error {
		return ask(&statsCommand{cli: c, asked: m, market: market, question: &q, money: money},
			&explanation{cli: c, asked: m, question: q, money: money}, t.Context())
	}))
	require.NoError(t, c.stdout.Flush())
	return b.String()
}

// TestPaidIsNet: "paid" is less refunds wherever it stands; what is before refunds has
// another name.
func TestPaidIsNet(t *testing.T) {
	for _, args := range []string{"figures", "explain week 2017-W05"} {
		text := ok(t, append(strings.Fields(args), "--store", small(t), "--as-of", moment)...)
		require.NotRegexp(t, `(?i)\bpaid\b`, text)
		require.Regexp(t, `(?i)\bgross\b`, text)
	}
}
