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
		Steps  []step
		Plots  []plot
		Shown  []statistics.WeekFigures
		Pager  pager
	}{f, origin(f.Hires), steps(f.Funnel), s.plots(inOrder), shown, part}}, nil
}

func origin(h statistics.Hires) share {
	return shareOf("origin", "Hires by how they came about", "hires",
		part{"by invite", toneDeep, h.Invite}, part{"by proposal", toneLight, h.Proposal}, part{"direct", toneGrey, h.Direct})
}

// plots are those of some weeks; their numbers stand in the table of weeks.
func (s *site) plots(weeks []statistics.WeekFigures) []plot {
	if len(weeks) == 0 {
		return nil
	}
	first, last := text(weeks[0].Week), text(weeks[len(weeks)-1].Week)
	bars := func(id, title string, shown func(int64) string, of func(*statistics.WeekFigures) int64) plot {
		p := plot{ID: id, Title: title, First: first, Last: last}
		values := make([]int64, len(weeks))
		for i := range weeks {
			values[i] = of(&weeks[i])
		}
		p.bars(values, shown)
		return p
	}
	rate := plot{ID: "rates", Title: "Response rate of the invites of each week", First: first, Last: last}
	points := make([]*int64, len(weeks))
	for i := range weeks {
		points[i] = weeks[i].ResponseRateBP
	}
	rate.line(points, 10_000, "100 %")
	return []plot{
		bars("volume", "Gross volume, to freelancers", func(n int64) string { return s.money.Money(event.Money(n)) },
			func(w *statistics.WeekFigures) int64 { return int64(w.GrossVolume) }),
		bars("hours", "Hours paid", func(n int64) string { return show.Hours(n) + " h" },
			func(w *statistics.WeekFigures) int64 { return w.Minutes }),
		bars("starts", "Contracts started", func(n int64) string { return show.Count(n) },
			func(w *statistics.WeekFigures) int64 { return w.ContractsStarted }),
		bars("invites", "Invites sent", func(n int64) string { return show.Count(n) },
			func(w *statistics.WeekFigures) int64 { return w.InvitesSent }),
		rate,
	}
}
