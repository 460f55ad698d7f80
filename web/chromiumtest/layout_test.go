package chromiumtest

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestNotStretched: what stands beside something longer has the height of its own
// words, so that the rows of a table have, too.
func TestNotStretched(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	for _, name := range []string{"my-stats", "weeks", "client"} {
		for size, width := range widths {
			at(t, ctx, width, "light")
			do(t, ctx, chromedp.Navigate(pages.at(name)))
			require.Empty(t, run(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.beside > *')].filter(e => {
				const is = e.getBoundingClientRect().height;
				e.style.alignSelf = 'start';
				const own = e.getBoundingClientRect().height;
				e.style.alignSelf = '';
				return Math.abs(is - own) > 1;
			}).map(e => e.tagName + ' ' + e.innerText.slice(0, 40))`)), "%s, %s", name, size)
		}
	}
}

// TestAxes: each label of an axis stands beside its line of the grid, and whoever points
// at a plot points at a value.
func TestAxes(t *testing.T) {
	pages, ctx := serve(t), browser(t)
	for name, least := range map[string]int64{"weeks": 5, "my-stats": 1} {
		for size, width := range widths {
			at(t, ctx, width, "light")
			do(t, ctx, chromedp.Navigate(pages.at(name)))
			require.GreaterOrEqual(t, run(t, ctx, chromedp.Evaluate[int64](`document.querySelectorAll('.chart').length`)), least)
			require.Empty(t, run(t, ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll('.chart')].flatMap(chart => {
				const middle = e => { const r = e.getBoundingClientRect(); return (r.top + r.bottom) / 2; };
				const labels = [...chart.querySelectorAll('.axis li')], lines = [...chart.querySelectorAll('.grid')];
				const svg = chart.querySelector('svg'), box = svg.getBoundingClientRect(), wrong = [];
				if (labels.length !== lines.length || labels.length < 2) wrong.push(labels.length + ' labels of ' + lines.length + ' lines');
				labels.forEach((label, i) => {
					if (Math.abs(middle(label) - middle(lines[i])) > 2) wrong.push(label.innerText + ' at ' + middle(label) + ', its line at ' + middle(lines[i]));
				});
				svg.scrollIntoView({block: 'center'});
				const seen = svg.getBoundingClientRect();
				for (const x of [.01, .5, .99]) {
					const hit = document.elementFromPoint(seen.left + x * seen.width, seen.top + seen.height / 2);
					if (!hit || !hit.querySelector('title')) wrong.push('nothing is said at ' + x);
				}
				return wrong;
			})`)), "%s, %s", name, size)
		}
	}
}
