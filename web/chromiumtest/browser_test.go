package chromiumtest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The widths in CSS pixels at which the pages are looked at.
var widths = map[string]int64{"phone": 360, "desktop": 1280}

// TestMain ends what all tests share.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, stop := range shared {
		stop()
	}
	os.Exit(code)
}

// shared stop what the tests share and the first of them started.
var shared []func()

// chromium is the one that all tests look through.
var chromium = sync.OnceValues(func() (context.Context, error) {
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
	if path == "" {
		return nil, errors.New("there is no chromium in PATH; install it (Debian: apt-get install chromium)")
	}
	options = append(options, chromedp.ExecPath(path), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.WSURLReadTimeout(time.Minute)) // it starts slowly where much else runs
	ctx, ends := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closes := chromedp.NewContext(ctx)
	shared = append(shared, func() { closes(); ends() })
	return ctx, chromedp.Do(ctx) // which starts it
})

// browser is a page of Chromium for a test of its own. It runs no scripts; what the test
// evaluates in it does not count as one.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, err := chromium()
	require.NoError(t, err)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
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
