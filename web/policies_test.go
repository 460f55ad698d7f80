package web_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/internal/show/showtest"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/web"
)

// TestCaptions: every page says the numbers of the policy that it is under, and
// none of the default's.
func TestCaptions(t *testing.T) {
	p := showtest.Policy(t)
	h := handler(t, web.Options{Log: small(t).Store(), Policies: []statistics.Policy{p}})
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	conditions := showtest.Badges(p.Badge, usd)
	disputes := "; in 23 months "
	for address, said := range map[string][]string{
		"/":                      {disputes, "Job Success rule primes"},
		"/dispute-rate":          nil,
		"/funnel":                nil,
		"/jobs":                  nil,
		"/search":                {"within 17 hours", "within 11 days"},
		"/weeks":                 {"Proposals of 103 days", disputes},
		"/weeks/2017-W05":        nil,
		"/contracts/" + contract: nil,
		"/freelancers/" + freelancer: append(conditions, "Proposals of 103 days", "Invites of 131 days", disputes,
			"net of refunds; in 41 months", "paid, ever; in 41 months", "in the last 41 months, of which long-term"),
		"/freelancers/" + busiest:                      {"answered under 17 hours", "answered under 11 days", "usually"},
		"/freelancers/" + freelancer + "/badges":       conditions,
		"/freelancers/" + freelancer + "/funnel":       nil,
		"/freelancers/" + freelancer + "/connects":     nil,
		"/freelancers/" + freelancer + "/profile":      {"net of refunds; in 41 months"},
		"/freelancers/" + freelancer + "/work":         {"The last 41 months begin on", "of the last 41 months if", "ran for 13 months or longer", "in the last 41 months"},
		"/freelancers/" + freelancer + "/job-success":  {"7 months", "19 months", "29 months", " of 5 months", "successful from 4.31 on"},
		"/freelancers/" + busiest + "/responsiveness":  {"in the last 131 days", "within 5 hours", "of the last 7 hours", "answered under 17 hours", "answered under 11 days"},
		"/freelancers/" + freelancer + "/dispute-rate": nil,
		"/clients":                             {"four sources had something bad to tell within 193 days is contacted"},
		"/clients/" + client:                   {disputes},
		"/clients/" + client + "/dispute-rate": nil,
		"/clients/" + client + "/profile":      {"four sources had something bad to tell within 193 days is contacted; five more within 107 days"},
	} {
		text := words(document(t, h, address+"?as_of="+moment))
		require.Empty(t, showtest.Foreign(p, text), address)
		for _, s := range said {
			require.Contains(t, text, s, address)
		}
	}
}

// TestPolicies: pages can be asked under those that the host gives, and no others.
func TestPolicies(t *testing.T) {
	p := showtest.Policy(t)
	other := p
	other.Name, other.Funnel.Days = "other", 109
	h := handler(t, web.Options{Policies: []statistics.Policy{p, other}})
	require.Contains(t, words(document(t, h, "/weeks?as_of="+moment)), "Proposals of 103 days")
	require.Contains(t, words(document(t, h, "/weeks?policy=other&as_of="+moment)), "Proposals of 109 days")
	w := get(h, "/?policy=2015")
	require.Equal(t, 400, w.Code)
	require.Contains(t, w.Body.String(), "policy must be one of other, primes.")

	broken := p
	broken.Funnel.Days = 0
	for name, policies := range map[string][]statistics.Policy{
		"Options.Policies is empty": {}, "two of the name": {p, p}, "0 days": {p, broken},
	} {
		_, err := web.NewHandler(small(t).Questions, web.Options{Policies: policies})
		require.ErrorContains(t, err, name)
	}
}
