package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/web"
)

var (
	wantedJob, bareJob = uuid.MustParse("50000000-0000-4000-8000-000000000005"), uuid.MustParse("60000000-0000-4000-8000-000000000006")
	otherFreelancer    = uuid.MustParse("70000000-0000-4000-8000-000000000007")
)

// jobs is a market with a job on which all has happened that its page tells, in words that
// would be markup, and one that says nothing.
func jobs(t *testing.T) *marketplace.Marketplace {
	t.Helper()
	m := empty(t)
	budget, title, question := event.Money(70000), event.Text("A larger shop "+attack), uuid.New()
	proposals := []uuid.UUID{{1}, {2}}
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: otherFreelancer}},
		{"2020-01-02T00:00:00Z", aggregate.PostJob{Job: bareJob, Client: workClient, Kind: event.KindHourly}},
		{"2020-01-02T00:00:00Z", aggregate.PostJob{Job: wantedJob, Client: workClient, Kind: event.KindFixed, Category: "web",
			Title: "A shop", Description: "sells " + attack, Skills: []event.Text{"Go " + attack}, Budget: &budget, Duration: event.DurationUnder1Month, Questions: []event.Text{"When? " + attack}}},
		{"2020-01-03T00:00:00Z", aggregate.AskQuestion{Job: wantedJob, Question: question, Freelancer: workFreelancer, Text: "How large? " + attack}},
		{"2020-01-03T00:00:00Z", aggregate.AskQuestion{Job: wantedJob, Question: uuid.New(), Freelancer: otherFreelancer, Text: "Now?"}},
		{"2020-01-03T01:00:00Z", aggregate.AnswerQuestion{Job: wantedJob, Question: question, Text: "Ten pages. " + attack}},
		{"2020-01-03T02:00:00Z", aggregate.ReportJob{Job: wantedJob, Freelancer: otherFreelancer, Reason: event.ReportOther}},
		{"2020-01-04T00:00:00Z", aggregate.SubmitProposal{Proposal: proposals[0], Job: wantedJob, Freelancer: otherFreelancer, CoverLetter: "I.", Answers: []event.Text{"Soon."}}},
		{"2020-01-04T01:00:00Z", aggregate.SubmitProposal{Proposal: proposals[1], Job: wantedJob, Freelancer: workFreelancer, CoverLetter: "I.", Answers: []event.Text{"Soon."}}},
		{"2020-01-05T00:00:00Z", aggregate.DeclineProposal{Proposal: proposals[0]}},
		{"2020-01-06T00:00:00Z", aggregate.EditJob{Job: wantedJob, Title: &title}},
		{"2020-01-07T00:00:00Z", aggregate.StartContract{Contract: fixedWork, Job: wantedJob, Client: workClient, Freelancer: workFreelancer, Kind: event.KindFixed, Via: event.ViaProposal}},
		{"2020-01-08T00:00:00Z", aggregate.CloseJob{Job: wantedJob, Reason: event.CloseFilled}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at), "%s at %s", aggregate.CommandName(step.c), step.at)
	}
	return m
}

// TestJobPage: a job's page tells what it says as of the moment, who asked and who wants
// it, and what it came to; what people wrote is never markup.
func TestJobPage(t *testing.T) {
	h := works(t, jobs(t), web.Options{})
	address := "/jobs/" + wantedJob.String()
	before := words(document(t, h, address+"?as_of=2020-01-03"))
	for _, part := range []string{"Fixed-price job, open.", "A shop", "Nobody has proposed.", "Proposals 0"} {
		require.Contains(t, before, part)
	}
	require.NotContains(t, before, "larger")
	w := get(h, address+"?as_of=2020-02-01&policy=2015")
	require.Equal(t, http.StatusOK, w.Code)
	require.NotContains(t, w.Body.String(), "<script")
	doc := parsed(t, w.Body.String())
	sound(t, address, w.Body.String(), doc)
	text := words(doc)
	for _, part := range []string{
		"Fixed-price job, closed 2020-01-08 00:00:00 : filled.", "1 report of it", "A proposal costs 0 Connects", "Budget 700.00 USD", "Duration under 1 month",
		"A larger shop " + attack, "sells " + attack, "Category: web", "Go " + attack, "When? " + attack,
		"How large? " + attack + " Answered: Ten pages. " + attack, "Now? Not answered.",
		"Invites 0 Proposals 2 Withdrawn 0 Declined 1 Interviews 0 Meetings 0 Offers 0 Hires 1",
		"01000000 70000000 by proposal 2020-01-04 00:00:00 declined", "02000000 20000000 by proposal 2020-01-04 01:00:00", "JobEdited",
	} {
		require.Contains(t, text, part)
	}
	for _, link := range []string{"/clients/" + workClient.String(), "/freelancers/" + workFreelancer.String(), "/freelancers/" + otherFreelancer.String()} {
		require.Contains(t, hrefs(doc), link+"?as_of=2020-02-01&policy=2015")
	}
	bare := words(document(t, h, "/jobs/"+bareJob.String()))
	for _, part := range []string{"Hourly job, open.", "Without a title", "Nothing describes it.", "Nobody asked.", "Nobody has proposed."} {
		require.Contains(t, bare, part)
	}
}

// TestLinksToJobs: a client, a contract and events lead to their job where it was posted,
// and the job's events lead back.
func TestLinksToJobs(t *testing.T) {
	h := works(t, jobs(t), web.Options{})
	address := "/jobs/" + wantedJob.String()
	require.Contains(t, hrefs(document(t, h, "/clients/"+workClient.String()+"/profile")), address)
	contract := document(t, h, "/contracts/"+fixedWork.String())
	require.Contains(t, hrefs(contract), address)
	require.Contains(t, words(contract), "A larger shop "+attack)
	backs := 0
	for _, href := range append(hrefs(contract), hrefs(document(t, h, address))...) {
		if strings.HasPrefix(href, "/events/") {
			require.Contains(t, hrefs(document(t, h, href)), address)
			backs++
		}
	}
	require.Equal(t, 8, backs, "one event of the contract, seven of the job")
	for _, href := range hrefs(document(t, works(t, workshop(t), web.Options{}), "/contracts/"+fixedWork.String())) {
		require.NotContains(t, href, "/jobs/", "its job was not posted")
	}
}

// TestJobNotFound: what there is not, and what is asked in a wrong way.
func TestJobNotFound(t *testing.T) {
	h := works(t, jobs(t), web.Options{})
	address := "/jobs/" + wantedJob.String()
	for asked, want := range map[string]struct {
		status int
		words  string
	}{
		"/jobs/" + nobody:                    {404, "No job " + nobody + " had been posted as of"},
		"/jobs/" + fixedWork.String():        {404, "No job " + fixedWork.String()},
		"/jobs/me":                           {404, "no id of the form"},
		"/jobs/":                             {404, "no page at this address"},
		address + "?as_of=2020-01-01":        {404, "had been posted as of 2020-01-01T23:59:59Z"},
		address + "?as_of=soon":              {400, "as_of must be a date"},
		address + "?candidates=2":            {404, "it has 1 page"},
		address + "?asked=x":                 {404, "no page of that number"},
		"/accounts?id=" + wantedJob.String(): {303, ""},
	} {
		w := get(h, asked)
		require.Equal(t, want.status, w.Code, asked)
		require.Contains(t, words(parsed(t, w.Body.String())), want.words, asked)
	}
	require.Equal(t, address, get(h, "/accounts?id="+wantedJob.String()).Header().Get("Location"))
}

// TestJobOfReadModel: a read model has all that a job's page tells but the events.
func TestJobOfReadModel(t *testing.T) {
	m := jobs(t)
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), m.Store(), 1))
	alone, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	text := words(document(t, alone, "/jobs/"+wantedJob.String()))
	require.Contains(t, text, "Ten pages. "+attack)
	require.NotContains(t, text, "JobEdited")
}
