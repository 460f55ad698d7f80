package web_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// plotOf is the part of a page that is a plot.
func plotOf(t *testing.T, body, title string) string {
	t.Helper()
	for _, figure := range strings.Split(body, `<figure class="plot">`)[1:] {
		if figure, _, _ = strings.Cut(figure, "</figure>"); strings.HasPrefix(figure, "<figcaption>"+title) {
			return figure
		}
	}
	require.Fail(t, "no such plot", title)
	return ""
}

var axisLabel = regexp.MustCompile(`<li>([^<]*)</li>`)

func axis(plot string) (labels []string) {
	for _, found := range axisLabel.FindAllStringSubmatch(plot, -1) {
		labels = append(labels, found[1])
	}
	return labels
}

// TestPlots: a plot has an axis whose steps are round numbers, a line of the grid for
// each, the weeks below it, and says each value to who points at it.
func TestPlots(t *testing.T) {
	h := site(t)
	m, p := model(t)
	figures, err := statistics.Ask(t.Context(), m, statistics.MarketplaceFigures(), at(moment), p)
	require.NoError(t, err)
	shown := figures.Weeks[len(figures.Weeks)-52:]
	usd, err := show.CurrencyOf("USD")
	require.NoError(t, err)
	body := get(h, "/weeks?as_of="+moment).Body.String()
	for title, c := range map[string]struct {
		axis  []string
		value func(statistics.WeekFigures) string
	}{
		"Gross volume, to freelancers": {[]string{"40,000.00", "30,000.00", "20,000.00", "10,000.00", "0.00"},
			func(w statistics.WeekFigures) string { return usd.Money(w.GrossVolume) }},
		"Hours paid": {[]string{"2.0 h", "1.5 h", "1.0 h", "0.5 h", "0.0 h"},
			func(w statistics.WeekFigures) string { return show.Hours(w.Minutes) + " h" }},
		"Contracts started": {[]string{"80", "60", "40", "20", "0"},
			func(w statistics.WeekFigures) string { return show.Count(w.ContractsStarted) }},
		"Invites sent": {[]string{"40", "30", "20", "10", "0"},
			func(w statistics.WeekFigures) string { return show.Count(w.InvitesSent) }},
		"Response rate": {[]string{"100 %", "50 %", "0 %"},
			func(w statistics.WeekFigures) string { return show.Percent(w.ResponseRateBP) }},
	} {
		t.Run(title, func(t *testing.T) {
			plot := plotOf(t, body, title)
			require.Equal(t, c.axis, axis(plot))
			require.Equal(t, len(c.axis), strings.Count(plot, `class="grid"`))
			require.Contains(t, plot, fmt.Sprintf("<span>%s</span> <span>%s</span> <span>%s</span>", shown[0].Week, shown[26].Week, shown[51].Week))
			require.Equal(t, 52, strings.Count(plot, `class="point"`))
			for _, w := range shown[:51] {
				require.Contains(t, plot, fmt.Sprintf("<title>%s: %s</title>", w.Week, c.value(w)))
			}
			require.Contains(t, plot, fmt.Sprintf("<title>%s: %s, so far</title>", shown[51].Week, c.value(shown[51])))
		})
	}
}

// TestRunningWeek: a week that is not over is marked in every plot, in the table and on
// its own page, up to its last second and not afterwards.
func TestRunningWeek(t *testing.T) {
	h := site(t)
	monday := event.Week{Year: 2017, Number: 18}.Start()
	for name, c := range map[string]struct {
		at      event.Time
		week    string
		running bool
	}{
		"in its midst":         {at(moment), "2017-W17", true},
		"in its last second":   {monday - 1, "2017-W17", true},
		"when the next begins": {monday, "2017-W17", false},
	} {
		t.Run(name, func(t *testing.T) {
			body := get(h, "/weeks?as_of="+c.at.String()).Body.String()
			marked := 0
			if c.running {
				marked = 1
			}
			require.Equal(t, marked, strings.Count(body, `<tr class="running"><th scope="row"><a href="/weeks/`+c.week))
			require.Equal(t, marked, strings.Count(body, c.week+" is not over</caption>"))
			require.Equal(t, marked, strings.Count(plotOf(t, body, "Invites sent"), c.week+" is not over."))
			if c.running { // else the next is
				require.Contains(t, plotOf(t, body, "Invites sent"), `<rect class="running"`)
				require.Contains(t, plotOf(t, body, "Invites sent"), "the last is not over")
			}
			page := get(h, "/weeks/"+c.week+"?as_of="+c.at.String()).Body.String()
			require.Equal(t, marked, strings.Count(page, "which is not over"))
		})
	}
}
