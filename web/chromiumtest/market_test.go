package chromiumtest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/process"
	"github.com/marketcore/marketplace/simulate"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/web"
)

// site is the pages of a simulated market, which the tests only read.
type site struct {
	url       string
	addresses map[string]string // of the pages, each kind once
}

var (
	opens = time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC)
	ends  = opens.AddDate(1, 6, 0)
)

// market is a simulated one, whose people have something to say of themselves in the end.
func market(ctx context.Context) (*marketplace.Marketplace, error) {
	clock := process.NewManualClock(opens)
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		return nil, err
	}
	if _, err = simulate.Run(ctx, m.Store(), simulate.Options{Seed: 7, Freelancers: 120, Clients: 50, From: opens, Until: ends, Clock: clock}); err != nil {
		return nil, err
	}
	return m, talk(ctx, m)
}

func serve(t *testing.T) site {
	t.Helper()
	s, err := served()
	require.NoError(t, err)
	return s
}

// served are the pages that all tests look at.
var served = sync.OnceValues(func() (s site, err error) {
	ctx := context.Background()
	m, err := market(ctx)
	if err != nil {
		return s, err
	}
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store(), Now: func() time.Time { return ends }})
	if err != nil {
		return s, err
	}
	report, err := marketplace.Ask(ctx, m, statistics.FullReport())
	if err != nil {
		return s, err
	}
	freelancer := most(report.Freelancers, func(f *statistics.FreelancerStats) event.Money { return f.Paid })
	client := most(report.Clients, func(c *statistics.ClientStats) event.Money { return c.Spent })
	fixed, hourly, week, err := contracts(ctx, m.Store())
	if err != nil {
		return s, err
	}
	jobs, err := marketplace.Ask(ctx, m, statistics.SearchJobs(statistics.JobQuery{Limit: statistics.MaxSearchLimit}))
	if err != nil {
		return s, err
	}
	job := wanted(jobs)
	server := httptest.NewServer(h)
	shared = append(shared, server.Close)
	return site{server.URL, map[string]string{
		"overview":       "/",
		"search":         "/search?available=1",
		"jobs":           "/jobs",
		"job":            "/jobs/" + job,
		"search-words":   "/search?category=" + wordy.category,
		"jobs-words":     "/jobs?category=" + wordy.category,
		"job-words":      "/jobs/" + jobs.Jobs[len(jobs.Jobs)-1].Job.String(),
		"weeks":          "/weeks",
		"week":           "/weeks/2017-W05",
		"funnel":         "/funnel",
		"disputes":       "/dispute-rate",
		"my-stats":       "/freelancers/" + freelancer,
		"job-success":    "/freelancers/" + freelancer + "/job-success",
		"responsiveness": "/freelancers/" + freelancer + "/responsiveness",
		"badges":         "/freelancers/" + freelancer + "/badges",
		"work":           "/freelancers/" + freelancer + "/work",
		"connects":       "/freelancers/" + freelancer + "/connects",
		"profile":        "/freelancers/" + freelancer + "/profile",
		"contract":       "/contracts/" + fixed,
		"contract-weeks": "/contracts/" + hourly,
		"diary":          "/contracts/" + hourly + "/weeks/" + week,
		"clients":        "/clients",
		"client":         "/clients/" + client,
		"standing":       "/clients/" + client + "/profile",
		"event":          "/events/5000",
		"problem":        "/nowhere",
	}}, nil
})

// wanted is the job with the most candidates.
func wanted(found *statistics.FoundJobs) string {
	return slices.MaxFunc(found.Jobs, func(a, b statistics.FoundJob) int {
		return cmp.Or(cmp.Compare(a.Candidates, b.Candidates), slices.Compare(a.Job[:], b.Job[:]))
	}).Job.String()
}

// contracts are the fixed-price contract with the most events, and the hourly one with the
// fullest week, and that week.
func contracts(ctx context.Context, log store.Store) (fixed, hourly, week string, err error) {
	events := map[string]int{}
	isFixed := map[string]bool{}
	for rec, err := range log.ReadAll(ctx, store.Span{}) {
		if err != nil {
			return "", "", "", err
		}
		events[rec.Stream]++
		isFixed[rec.Stream] = isFixed[rec.Stream] || rec.Type == "MilestoneAdded"
	}
	mostOf, fullest := 0, 0
	for _, stream := range slices.Sorted(maps.Keys(events)) {
		switch category, id, w, _ := event.ParseStream(stream); {
		case category == event.CategoryContract && isFixed[stream] && events[stream] > mostOf:
			mostOf, fixed = events[stream], id.String()
		case category == event.CategoryWorkWeek && events[stream] > fullest:
			fullest, hourly, week = events[stream], id.String(), w.String()
		}
	}
	if fixed == "" || hourly == "" {
		return "", "", "", errors.New("the market has too little work")
	}
	return fixed, hourly, week, nil
}

// most is the account with the most money.
func most[S any](all map[uuid.UUID]S, money func(S) event.Money) string {
	return slices.MaxFunc(slices.Collect(maps.Keys(all)), func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(money(all[a]), money(all[b])), slices.Compare(a[:], b[:]))
	}).String()
}

func (s site) at(name string) string { return s.url + s.addresses[name] }
