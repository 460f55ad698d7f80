package chromiumtest

import (
	"cmp"
	"context"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
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

// The widths in CSS pixels at which the pages are looked at.
var widths = map[string]int64{"phone": 360, "desktop": 1280}

// site is the pages of a simulated market, which the tests only read.
type site struct {
	url       string
	addresses map[string]string // of the pages, each kind once
}

var market = sync.OnceValues(func() (*marketplace.Marketplace, error) {
	ctx, clock := context.Background(), process.NewManualClock(opens)
	m, err := marketplace.New(memory.Options{Now: clock.Now}.New(), marketplace.Options{Now: clock.Now})
	if err != nil {
		return nil, err
	}
	_, err = simulate.Run(ctx, m.Store(), simulate.Options{Seed: 7, Freelancers: 120, Clients: 50, From: opens, Until: ends, Clock: clock})
	return m, err
})

var (
	opens = time.Date(2016, 1, 4, 0, 0, 0, 0, time.UTC)
	ends  = opens.AddDate(1, 6, 0)
)

func serve(t *testing.T) site {
	t.Helper()
	m, err := market()
	require.NoError(t, err)
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store(), Now: func() time.Time { return ends }})
	require.NoError(t, err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
	freelancer := most(report.Freelancers, func(f *statistics.FreelancerStats) event.Money { return f.Paid })
	client := most(report.Clients, func(c *statistics.ClientStats) event.Money { return c.Spent })
	fixed, hourly, week := contracts(t, m.Store())
	return site{s.URL, map[string]string{
		"overview":       "/",
		"search":         "/search?available=1",
		"weeks":          "/weeks",
		"week":           "/weeks/2017-W05",
		"funnel":         "/funnel",
		"disputes":       "/dispute-rate",
		"my-stats":       "/freelancers/" + freelancer,
		"job-success":    "/freelancers/" + freelancer + "/job-success",
		"responsiveness": "/freelancers/" + freelancer + "/responsiveness",
		"badges":         "/freelancers/" + freelancer + "/badges",
		"work":           "/freelancers/" + freelancer + "/work",
		"contract":       "/contracts/" + fixed,
		"contract-weeks": "/contracts/" + hourly,
		"diary":          "/contracts/" + hourly + "/weeks/" + week,
		"clients":        "/clients",
		"client":         "/clients/" + client,
		"standing":       "/clients/" + client + "/profile",
		"event":          "/events/5000",
		"problem":        "/nowhere",
	}}
}

// contracts are the fixed-price contract with the most events, and the hourly one with the
// fullest week, and that week.
func contracts(t *testing.T, log store.Store) (fixed, hourly, week string) {
	t.Helper()
	events := map[string]int{}
	isFixed := map[string]bool{}
	for rec, err := range log.ReadAll(t.Context(), store.Span{}) {
		require.NoError(t, err)
		events[rec.Stream]++
		isFixed[rec.Stream] = isFixed[rec.Stream] || rec.Type == "MilestoneAdded"
	}
	mostOf := 0
	fullest := 0
	for _, stream := range slices.Sorted(maps.Keys(events)) {
		switch category, id, w, _ := event.ParseStream(stream); {
		case category == event.CategoryContract && isFixed[stream] && events[stream] > mostOf:
			mostOf, fixed = events[stream], id.String()
		case category == event.CategoryWorkWeek && events[stream] > fullest:
			fullest, hourly, week = events[stream], id.String(), w.String()
		}
	}
	require.NotEmpty(t, fixed)
	require.NotEmpty(t, hourly)
	return fixed, hourly, week
}

// most is the account with the most money.
func most[S any](all map[uuid.UUID]S, money func(S) event.Money) string {
	return slices.MaxFunc(slices.Collect(maps.Keys(all)), func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(money(all[a]), money(all[b])), slices.Compare(a[:], b[:]))
	}).String()
}

func (s site) at(name string) string { return s.url + s.addresses[name] }

// browser starts Chromium. Its pages run no scripts; what the test evaluates in
// them does not count as one.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := slices.Clone(chromedp.DefaultExecAllocatorOptions[:])
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium has no sandbox for root
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	require.NotEmpty(t, path, "there is no chromium in PATH; install it (Debian: apt-get install chromium)")
	options = append(options, chromedp.ExecPath(path), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WSURLReadTimeout(time.Minute)) // it starts slowly where much else runs
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// do runs steps that give nothing.
func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, steps...))
}

// run runs a step that gives something.
func run[T any](t *testing.T, ctx context.Context, step chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, step)
	require.NoError(t, err)
	return got
}

// at sets the width, and light or dark; nothing moves by itself.
func at(t *testing.T, ctx context.Context, width int64, scheme string) {
	t.Helper()
	_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride,
		emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 700})
	require.NoError(t, err)
	_, err = chromedp.Call(ctx, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
		}})
	require.NoError(t, err)
}
