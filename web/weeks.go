package web

import (
	"slices"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// weeksShown is how many weeks a page of figures shows.
const weeksShown = 52

// weeks is the marketplace week by week, the newest year first.
func (s *site) weeks(v *visit) (*page, error) {
	f, err := marketplace.Ask(v.ctx(), s.asked, statistics.MarketplaceFigures(), v.options()...)
	if err != nil {
		return nil, err
	}
	newest := slices.Clone(f.Weeks)
	slices.Reverse(newest)
	shown, part, err := paged(v, newest, weeksShown)
	if err != nil {
		return nil, err
	}
	inOrder := slices.Clone(shown)
	slices.Reverse(inOrder)
	return &page{name: "weeks", Title: "Week by week", Body: struct {
		*statistics.Figures
		Origin share
		Rows   []figureRow
		Groups []firstContracts
		Steps  []step
		Plots  []plot
		Shown  []statistics.WeekFigures
		Pager  pager
	}{f, origin(f.Hires), s.figureRows(v.Policy, f), groups(&f.FirstContracts), steps(f.Funnel), s.plots(inOrder, v.AsOf), shown, part}}, nil
}

func origin(h statistics.Hires) share {
	return shareOf("origin", "Hires by how they came about", "hires",
		part{"by invite", toneDeep, h.Invite}, part{"by proposal", toneLight, h.Proposal}, part{"direct", toneGrey, h.Direct})
}

// plots are those of some weeks; their numbers stand in the table of weeks. The last
// may not be over at the moment that is asked for.
func (s *site) plots(weeks []statistics.WeekFigures, asOf event.Time) []plot {
	if len(weeks) == 0 {
		return nil
	}
	running := isRunning(weeks[len(weeks)-1].Week, asOf)
	values := func(of func(*statistics.WeekFigures) *int64) []value {
		all := make([]value, len(weeks))
		for i := range weeks {
			all[i] = value{text(weeks[i].Week), of(&weeks[i])}
		}
		return all
	}
	bars := func(id, title string, of scale, n func(*statistics.WeekFigures) int64) plot {
		p := plot{ID: id, Title: title, Running: running}
		p.bars(values(func(w *statistics.WeekFigures) *int64 { n := n(w); return &n }), of)
		return p
	}
	count := scale{unit: 1, shown: func(n int64) string { return show.Count(n) }}
	rate := plot{ID: "rates", Title: "Response rate of the invites of each week", Running: running}
	rate.line(values(func(w *statistics.WeekFigures) *int64 { return w.ResponseRateBP }),
		scale{unit: 100, top: 10_000,
			shown: func(bp int64) string { return show.Percent(&bp) },
			axis:  func(bp int64) string { return show.Count(bp/100) + " %" }})
	return []plot{
		bars("volume", "Gross volume, to freelancers", scale{unit: 1,
			shown: func(n int64) string { return s.money.Money(event.Money(n)) },
			axis:  func(n int64) string { return s.money.Amount(event.Money(n)) }},
			func(w *statistics.WeekFigures) int64 { return int64(w.GrossVolume) }),
		bars("hours", "Hours paid", scale{unit: minutesShown, shown: func(n int64) string { return show.Hours(n) + " h" }},
			func(w *statistics.WeekFigures) int64 { return w.Minutes }),
		bars("starts", "Contracts started", count, func(w *statistics.WeekFigures) int64 { return w.ContractsStarted }),
		bars("invites", "Invites sent", count, func(w *statistics.WeekFigures) int64 { return w.InvitesSent }),
		rate,
	}
}

// minutesShown is the smallest part of an hour that show.Hours tells apart.
const minutesShown = 6

// isRunning reports whether a week is not over at a moment within it.
func isRunning(w event.Week, at event.Time) bool { return w.Start() <= at && at < w.End() }

// IsRunning reports whether a week is not over as of the page's moment.
func (v *visit) IsRunning(w event.Week) bool { return isRunning(w, v.AsOf) }
