package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/web"
)

// attack is what a person may write.
const attack = `"><script>alert(1)</script><b onclick='x'>&amp;`

var (
	workClient, workFreelancer = uuid.MustParse("10000000-0000-4000-8000-000000000001"), uuid.MustParse("20000000-0000-4000-8000-000000000002")
	fixedWork, hourlyWork      = uuid.MustParse("30000000-0000-4000-8000-000000000003"), uuid.MustParse("40000000-0000-4000-8000-000000000004")
)

// workshop is a market with a contract of each kind, on which all has happened that their
// pages tell, in words that would be markup.
func workshop(t *testing.T) *marketplace.Marketplace {
	t.Helper()
	m := empty(t)
	first, second, dispute, overWeek := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	rate, limit, private := event.Money(6000), int64(25), 3
	fives := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 4}
	start := aggregate.StartContract{Job: uuid.New(), Client: workClient, Freelancer: workFreelancer, Via: event.ViaProposal}
	onFixed, onHourly := start, start
	onFixed.Contract, onFixed.Kind, onFixed.Description = fixedWork, event.KindFixed, "agreed: "+attack
	onHourly.Contract, onHourly.Kind, onHourly.HourlyRate, onHourly.WeeklyLimitMinutes = hourlyWork, event.KindHourly, &rate, &limit
	segment := func(start string, memo event.Text) aggregate.LogSegment {
		return aggregate.LogSegment{Contract: hourlyWork, Start: at(start), Kind: event.SegmentTracked, Activity: 5, Screenshot: true, Memo: memo}
	}
	week := event.WeekOf(at("2020-01-07T00:00:00Z"))
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyIdentity{Freelancer: workFreelancer}},
		{"2020-01-06T00:00:00Z", onFixed},
		{"2020-01-06T01:00:00Z", aggregate.AddMilestone{Contract: fixedWork, Milestone: first, Amount: 50000, Description: "the first page " + attack, Due: "2020-02-29"}},
		{"2020-01-06T01:00:00Z", aggregate.AddMilestone{Contract: fixedWork, Milestone: second, Amount: 20000}},
		{"2020-01-06T02:00:00Z", aggregate.FundMilestone{Contract: fixedWork, Milestone: first}},
		{"2020-01-07T00:00:00Z", aggregate.SubmitWork{Contract: fixedWork, Milestone: first}},
		{"2020-01-08T00:00:00Z", aggregate.OpenDispute{Contract: fixedWork, Dispute: dispute, By: event.SideClient, Amount: 30000, Reason: "late " + attack}},
		{"2020-01-09T00:00:00Z", aggregate.AnswerDispute{Contract: fixedWork, Dispute: dispute, Answer: event.AnswerContest}},
		{"2020-01-10T00:00:00Z", aggregate.ResolveDispute{Contract: fixedWork, Dispute: dispute, ToFreelancer: 10000, ToClient: 20000, DecidedBy: event.DecidedByMediation}},
		{"2020-01-11T00:00:00Z", aggregate.ReleaseMilestone{Contract: fixedWork, Milestone: first}},
		{"2020-01-11T01:00:00Z", aggregate.PayBonus{Contract: fixedWork, Amount: 1500}},
		{"2020-01-11T02:00:00Z", aggregate.GiveRefund{Contract: fixedWork, Amount: 700}},
		{"2020-01-12T00:00:00Z", aggregate.EndContract{Contract: fixedWork, By: event.SideClient, Reason: "done " + attack}},
		{"2020-01-13T00:00:00Z", aggregate.LeaveFeedback{Contract: fixedWork, By: event.SideClient, Scores: fives, Recommend: &private, Comment: "quick " + attack}},
		{"2020-01-14T00:00:00Z", aggregate.LeaveFeedback{Contract: fixedWork, By: event.SideFreelancer, Scores: fives, Comment: "kind " + attack}},
		{"2020-01-15T00:00:00Z", aggregate.RespondToFeedback{Contract: fixedWork, By: event.SideFreelancer, Comment: "thanks " + attack}},
		{"2020-01-06T00:00:00Z", onHourly},
		{"2020-01-07T12:00:00Z", segment("2020-01-07T09:00:00Z", "routing "+attack)},
		{"2020-01-07T12:00:00Z", segment("2020-01-07T09:10:00Z", "")},
		{"2020-01-07T12:00:00Z", segment("2020-01-07T09:20:00Z", "routing")},
		{"2020-01-13T12:00:00Z", aggregate.InvoiceWeek{Contract: hourlyWork, Week: week}},
		{"2020-01-14T12:00:00Z", aggregate.OpenDispute{Contract: hourlyWork, Dispute: overWeek, By: event.SideClient, Week: week, Amount: 1000, Reason: "idle"}},
		{"2020-01-15T12:00:00Z", aggregate.AnswerDispute{Contract: hourlyWork, Dispute: overWeek, Answer: event.AnswerAccept}},
		{"2020-01-18T00:00:00Z", aggregate.PayWeek{Contract: hourlyWork, Week: week}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at), "%s at %s", aggregate.CommandName(step.c), step.at)
	}
	return m
}

func works(t *testing.T, m *marketplace.Marketplace, o web.Options) http.Handler {
	t.Helper()
	o.Log = m.Store()
	h, err := web.NewHandler(m.Questions, o)
	require.NoError(t, err)
	return h
}

// TestContractPage: a contract's page tells its money, milestones, disputes and feedback
// as of the moment, links its week and its events, and these link back.
func TestContractPage(t *testing.T) {
	h := works(t, workshop(t), web.Options{})
	fixed, hourly := "/contracts/"+fixedWork.String(), "/contracts/"+hourlyWork.String()
	doc := document(t, h, fixed+"?as_of=2020-02-01")
	text := words(doc)
	for _, part := range []string{
		"Fixed-price contract, by proposal, ended", "Paid 308.00 USD, net of refunds",
		"In escrow 0.00 USD, of 500.00 funded: 300.00 released, 200.00 refunded", "Agreed: [personal text]",
		"closed 500.00 500.00 300.00 200.00 0.00 1 2020-01-11 00:00:00 2020-02-29", "unfunded 200.00 0.00 0.00 0.00 0.00 0",
		"2020-01-11 01:00:00 bonus, to the freelancer 15.00", "2020-01-11 02:00:00 refund, to the client 7.00",
		"300.00 USD, by the client: resolved", "Opened 2020-01-08 00:00:00 , answered 2020-01-09 00:00:00 , closed 2020-01-10 00:00:00 . Decided by mediation.",
		"To the freelancer 100.00 USD, to the client 200.00 USD.", "Reason: [personal text]",
		"4.83 stars, by the client", "quick " + attack, "4.83 stars, by the freelancer", "Answered 2020-01-15 00:00:00 : thanks " + attack,
		"ContractStarted", "DisputeResolved", "FeedbackPublished",
	} {
		require.Contains(t, text, part)
	}
	require.NotContains(t, text, "recommend")
	submitted := words(document(t, h, fixed+"?as_of=2020-01-07T12:00:00Z"))
	require.Contains(t, submitted, "submitted 500.00 500.00 0.00 0.00 500.00 1 released 2020-01-21 00:00:00")
	require.NotContains(t, submitted, "DisputeOpened")
	open := words(document(t, h, fixed+"?as_of=2020-01-08T12:00:00Z"))
	require.Contains(t, open, "to be answered until 2020-01-13 00:00:00 , else the client gets it back")
	sealed := document(t, h, fixed+"?as_of=2020-01-13")
	require.Contains(t, words(sealed), "None is published. It can be given until 2020-01-27 00:00:00")
	require.NotContains(t, words(sealed), "quick", "H6")

	doc = document(t, h, hourly+"?as_of=2020-02-01&policy=2015")
	require.Contains(t, words(doc), "Rate 60.00 USD an hour, up to 0.4 hours a week")
	require.Contains(t, words(doc), "2020-W02 0.5 25.00 10.00 15.00 2020-01-18 00:00:00")
	require.Contains(t, words(doc), "10.00 USD, by the client, over week 2020-W02: accepted")
	require.Contains(t, words(doc), "To the freelancer 0.00 USD, to the client 10.00 USD.")
	diary := hourly + "/weeks/2020-W02?as_of=2020-02-01&policy=2015"
	require.Contains(t, hrefs(doc), diary)
	require.Contains(t, hrefs(doc), "/clients/"+workClient.String()+"?as_of=2020-02-01&policy=2015")

	backs := 0
	for _, href := range append(hrefs(doc), hrefs(document(t, h, diary))...) {
		if strings.HasPrefix(href, "/events/") {
			require.Contains(t, hrefs(document(t, h, href)), hourly+"?as_of=2020-02-01&policy=2015")
			backs++
		}
	}
	require.Equal(t, 10, backs, "six events of the contract, four of the week")
}

// TestDiaryPage: a week's page lists every segment, what of it is billed and protected,
// and why not, and the bill.
func TestDiaryPage(t *testing.T) {
	m := workshop(t)
	h := works(t, m, web.Options{})
	diary := "/contracts/" + hourlyWork.String() + "/weeks/2020-W02"
	text := words(document(t, h, diary+"?as_of=2020-02-01"))
	for _, part := range []string{
		"Billed 0.4 hours, 0.2 protected", "Invoice 25.00 USD, under review until 2020-01-18 00:00:00", "Paid 15.00 USD; refused 10.00", "Ten minutes each, 3 in all",
		"2020-01-07 09:00:00 tracked 5 yes 10 min yes [personal text]", "2020-01-07 09:10:00 tracked 5 yes 10 min no: no memo", "2020-01-07 09:20:00 tracked 5 yes 5 min no: over the weekly limit",
		"WeekInvoiced",
	} {
		require.Contains(t, text, part)
	}
	before := words(document(t, h, diary+"?as_of=2020-01-08"))
	require.Contains(t, before, "Would be billed 0.4 hours")
	require.Contains(t, before, "not invoiced yet")

	told := words(document(t, works(t, m, web.Options{ShowText: true}), diary))
	require.Contains(t, told, "routing "+attack)
}

// TestContractNotFound: what there is not, and what is asked in a wrong way.
func TestContractNotFound(t *testing.T) {
	h := works(t, workshop(t), web.Options{})
	fixed, hourly := "/contracts/"+fixedWork.String(), "/contracts/"+hourlyWork.String()
	for address, want := range map[string]struct {
		status int
		words  string
	}{
		"/contracts/" + nobody:                          {404, "No contract " + nobody + " had started as of"},
		"/contracts/" + workClient.String():             {404, "No contract " + workClient.String()},
		"/contracts/me":                                 {404, "no id of the form"},
		fixed + "?as_of=2020-01-05":                     {404, "had started as of 2020-01-05T23:59:59Z"},
		fixed + "?as_of=soon":                           {400, "as_of must be a date"},
		fixed + "?policy=none":                          {400, "policy must be one of"},
		fixed + "?milestones=2":                         {404, "it has 1 page"},
		fixed + "?events=x":                             {404, "no page of that number"},
		hourly + "/weeks/2020-W02?as_of=2020-01-06":     {404, "has nothing in week 2020-W02 as of"},
		hourly + "/weeks/2020-W03":                      {404, "has nothing in week 2020-W03"},
		hourly + "/weeks/2020-W54":                      {404, "There is no such week"},
		hourly + "/weeks/":                              {404, "no page at this address"},
		hourly + "/weeks/2020-W02?as_of=2020-13-01":     {400, "as_of must be a date"},
		"/contracts/" + nobody + "/weeks/2020-W02":      {404, "No contract " + nobody},
		"/contracts/" + nobody + "/weeks/2020-W02/more": {404, "no page at this address"},
		"/accounts?id=" + fixedWork.String():            {303, ""},
	} {
		w := get(h, address)
		require.Equal(t, want.status, w.Code, address)
		require.Contains(t, words(parsed(t, w.Body.String())), want.words, address)
	}
	require.Equal(t, fixed, get(h, "/accounts?id="+fixedWork.String()).Header().Get("Location"))
}

// TestContractOfReadModel: a read model keeps neither milestones nor segments, which the
// page says; beside its log it shows them.
func TestContractOfReadModel(t *testing.T) {
	m := workshop(t)
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), m.Store(), 1))
	alone, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	for _, address := range []string{"/contracts/" + fixedWork.String(), "/contracts/" + hourlyWork.String() + "/weeks/2020-W02"} {
		w := get(alone, address)
		require.Equal(t, http.StatusNotFound, w.Code)
		require.Contains(t, w.Body.String(), "contracts are shown where the pages have the log too")
	}
	for _, href := range hrefs(document(t, alone, "/freelancers/"+workFreelancer.String()+"/work")) {
		require.NotContains(t, href, "/contracts/")
	}
	beside, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{Log: m.Store()})
	require.NoError(t, err)
	require.Contains(t, words(document(t, beside, "/contracts/"+fixedWork.String())), "MilestoneReleased")
	require.Contains(t, hrefs(document(t, beside, "/freelancers/"+workFreelancer.String()+"/work")), "/contracts/"+fixedWork.String())
}

// TestPersonalTextIsText: what people wrote is never markup, and what is not for everybody
// shows only where the host wants it to.
func TestPersonalTextIsText(t *testing.T) {
	m := workshop(t)
	named := func(context.Context, string, uuid.UUID) string { return "Ann " + attack }
	for _, shown := range []bool{false, true} {
		h := works(t, m, web.Options{ShowText: shown, Name: named})
		for address, private := range map[string][]string{
			"/": nil, "/search": nil, "/clients/" + workClient.String(): nil, "/freelancers/" + workFreelancer.String(): nil,
			"/clients/" + workClient.String() + "/profile":          nil,
			"/freelancers/" + workFreelancer.String() + "/work":     nil,
			"/contracts/" + fixedWork.String():                      {"agreed: ", "the first page ", "late "},
			"/contracts/" + hourlyWork.String() + "/weeks/2020-W02": {"routing "},
		} {
			w := get(h, address)
			require.Equal(t, http.StatusOK, w.Code, address)
			body := w.Body.String()
			require.NotContains(t, body, "<script", address)
			doc := parsed(t, body)
			sound(t, address, body, doc)
			for _, text := range private {
				require.Equal(t, shown, strings.Contains(words(doc), text+attack), "%s: %s", address, text)
				require.Equal(t, shown, strings.Contains(body, text), "%s: %s", address, text)
			}
			if !strings.Contains(address, "/weeks/") {
				require.Contains(t, words(doc), "Ann "+attack, address)
			}
		}
	}
}

// hrefs are where the links of a page lead to.
func hrefs(n *html.Node) (all []string) {
	for _, a := range elements(n, "a") {
		all = append(all, attribute(a, "href"))
	}
	return all
}
