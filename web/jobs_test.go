package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/web"
)

// hiringMoment is one at which many jobs of the history of hiring are open.
const hiringMoment = "2024-12-31T12:00:00Z"

// TestFindJobs: every open job is found, page by page, with what it says, what a proposal
// costs and what may be expected of its client, as the statistics say.
func TestFindJobs(t *testing.T) {
	of, err := hiring()
	require.NoError(t, err)
	h := works(t, of, web.Options{})
	m := projection.NewModel()
	require.NoError(t, m.Load(t.Context(), of.Store(), 1))
	p, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	for _, order := range []statistics.JobOrder{statistics.ByPosting, statistics.ByCandidates} {
		all, err := statistics.Ask(t.Context(), m, statistics.SearchJobs(statistics.JobQuery{Sort: order, Limit: statistics.MaxSearchLimit}), at(hiringMoment), p)
		require.NoError(t, err)
		require.Len(t, all.Jobs, int(all.Total))
		require.Greater(t, all.Total, int64(20), "more than one page of them")
		for n := 1; n <= (len(all.Jobs)+19)/20; n++ {
			doc := document(t, h, fmt.Sprintf("/jobs?as_of=%s&order=%s&page=%d", hiringMoment, order, n))
			require.Contains(t, words(doc), fmt.Sprintf("%d open jobs found.", all.Total))
			rows := elements(elements(doc, "tbody")[0], "tr")
			part := all.Jobs[(n-1)*20 : min(n*20, len(all.Jobs))]
			require.Len(t, rows, len(part))
			for i, j := range part {
				require.True(t, strings.HasPrefix(words(rows[i]), j.Job.String()[:8]), "in the order of the statistics")
				payment := show.Unknown
				if j.Card.PaymentVerified {
					payment = "verified"
				}
				require.Contains(t, words(rows[i]), strings.Join([]string{
					show.Count(int64(j.Connects)), show.Count(j.Candidates), j.Posted.Date().String(), j.Client.String()[:8],
					payment, usd.Amount(j.Card.Spent), show.Percent(j.Card.HireRateBP), show.Stars(j.Card.Stars)}, " "))
				query := "?as_of=" + strings.ReplaceAll(hiringMoment, ":", "%3A")
				require.Equal(t, []string{"/jobs/" + j.Job.String() + query, "/clients/" + j.Client.String() + query}, hrefs(rows[i]))
			}
		}
	}
}

// offers is a market with open jobs of two kinds, one that says nothing, one of a client
// who is barred in February, and one that is closed then.
func offers(t *testing.T) *marketplace.Marketplace {
	t.Helper()
	m := empty(t)
	barred, budget, low, high := uuid.UUID{9}, event.Money(70000), event.Money(2000), event.Money(3050)
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: barred}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: barred}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: workFreelancer}},
		{"2020-01-02T00:00:00Z", aggregate.PostJob{Job: uuid.UUID{1}, Client: workClient, Kind: event.KindFixed, Category: "web " + attack, Title: "A shop " + attack,
			Description: "sells books", Skills: []event.Text{"Go " + attack, "SQL"}, Budget: &budget, Duration: event.DurationUnder1Month}},
		{"2020-01-03T00:00:00Z", aggregate.PostJob{Job: uuid.UUID{2}, Client: workClient, Kind: event.KindHourly, Category: "design", Title: "A logo", Skills: []event.Text{"sql"}, RateMin: &low, RateMax: &high}},
		{"2020-01-04T00:00:00Z", aggregate.PostJob{Job: uuid.UUID{3}, Client: workClient, Kind: event.KindHourly}},
		{"2020-01-05T00:00:00Z", aggregate.PostJob{Job: uuid.UUID{4}, Client: barred, Kind: event.KindFixed, Title: "A shop of the barred"}},
		{"2020-01-06T00:00:00Z", aggregate.SubmitProposal{Proposal: uuid.UUID{21}, Job: uuid.UUID{3}, Freelancer: workFreelancer, CoverLetter: "dear client " + attack}},
		{"2020-02-01T00:00:00Z", aggregate.BarClient{Client: barred, Reason: event.SanctionFraud}},
		{"2020-03-01T00:00:00Z", aggregate.CloseJob{Job: uuid.UUID{1}, Reason: event.CloseCancelled}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at), "%s at %s", aggregate.CommandName(step.c), step.at)
	}
	return m
}

// TestFindJobsByWhatIsSaid: each field of the form, the order, and the moment; what people
// wrote is never markup, whoever reads it.
func TestFindJobsByWhatIsSaid(t *testing.T) {
	m := offers(t)
	for _, shown := range []bool{false, true} {
		h := works(t, m, web.Options{ShowText: shown, Name: func(_ context.Context, kind string, _ uuid.UUID) string { return kind + " " + attack }})
		for query, want := range map[string]string{
			"": "03020100", "as_of=2020-01-31": "04030201", "as_of=2020-01-03": "0201", "as_of=2020-03-01": "0302", "as_of=2019-12-31": "",
			"text=SHOP+books": "01", "text=shop+logo": "", "text=sql": "0201", "text=++": "030201", "skills=Sql": "0201", "skills=%2C+%2C": "030201",
			"skills=" + url.QueryEscape("sql , go "+attack): "01", "skills=go": "", "category=DESIGN": "02", "category=" + url.QueryEscape("WEB "+attack): "01", "category=web": "",
			"kind=fixed": "01", "kind=hourly": "0302", "kind=": "030201", "budget_min=700": "01", "budget_min=700.01": "", "budget_min=0": "01",
			"rate_min=30.50": "02", "rate_min=30.51": "", "order=newest": "030201", "order=candidates": "020103", "order=candidates&as_of=2020-01-31": "04020103",
			"text=logo&kind=hourly&skills=sql&rate_min=20&category=design": "02", "text=logo&kind=fixed": "",
		} {
			if !strings.Contains(query, "as_of") {
				query += "&as_of=2020-02-01"
			}
			want = strings.TrimSuffix(want, "00")
			w := get(h, "/jobs?"+query)
			require.Equal(t, http.StatusOK, w.Code, query)
			require.NotContains(t, w.Body.String(), "<script", query)
			require.NotContains(t, w.Body.String(), "dear client", "a cover letter is not for everybody, and on no list")
			doc := parsed(t, w.Body.String())
			sound(t, query, w.Body.String(), doc)
			found := ""
			for _, row := range elements(doc, "tr") {
				if code := elements(row, "code"); len(code) > 0 {
					found += words(code[0])[:2]
					require.Contains(t, words(row), "client "+attack, query)
				}
			}
			require.Equal(t, want, found, query)
			require.Contains(t, words(doc), show.Of(len(want)/2, "open job", "open jobs")+" found.", query)
		}
		rows := words(elements(document(t, h, "/jobs?as_of=2020-02-01"), "tbody")[0])
		for _, row := range []string{
			"03000000 – hourly 0 1 2020-01-04 10000000 client " + attack + " verified 0.00 0.00 % –",
			"02000000 A logo design: sql hourly, 20.00 to 30.50 0 0 2020-01-03",
			"01000000 A shop " + attack + " web " + attack + ": Go " + attack + ", SQL fixed price, 700.00, under 1 month 0 0 2020-01-02",
		} {
			require.Contains(t, rows, row)
		}
	}
}

// TestFindJobsForm: what was asked for stands in the form again, and in that of the moment;
// the pages of the list and the navigation keep what they should.
func TestFindJobsForm(t *testing.T) {
	of, err := hiring()
	require.NoError(t, err)
	h := works(t, of, web.Options{})
	asked := url.Values{"as_of": {hiringMoment}, "policy": {"2015"}, "text": {`"shops" <build>`}, "skills": {"go, sql"}, "category": {"web"},
		"kind": {"hourly"}, "budget_min": {"1.50"}, "rate_min": {"20"}, "order": {"candidates"}}
	doc := document(t, h, "/jobs?"+asked.Encode())
	for _, form := range elements(doc, "form") {
		kept := url.Values{}
		for _, i := range elements(form, "input") {
			kept.Add(attribute(i, "name"), attribute(i, "value"))
		}
		for _, s := range elements(form, "select") {
			for _, o := range elements(s, "option") {
				if _, chosen := has(o, "selected"); chosen {
					kept.Add(attribute(s, "name"), attribute(o, "value"))
				}
			}
		}
		require.Equal(t, asked, kept, "each form keeps all, once")
	}
	list := document(t, h, "/jobs?as_of="+hiringMoment+"&order=candidates")
	require.Contains(t, hrefs(list), "/jobs?as_of="+url.QueryEscape(hiringMoment)+"&order=candidates&page=2")
	here := 0
	for _, a := range elements(list, "a") {
		if attribute(a, "aria-current") == "page" {
			require.Equal(t, "/jobs?as_of="+url.QueryEscape(hiringMoment), attribute(a, "href"), "another page has another order")
			here++
		}
	}
	require.Equal(t, 1, here)
}

// TestFindJobsInAWrongWay: what makes no sense is said, in words for who asked.
func TestFindJobsInAWrongWay(t *testing.T) {
	h := site(t)
	for query, want := range map[string]struct {
		status int
		words  string
	}{
		"kind=daily":               {400, "kind is"},
		"order=price":              {400, "order is"},
		"budget_min=x":             {400, "budget_min must be an amount of USD, such as 25.00."},
		"budget_min=-1":            {400, "budget_min must be an amount"},
		"rate_min=1.005":           {400, "rate_min must be an amount"},
		"as_of=soon":               {400, "as_of must be a date"},
		"policy=2014":              {400, "policy must be one of"},
		"page=0":                   {404, "no page of that number"},
		"page=x":                   {404, "no page of that number"},
		"page=2000":                {404, "no page of that number"},
		"page=9223372036854775807": {404, "no page of that number"},
	} {
		w := get(h, "/jobs?"+query)
		require.Equal(t, want.status, w.Code, query)
		text := words(parsed(t, w.Body.String()))
		require.Contains(t, text, want.words, query)
		require.NotContains(t, text, "statistics", query)
	}
}

// TestFindJobsOfReadModel: a read model has all of it.
func TestFindJobsOfReadModel(t *testing.T) {
	m := offers(t)
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), m.Store(), 1))
	alone, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	beside := works(t, m, web.Options{})
	const address = "/jobs?as_of=2020-02-01"
	require.Equal(t, get(beside, address).Body.String(), get(alone, address).Body.String())
	require.Contains(t, words(document(t, alone, address)), "3 open jobs found.")
}
