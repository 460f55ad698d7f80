package web_test

import (
	"context"
	"net/http"
	"net/url"
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

// known is a market with a freelancer of whom all is known that a profile shows, in words
// that would be markup, and one who says nothing. The first goes private in February.
func known(t *testing.T) *marketplace.Marketplace {
	t.Helper()
	m := empty(t)
	rate, first := event.Money(6000), uuid.New()
	fives := event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 4}
	recommend := 3
	start := aggregate.StartContract{Contract: fixedWork, Job: wantedJob, Client: workClient, Freelancer: workFreelancer, Kind: event.KindFixed, Via: event.ViaProposal}
	runs := start
	runs.Contract, runs.Job = hourlyWork, uuid.New()
	for _, step := range []struct {
		at string
		c  aggregate.Command
	}{
		{"2020-01-01T00:00:00Z", aggregate.RegisterClient{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyPaymentMethod{Client: workClient}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.RegisterFreelancer{Freelancer: otherFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.VerifyIdentity{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.GrantRisingTalent{Freelancer: workFreelancer}},
		{"2020-01-01T00:00:00Z", aggregate.DescribeProfile{Freelancer: workFreelancer, Title: "Shops " + attack, Introduction: "I build " + attack, Category: "web " + attack,
			Skills: []event.Text{"Go " + attack}, HourlyRate: &rate, Portfolio: []event.PortfolioItem{{Title: "Books " + attack, Ref: "javascript:alert(1)"}}}},
		{"2020-01-01T00:00:00Z", aggregate.RecordSkillTest{Freelancer: workFreelancer, Test: "go", Score: 91}},
		{"2020-01-02T00:00:00Z", aggregate.PostJob{Job: wantedJob, Client: workClient, Kind: event.KindFixed, Title: "A shop " + attack}},
		{"2020-01-03T00:00:00Z", start},
		{"2020-01-03T00:00:00Z", aggregate.AddMilestone{Contract: fixedWork, Milestone: first, Amount: 50000}},
		{"2020-01-03T00:00:00Z", aggregate.FundMilestone{Contract: fixedWork, Milestone: first}},
		{"2020-01-04T00:00:00Z", aggregate.ReleaseMilestone{Contract: fixedWork, Milestone: first}},
		{"2020-01-05T00:00:00Z", aggregate.EndContract{Contract: fixedWork, By: event.SideClient, Reason: "done"}},
		{"2020-01-06T00:00:00Z", aggregate.LeaveFeedback{Contract: fixedWork, By: event.SideClient, Scores: fives, Recommend: &recommend, Comment: "quick " + attack}},
		{"2020-01-07T00:00:00Z", aggregate.LeaveFeedback{Contract: fixedWork, By: event.SideFreelancer, Scores: fives, Comment: "kind"}},
		{"2020-01-08T00:00:00Z", aggregate.RespondToFeedback{Contract: fixedWork, By: event.SideFreelancer, Comment: "thanks " + attack}},
		{"2020-01-09T00:00:00Z", runs},
		{"2020-01-10T00:00:00Z", aggregate.PayBonus{Contract: hourlyWork, Amount: 2500}},
		{"2020-02-01T00:00:00Z", aggregate.SetVisibility{Freelancer: workFreelancer, Visibility: event.VisibilityPrivate}},
	} {
		require.NoError(t, markettest.Do(t, m, step.c, step.at), "%s at %s", aggregate.CommandName(step.c), step.at)
	}
	return m
}

// TestPublicProfilePage: what everybody sees of a freelancer as of the moment, never as
// markup, and the contracts of the work history.
func TestPublicProfilePage(t *testing.T) {
	h := works(t, known(t), web.Options{})
	address := "/freelancers/" + workFreelancer.String() + "/profile"
	w := get(h, address+"?as_of=2020-01-31")
	require.Equal(t, http.StatusOK, w.Code)
	require.NotContains(t, w.Body.String(), "<script")
	doc := parsed(t, w.Body.String())
	sound(t, address, w.Body.String(), doc)
	text := words(doc)
	for _, part := range []string{
		"Identity verified, takes work.", "Badges Rising Talent", "Rate 60.00 USD an hour", "Paid 525.00 USD, ever, net of refunds; in 12 months 525.00", "Hours 0.0",
		"Shops " + attack, "I build " + attack, "Category: web " + attack, "Go " + attack, "Books " + attack + ", javascript:alert(1)", "go 91 2020-01-01",
		"Without a title Fixed price. Paid 25.00 USD. From 2020-01-09, running. Contract " + hourlyWork.String() + " A shop " + attack,
		"A shop " + attack + " Fixed price. Paid 500.00 USD. From 2020-01-03 to 2020-01-05. 4.83 stars, by the client quick " + attack + " Answered: thanks " + attack,
	} {
		require.Contains(t, text, part)
	}
	require.Contains(t, hrefs(doc), "/contracts/"+fixedWork.String()+"?as_of=2020-01-31")
	require.NotContains(t, hrefs(doc), "javascript:alert(1)")
	require.NotContains(t, text, workClient.String(), "nobody is told whose work it was")
	require.NotContains(t, words(document(t, h, address+"?as_of=2020-01-06")), "quick", "not published yet")

	bare := words(document(t, h, "/freelancers/"+otherFreelancer.String()+"/profile"))
	for _, part := range []string{"Identity not verified, takes work.", "Without a title", "Nothing introduces it.", "Badges –", "No contract has ended, and none that runs was paid."} {
		require.Contains(t, bare, part)
	}
	require.NotContains(t, bare, "Rate")
}

// TestLinksToPublicProfile: My Stats and the search lead to a profile while everybody
// sees it, and to none that nobody sees.
func TestLinksToPublicProfile(t *testing.T) {
	h := works(t, known(t), web.Options{})
	mine := "/freelancers/" + workFreelancer.String()
	const january, february = "?as_of=2020-01-31", "?as_of=2020-02-01"
	require.Contains(t, hrefs(document(t, h, mine+january)), mine+"/profile"+january)
	require.Contains(t, hrefs(document(t, h, "/search"+january)), mine+"/profile"+january)
	require.Contains(t, words(document(t, h, "/search"+january)), "Shops "+attack)
	hidden := document(t, h, mine+february)
	require.NotContains(t, hrefs(hidden), mine+"/profile"+february)
	require.Contains(t, words(hidden), "Everybody sees no profile.")
	require.NotContains(t, hrefs(document(t, h, "/search"+february)), mine+"/profile"+february)
}

// recorder tells what is wanted of freelancers' records.
type recorder struct {
	*projection.Model
	views  int
	wanted projection.Parts
}

func (r *recorder) View(ctx context.Context, read func(projection.View) error) error {
	r.views++
	return r.Model.View(ctx, func(v projection.View) error { return read(recorderView{v, r}) })
}

type recorderView struct {
	projection.View
	of *recorder
}

func (v recorderView) Freelancer(id uuid.UUID, wanted projection.Parts) (*projection.FreelancerHistory, error) {
	v.of.wanted |= wanted
	return v.View.Freelancer(id, wanted)
}

// TestMyStatsWithoutProfile: My Stats links the profile without reading what it is made
// of, and all of the page is as of one state of the records.
func TestMyStatsWithoutProfile(t *testing.T) {
	model := &recorder{Model: projection.NewModel()}
	require.NoError(t, model.Load(t.Context(), known(t).Store(), 1))
	h, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	mine := "/freelancers/" + workFreelancer.String()
	require.Contains(t, hrefs(document(t, h, mine+"?as_of=2020-01-31")), mine+"/profile?as_of=2020-01-31")
	require.Equal(t, 1, model.views)
	require.NotZero(t, model.wanted&projection.PartMarks)
	require.Zero(t, model.wanted&projection.PartProfile)
	document(t, h, mine+"/profile?as_of=2020-01-31")
	require.NotZero(t, model.wanted&projection.PartProfile)
}

// TestPublicProfileNotFound: what nobody sees, and what is asked in a wrong way.
func TestPublicProfileNotFound(t *testing.T) {
	h := works(t, known(t), web.Options{})
	mine := "/freelancers/" + workFreelancer.String() + "/profile"
	for asked, want := range map[string]string{
		mine:                                   "has no public profile as of",
		mine + "?as_of=2019-12-31":             "has no public profile as of 2019-12-31T23:59:59Z: it is private, or the account is suspended, closed or not registered.",
		"/freelancers/" + nobody + "/profile":  "Freelancer " + nobody + " has no public profile",
		"/freelancers/me/profile":              "no id of the form",
		mine + "?as_of=2020-01-31&page=2":      "it has 1 page",
		mine + "?as_of=2020-01-31&page=second": "no page of that number",
	} {
		w := get(h, asked)
		require.Equal(t, http.StatusNotFound, w.Code, asked)
		require.Contains(t, words(parsed(t, w.Body.String())), want, asked)
	}
}

// TestPublicProfileOfReadModel: a read model has all of it; contracts have pages beside a
// log only.
func TestPublicProfileOfReadModel(t *testing.T) {
	m := known(t)
	model := projection.NewModel()
	require.NoError(t, model.Load(t.Context(), m.Store(), 1))
	alone, err := web.NewHandler(marketplace.QuestionsTo(model, nil), web.Options{})
	require.NoError(t, err)
	doc := document(t, alone, "/freelancers/"+workFreelancer.String()+"/profile?as_of=2020-01-31")
	require.Contains(t, words(doc), "thanks "+attack)
	require.NotContains(t, hrefs(doc), "/contracts/"+fixedWork.String()+"?as_of=2020-01-31")
}

// TestSearchByWhatIsSaid: the fields of the search, the amounts in the currency, and what
// of the answers stands in the table and again in the form.
func TestSearchByWhatIsSaid(t *testing.T) {
	h := works(t, known(t), web.Options{})
	for query, want := range map[string]string{
		"text=shops+build":           "1 freelancer found",
		"text=shops+none":            "0 freelancers found",
		"category=web":               "0 freelancers found",
		"rate_min=60&rate_max=60.00": "1 freelancer found",
		"rate_min=60.01":             "0 freelancers found",
		"rate_max=59.99":             "0 freelancers found",
		"rate_max=":                  "2 freelancers found",
		"paid_min=525":               "1 freelancer found",
		"paid_min=525.01":            "0 freelancers found",
		"hours_min=0":                "2 freelancers found",
		"hours_min=1":                "0 freelancers found",
		"skills=%2C+%2C":             "2 freelancers found",
		"skills=go":                  "0 freelancers found",
		"skills=" + url.QueryEscape("go "+attack+" , "):  "1 freelancer found",
		"skills=" + url.QueryEscape("go "+attack+",sql"): "0 freelancers found",
		"category=" + url.QueryEscape("WEB "+attack):     "1 freelancer found",
	} {
		require.Contains(t, words(document(t, h, "/search?as_of=2020-01-31&"+query)), want, query)
	}
	address := "/search?as_of=2020-01-31&order=rate&text=" + url.QueryEscape(`"shops" <build>`)
	doc := document(t, h, address)
	require.Contains(t, words(doc), "Shops "+attack+" web "+attack+" 60.00 525.00 0.0")
	for _, form := range elements(doc, "form") {
		var asked []string
		for _, i := range elements(form, "input") {
			if attribute(i, "name") == "text" {
				asked = append(asked, attribute(i, "value"))
			}
		}
		require.Equal(t, []string{`"shops" <build>`}, asked, "each form keeps it, once")
	}
	for _, by := range []string{"paid", "rate"} {
		var chosen []string
		for _, o := range elements(document(t, h, "/search?order="+by), "option") {
			if _, is := has(o, "selected"); is {
				chosen = append(chosen, attribute(o, "value"))
			}
		}
		require.Contains(t, chosen, by)
	}
}
