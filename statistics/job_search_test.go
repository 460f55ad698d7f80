package statistics_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func searchJobs(t testing.TB, m *projection.Model, q statistics.JobQuery) *statistics.FoundJobs {
	t.Helper()
	found, err := statistics.Ask(t.Context(), m, statistics.SearchJobs(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	return found
}

func jobsOf(found *statistics.FoundJobs) []uuid.UUID {
	all := []uuid.UUID{}
	for _, j := range found.Jobs {
		all = append(all, j.Job)
	}
	return all
}

// withJob is a log with the job "job" of the client "client".
func withJob(t testing.TB, posted *event.JobPosted) *past {
	p := newPast(t)
	p.client("client", projectiontest.June, &event.ClientRegistered{})
	posted.Client = named("client")
	p.job("job", projectiontest.June, posted)
	return p
}

// TestSearchJobsWords: rules 10 and fine print Q3, what is sought and what a job says.
func TestSearchJobsWords(t *testing.T) {
	fixed := event.JobPosted{Kind: event.KindFixed, Category: "Web", Title: "A shop in İzmir", Description: "C++ and go_lang, since 2004½.", Skills: []event.Text{" Go-kart ", "ÄRZTE"}, Budget: 500_00}
	hourly := event.JobPosted{Kind: event.KindHourly, RateMin: 20_00, RateMax: 40_00}
	from := event.JobPosted{Kind: event.KindHourly, RateMin: 20_00}
	empty := event.JobPosted{Kind: event.KindFixed}
	for name, c := range map[string]struct {
		job  event.JobPosted
		q    statistics.JobQuery
		want bool
	}{
		"nothing asked of a job that says nothing": {empty, statistics.JobQuery{}, true},
		"every word, of title and description":     {fixed, statistics.JobQuery{Text: "SHOP lang, izmir"}, true},
		"a word that is not there":                 {fixed, statistics.JobQuery{Text: "shop java"}, false},
		"a part of a word":                         {fixed, statistics.JobQuery{Text: "sho"}, false},
		"numbers of every kind":                    {fixed, statistics.JobQuery{Text: "2004½"}, true},
		"a text without words":                     {empty, statistics.JobQuery{Text: " -_+ "}, true},
		"a word of a skill":                        {fixed, statistics.JobQuery{Text: "ärzte kart"}, true},
		"skills, trimmed":                          {fixed, statistics.JobQuery{Skills: []string{"go-kart", "\tärzte"}}, true},
		"a part of a skill":                        {fixed, statistics.JobQuery{Skills: []string{"go"}}, false},
		"one skill too many":                       {fixed, statistics.JobQuery{Skills: []string{"go-kart", "java"}}, false},
		"the category":                             {fixed, statistics.JobQuery{Category: "web"}, true},
		"another category":                         {fixed, statistics.JobQuery{Category: "we"}, false},
		"the kind":                                 {fixed, statistics.JobQuery{Kind: event.KindFixed}, true},
		"the other kind":                           {fixed, statistics.JobQuery{Kind: event.KindHourly}, false},
		"a budget at the border":                   {fixed, statistics.JobQuery{BudgetMin: money(500_00)}, true},
		"a budget below":                           {fixed, statistics.JobQuery{BudgetMin: money(500_01)}, false},
		"the highest rate at the border":           {hourly, statistics.JobQuery{RateMin: money(40_00)}, true},
		"the highest rate below":                   {hourly, statistics.JobQuery{RateMin: money(40_01)}, false},
		"the only rate at the border":              {from, statistics.JobQuery{RateMin: money(20_00)}, true},
		"the only rate below":                      {from, statistics.JobQuery{RateMin: money(20_01)}, false},
		"an unknown text":                          {empty, statistics.JobQuery{Text: "go"}, false},
		"unknown skills":                           {empty, statistics.JobQuery{Skills: []string{"go"}}, false},
		"an unknown category":                      {empty, statistics.JobQuery{Category: "web"}, false},
		"an unknown budget":                        {hourly, statistics.JobQuery{BudgetMin: money(0)}, false},
		"an unknown rate":                          {fixed, statistics.JobQuery{RateMin: money(0)}, false},
		"all at once":                              {fixed, statistics.JobQuery{Text: "shop", Category: "WEB", BudgetMin: money(1), Kind: event.KindFixed}, true},
		"all at once but one":                      {fixed, statistics.JobQuery{Text: "shop", Category: "WEB", BudgetMin: money(1), RateMin: money(1)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			found := searchJobs(t, withJob(t, &c.job).model(), c.q)
			require.Equal(t, c.want, found.Total == 1)
			require.Len(t, found.Jobs, int(found.Total))
		})
	}
}

// TestSearchJobsOpen: which jobs are open as of T, of clients who may hire.
func TestSearchJobsOpen(t *testing.T) {
	now, later := projectiontest.Noon, projectiontest.Noon+1
	for name, c := range map[string]struct {
		past func(*past)
		want bool
	}{
		"open":                  {func(*past) {}, true},
		"closed at T":           {func(p *past) { p.job("job", now, &event.JobClosed{Reason: event.CloseFilled}) }, false},
		"closed after T":        {func(p *past) { p.job("job", later, &event.JobClosed{Reason: event.CloseFilled}) }, true},
		"removed at T":          {func(p *past) { p.job("job", now, &event.JobRemoved{Reason: event.RemoveTOS}) }, false},
		"removed after T":       {func(p *past) { p.job("job", later, &event.JobRemoved{Reason: event.RemoveTOS}) }, true},
		"a suspended client's":  {func(p *past) { p.client("client", now, &event.ClientSuspended{Reason: event.SanctionPayment}) }, false},
		"suspended after T":     {func(p *past) { p.client("client", later, &event.ClientSuspended{Reason: event.SanctionPayment}) }, true},
		"a reinstated client's": {func(p *past) { p.client("client", now, &event.ClientSuspended{}, &event.ClientReinstated{}) }, true},
		"reinstated after T": {func(p *past) {
			p.client("client", now, &event.ClientSuspended{})
			p.client("client", later, &event.ClientReinstated{})
		}, false},
		"a barred client's":       {func(p *past) { p.client("client", now, &event.ClientBarred{}) }, false},
		"barred when suspended":   {func(p *past) { p.client("client", now, &event.ClientSuspended{}, &event.ClientBarred{}) }, false},
		"a flagged client's":      {func(p *past) { p.client("client", now, &event.ClientFlagged{}) }, true},
		"edited to what is asked": {func(p *past) { p.job("job", now, &event.JobEdited{Category: "web"}) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := withJob(t, &event.JobPosted{Kind: event.KindFixed})
			c.past(p)
			require.Equal(t, c.want, searchJobs(t, p.model(), statistics.JobQuery{}).Total == 1)
		})
	}
	p := withJob(t, &event.JobPosted{Kind: event.KindFixed, Category: "art"})
	p.job("job", now, &event.JobEdited{Category: "web"})
	p.job("job", later, &event.JobEdited{Category: "art"})
	require.Len(t, searchJobs(t, p.model(), statistics.JobQuery{Category: "web"}).Jobs, 1, "what it says as of T")
	require.Empty(t, searchJobs(t, p.model(), statistics.JobQuery{Category: "art"}).Jobs)

	p = newPast(t)
	p.client("client", now, &event.ClientRegistered{})
	p.job("posted", now, &event.JobPosted{Client: named("client"), Kind: event.KindFixed})
	p.job("to come", later, &event.JobPosted{Client: named("client"), Kind: event.KindFixed})
	require.Equal(t, ids("posted"), jobsOf(searchJobs(t, p.model(), statistics.JobQuery{})))
}

// TestSearchJobsOrder: the newest first or the fewest candidates first, and pages that fit
// together.
func TestSearchJobsOrder(t *testing.T) {
	p := newPast(t)
	p.client("client", projectiontest.June, &event.ClientRegistered{})
	for i, name := range []string{"first", "second", "third", "fourth"} {
		p.job(name, projectiontest.June+event.Time(i), &event.JobPosted{Client: named("client"), Kind: event.KindFixed})
	}
	propose := func(proposal, job string, when event.Time, then ...event.Event) {
		p.proposal(proposal, when, &event.ProposalSubmitted{Job: named(job), Client: named("client"), Freelancer: named(proposal), Via: event.ViaProposal})
		p.proposal(proposal, when, then...)
	}
	propose("a", "first", projectiontest.Noon)
	propose("b", "third", projectiontest.Noon, &event.ProposalWithdrawn{})
	propose("c", "third", projectiontest.Noon, &event.ProposalDeclined{})
	propose("d", "second", projectiontest.Noon+1)
	m := p.model()
	for order, want := range map[statistics.JobOrder][]uuid.UUID{
		"":                      ids("fourth", "third", "second", "first"),
		statistics.ByPosting:    ids("fourth", "third", "second", "first"),
		statistics.ByCandidates: ids("fourth", "second", "first", "third"),
	} {
		require.Equal(t, want, jobsOf(searchJobs(t, m, statistics.JobQuery{Sort: order})), order)
		for limit := 1; limit <= 5; limit++ {
			var pages []uuid.UUID
			for offset := 0; offset < 6; offset += limit {
				page := searchJobs(t, m, statistics.JobQuery{Sort: order, Offset: offset, Limit: limit})
				require.LessOrEqual(t, len(page.Jobs), limit)
				require.EqualValues(t, 4, page.Total)
				pages = append(pages, jobsOf(page)...)
			}
			require.Equal(t, want, pages, "%s, pages of %d", order, limit)
		}
	}
	p.job("tie", projectiontest.June, &event.JobPosted{Client: named("client"), Kind: event.KindFixed})
	tied := projectiontest.SortedIDs(map[uuid.UUID]bool{named("tie"): true, named("first"): true})
	require.Equal(t, tied, jobsOf(searchJobs(t, p.model(), statistics.JobQuery{Offset: 3})))
}

// TestSearchJobsAnswer: what is shown of a job and of its client, invites never.
func TestSearchJobsAnswer(t *testing.T) {
	p := withJob(t, &event.JobPosted{Kind: event.KindHourly, Category: "web", Title: "A shop", Description: "Of all.", Skills: []event.Text{"Go"}, RateMin: 20_00, RateMax: 40_00,
		Duration: event.Duration1To3Months, Connects: 4})
	p.client("client", projectiontest.June, &event.PaymentMethodVerified{})
	p.job("bare", projectiontest.June-1, &event.JobPosted{Client: named("client"), Kind: event.KindFixed})
	p.invite("invite", projectiontest.June, &event.InviteSent{Job: named("job"), Client: named("client"), Freelancer: named("ann")})
	p.proposal("proposal", projectiontest.June, proposed("client", "ann", event.ViaProposal))
	m := p.model()
	found := searchJobs(t, m, statistics.JobQuery{})
	profile, err := statistics.Ask(t.Context(), m, statistics.ClientProfileOf(named("client")), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	card, err := json.Marshal(profile.ClientCard)
	require.NoError(t, err)
	for _, hidden := range []string{"state", "until", "signals", "next", "due_since", "invites"} {
		require.NotContains(t, string(card), `"`+hidden+`"`)
	}
	require.Contains(t, string(card), `"payment_verified":true`)
	require.Contains(t, string(card), `"jobs_posted":2`)
	client := `"client":"` + named("client").String() + `",`
	projectiontest.RequireJSON(t, `{"as_of":"2017-07-15T12:00:00Z","policy":"2024-09","total":2,"offset":0,"jobs":[
		{"job":"`+named("job").String()+`",`+client+`"posted":"2017-06-01T09:00:00Z","kind":"hourly","category":"web","title":"A shop","skills":["Go"],
		"budget":null,"rate_min":2000,"rate_max":4000,"duration":"1_to_3_months","connects":4,"candidates":1,"card":`+string(card)+`},
		{"job":"`+named("bare").String()+`",`+client+`"posted":"2017-06-01T08:59:59Z","kind":"fixed","category":null,"title":null,"skills":[],
		"budget":null,"rate_min":null,"rate_max":null,"duration":null,"connects":0,"candidates":0,"card":`+string(card)+`}]}`, found)

	none := searchJobs(t, newPast(t).model(), statistics.JobQuery{})
	projectiontest.RequireJSON(t, `{"as_of":"2017-07-15T12:00:00Z","policy":"2024-09","total":0,"offset":0,"jobs":[]}`, none)
}

func TestSearchJobsRefuses(t *testing.T) {
	m := newPast(t).model()
	for field, q := range map[string]statistics.JobQuery{
		"text":       {Text: strings.Repeat("a", 10_001)},
		"skills":     {Skills: make([]string, 10_001)},
		"kind":       {Kind: "weekly"},
		"budget_min": {BudgetMin: money(-1)},
		"rate_min":   {RateMin: money(-1)},
		"order":      {Sort: "luck"},
		"offset":     {Offset: -1},
		"limit":      {Limit: statistics.MaxSearchLimit + 1},
	} {
		_, err := statistics.Ask(t.Context(), m, statistics.SearchJobs(q), projectiontest.Noon, projectiontest.Preset(t, statistics.DefaultPolicy))
		var bad *statistics.QueryError
		require.ErrorAs(t, err, &bad, field)
		require.Equal(t, field, bad.Field)
	}
	for _, q := range []statistics.JobQuery{{Text: strings.Repeat("a", 10_000), Skills: make([]string, 10_000)}, {BudgetMin: money(0), RateMin: money(0)}, {Offset: statistics.MaxSearchOffset, Limit: statistics.MaxSearchLimit}} {
		require.NoError(t, q.Validate())
	}
}
