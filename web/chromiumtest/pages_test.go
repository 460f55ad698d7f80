package chromiumtest

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var screenshots = flag.String("screenshots", "", "folder to write the screenshots of docs/serve.md to")

// TestPages: every page fits its width, can be read in light and dark, and gives
// a screen reader a name for everything that one can do there.
func TestPages(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	console, stop := context.WithCancel(ctx)
	defer stop()
	messages := chromedp.Console(console)
	for name := range pages.addresses {
		at(t, ctx, widths["phone"], "light")
		do(t, ctx, chromedp.Navigate(pages.at(name)))
		for size, width := range widths {
			for _, scheme := range []string{"light", "dark"} {
				at(t, ctx, width, scheme)
				look(t, ctx, name+", "+size+", "+scheme)
			}
		}
		named(t, ctx, name)
	}
	// The last page asks for one that is not there, of which the browser tells:
	// all that it had to tell before has been heard then.
	do(t, ctx, chromedp.Navigate(pages.url+"/nowhere-at-all"))
	for m, err := range messages {
		require.NoError(t, err)
		if strings.Contains(m.URL, "/nowhere-at-all") {
			break
		}
		if strings.Contains(m.URL, pages.addresses["problem"]) {
			continue // its status is 404, as it should be
		}
		t.Errorf("%s says %s", m.URL, m)
	}
}

// look requires the page to fit, and its words to stand out from what is behind
// them as WCAG 2.2 asks for (4.5 : 1).
func look(t *testing.T, ctx context.Context, page string) {
	t.Helper()
	beyond := run(t, ctx, chromedp.Evaluate[int64](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	require.Zero(t, beyond, "%s: it is wider than the window", page)
	require.Empty(t, run(t, ctx, chromedp.Evaluate[[]string](paleWords)), page)
}

// paleWords lists words of a contrast below 4.5 : 1.
const paleWords = `(() => {
	const parts = c => (c.match(/[\d.]+/g) || []).map(Number);
	const light = ([r, g, b]) => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
	const behind = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c; } return [255, 255, 255]; };
	const found = new Set();
	const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (words.nextNode()) {
		const e = words.currentNode.parentElement, text = words.currentNode.data.trim();
		if (!text || e.closest('svg, .unseen, option') || !e.checkVisibility()) continue;
		const [a, b] = [light(parts(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
		const ratio = (a + .05) / (b + .05);
		if (ratio < 4.5) found.add(ratio.toFixed(2) + ' ' + text.slice(0, 40));
	}
	return [...found];
})()`

// named requires everything that takes the focus, and every image, to have a
// name in the accessibility tree, and the page to have its landmarks.
func named(t *testing.T, ctx context.Context, page string) {
	t.Helper()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	require.NoError(t, err)
	roles := map[string]int{}
	for _, n := range tree.Nodes {
		if n.Ignored || n.Role == nil {
			continue
		}
		role := text(n.Role)
		roles[role]++
		switch role {
		case "link", "button", "textbox", "combobox", "checkbox", "spinbutton", "Date", "image", "img", "navigation", "search", "region", "table", "form", "heading":
			require.NotEmpty(t, text(n.Name), "%s: a %s without a name", page, role)
		}
	}
	for _, role := range []string{"main", "banner", "contentinfo", "navigation", "heading"} {
		require.NotZero(t, roles[role], "%s: no %s, of %v", page, role, roles)
	}
	require.Equal(t, 1, roles["main"], page)
}

// TestScreenshots takes a picture of the pages at both widths, and writes them to
// the folder of the flag -screenshots.
func TestScreenshots(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	for _, name := range []string{"my-stats", "profile", "search", "jobs", "job", "weeks", "client", "clients", "badges", "job-success", "contract", "diary"} {
		for size, width := range widths {
			at(t, ctx, width, "light")
			do(t, ctx, chromedp.Navigate(pages.at(name)))
			picture := run(t, ctx, chromedp.CaptureScreenshot())
			require.Greater(t, len(picture), 5_000, "%s, %s: there is nothing in the picture", name, size)
			if *screenshots != "" {
				require.NoError(t, os.WriteFile(filepath.Join(*screenshots, name+"-"+size+".png"), picture, 0o644))
			}
		}
	}
}
