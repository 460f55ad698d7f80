package chromiumtest

import (
	"context"
	"encoding/json"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// focus is where the keyboard is.
type focus struct {
	Tag, ID, Path, Words, Outline string
	Inside                        bool // it can be seen
}

// path names an element by where it stands among those of its name.
const path = `e => e.tagName + [...document.getElementsByTagName(e.tagName)].indexOf(e)`

const focused = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
	return {Tag: e.tagName, ID: e.id, Path: (` + path + `)(e), Words: e.textContent.trim().slice(0, 60), Outline: s.outlineStyle,
		Inside: r.width > 0 && r.height > 0 && r.right > 0 && r.bottom > 0 && r.left < innerWidth && r.top < innerHeight};
})()`

// stops are the elements that one can do something with.
const stops = `[...document.querySelectorAll('a[href], input:not([type=hidden]), select, button, summary, [tabindex="0"]')].
	filter(e => e.checkVisibility()).map(` + path + `)`

// TestKeyboard goes through pages with the tab key alone: the first stop skips to
// the content, every stop is seen and marked, none is a trap, and everything that
// can be done with a pointer is reached.
func TestKeyboard(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	for _, name := range []string{"overview", "my-stats", "search", "jobs", "weeks"} {
		for size, width := range widths {
			at(t, ctx, width, "light")
			do(t, ctx, chromedp.Navigate(pages.at(name)))
			missing := map[string]bool{}
			for _, stop := range run(t, ctx, chromedp.Evaluate[[]string](stops)) {
				missing[stop] = true
			}
			limit := 4 * len(missing) // a date has several stops
			for n := 0; len(missing) > 0; n++ {
				require.Less(t, n, limit, "%s, %s: not reached: %v", name, size, missing)
				at := tab(t, ctx)
				if at.Tag == "BODY" {
					continue // around the page's end
				}
				require.True(t, at.Inside, "%s, %s: out of sight: %+v", name, size, at)
				require.NotEqual(t, "none", at.Outline, "%s, %s: no mark on %+v", name, size, at)
				if n == 0 {
					require.Equal(t, "Skip to the content", at.Words)
				}
				delete(missing, at.Path)
			}
		}
	}
}

// TestSkip: the first stop goes past the head of the page.
func TestSkip(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	at(t, ctx, widths["phone"], "light")
	do(t, ctx, chromedp.Navigate(pages.at("weeks")))
	tab(t, ctx)
	do(t, ctx, chromedp.KeyEvent(kb.Enter))
	require.Equal(t, "main", where(t, ctx).ID)
}

// TestWithoutScripts: moment, rule and search are chosen with the keyboard, and
// the pages show it.
func TestWithoutScripts(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	at(t, ctx, widths["desktop"], "light")
	do(t, ctx, chromedp.Navigate(pages.at("my-stats")+"?as_of=2017-06-30T12:00:00Z"),
		chromedp.Focus("#policy"), chromedp.KeyEvent("2015"), chromedp.Focus("form.asof button"), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitReady(`option[value="2015"][selected]`))
	q := query(t, ctx)
	require.Equal(t, "2015", q.Get("policy"))
	require.Equal(t, "2017-06-30T12:00:00Z", q.Get("as_of"))
	require.Contains(t, run(t, ctx, chromedp.Text("footer")), "rule 2015")

	do(t, ctx, chromedp.Navigate(pages.url+"/search?policy=2023-12"),
		chromedp.Focus("#score"), chromedp.KeyEvent("90"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`#score[value="90"]`))
	q = query(t, ctx)
	require.Equal(t, "90", q.Get("score"))
	require.Equal(t, "2023-12", q.Get("policy"), "the moment's form and the search keep each other")
	for _, score := range column(t, ctx, "Job Success") {
		require.Regexp(t, `^(9\d|100) %$`, score)
	}

	do(t, ctx, chromedp.Navigate(pages.url+"/jobs?policy=2023-12"),
		chromedp.Focus("#kind"), chromedp.KeyEvent("h"), chromedp.Focus("#rate_min"), chromedp.KeyEvent("60"), chromedp.KeyEvent(kb.Enter), chromedp.WaitReady(`#rate_min[value="60"]`))
	q = query(t, ctx)
	require.Equal(t, "hourly", q.Get("kind"))
	require.Equal(t, "2023-12", q.Get("policy"))
	for _, pays := range column(t, ctx, "Pays, USD") {
		require.Regexp(t, `^hourly, \d\d\.\d\d to [6-9]\d\.\d\d`, pays)
	}
}

// column is what stands in a column of the page's table, which is not empty.
func column(t *testing.T, ctx context.Context, name string) []string {
	t.Helper()
	cells := run(t, ctx, chromedp.Evaluate[[]string](`(() => {
		const column = [...document.querySelectorAll('thead th')].findIndex(e => e.textContent == '`+name+`');
		return [...document.querySelectorAll('tbody tr')].map(row => row.children[column].textContent);
	})()`))
	require.NotEmpty(t, cells)
	return cells
}

// tab goes to the next stop.
func tab(t *testing.T, ctx context.Context) focus {
	t.Helper()
	do(t, ctx, chromedp.KeyEvent(kb.Tab))
	return where(t, ctx)
}

func where(t *testing.T, ctx context.Context) focus {
	t.Helper()
	return run(t, ctx, chromedp.Evaluate[focus](focused))
}

func query(t *testing.T, ctx context.Context) url.Values {
	t.Helper()
	u, err := url.Parse(run(t, ctx, chromedp.Location()))
	require.NoError(t, err)
	return u.Query()
}

// text is the text of a value of the accessibility tree.
func text(v *accessibility.Value) (s string) {
	if v != nil {
		_ = json.Unmarshal(v.Value, &s) // which is then no text
	}
	return s
}
