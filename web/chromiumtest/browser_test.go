package chromiumtest

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/script"
	"github.com/marketcore/marketplace/web"
)

// The widths in CSS pixels at which the pages are looked at.
var widths = map[string]int64{"phone": 360, "desktop": 1280}

// site is the address of the pages of the medium history.
func site(t *testing.T) string {
	t.Helper()
	m, err := marketplace.Open(t.Context(), "memory:", marketplace.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	f, err := script.Open("../../examples/history/medium.ndjson.zst")
	require.NoError(t, err)
	defer f.Close()
	_, err = m.Import(t.Context(), f, marketplace.ImportOptions{})
	require.NoError(t, err)
	h, err := web.NewHandler(m.Questions, web.Options{Log: m.Store(), Clock: func() time.Time { return time.Date(2019, 12, 31, 12, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

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
	options = append(options, chromedp.ExecPath(path), chromedp.Flag("disable-dev-shm-usage", true))
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

// addresses are the pages, each kind once.
func addresses() map[string]string {
	const freelancer, client = "bfddce3a-fe12-47c6-a81c-51c03e7cec54", "eaf5a311-b0eb-416d-83cd-92f91b93ad03"
	return map[string]string{
		"overview":       "/",
		"search":         "/search?available=1",
		"weeks":          "/weeks",
		"week":           "/weeks/2018-W05",
		"funnel":         "/funnel",
		"disputes":       "/dispute-rate",
		"my-stats":       "/freelancers/" + freelancer,
		"job-success":    "/freelancers/" + freelancer + "/job-success",
		"responsiveness": "/freelancers/" + freelancer + "/responsiveness",
		"badges":         "/freelancers/" + freelancer + "/badges",
		"work":           "/freelancers/" + freelancer + "/work",
		"client":         "/clients/" + client,
		"standing":       "/clients/" + client + "/profile",
		"event":          "/events/5000",
		"problem":        "/nowhere",
	}
}

func join(base, address string) string { return strings.TrimSuffix(base, "/") + address }
