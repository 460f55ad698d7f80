package web

import (
	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// figureRow is a figure in all and over the last year.
type figureRow struct{ Name, Ever, Year string }

// figureRows are the figures that stand beside each other for all time and the year.
func (s *site) figureRows(p statistics.Policy, f *statistics.Figures) (rows []figureRow) {
	ever, year := &f.MarketTotals, &f.Year.MarketTotals
	row := func(name string, of func(*statistics.MarketTotals) string) {
		rows = append(rows, figureRow{name, of(ever), of(year)})
	}
	count := func(name string, of func(*statistics.MarketTotals) int64) {
		row(name, func(t *statistics.MarketTotals) string { return show.Count(of(t)) })
	}
	row("Gross volume, "+s.money.Code, func(t *statistics.MarketTotals) string { return s.money.Amount(t.GrossVolume) })
	row("Refunds, "+s.money.Code, func(t *statistics.MarketTotals) string { return s.money.Amount(t.Refunds) })
	row("Hours paid", func(t *statistics.MarketTotals) string { return show.Hours(t.Minutes) })
	row("Hours billed, by the week worked", func(t *statistics.MarketTotals) string { return show.Hours(t.MinutesBilled) })
	count("Jobs posted", func(t *statistics.MarketTotals) int64 { return t.JobsPosted })
	row("Candidates for each job", func(t *statistics.MarketTotals) string { return show.Stars(t.CandidatesPerJob) })
	count("Proposals", func(t *statistics.MarketTotals) int64 { return t.Proposals })
	count("Interviews started", func(t *statistics.MarketTotals) int64 { return t.Interviews })
	for _, b := range statistics.AllBadgeStandings() {
		row("With "+show.BadgeStanding(b)+" at the submission: proposals, interviews, hires", func(t *statistics.MarketTotals) string {
			return show.Count(*t.ProposalsByStanding.Of(b)) + ", " + show.Count(*t.InterviewsByStanding.Of(b)) + ", " + show.Count(*t.ProposalHiresByStanding.Of(b))
		})
	}
	count("Connects spent", func(t *statistics.MarketTotals) int64 { return int64(t.ConnectsSpent) })
	count("Connects returned", func(t *statistics.MarketTotals) int64 { return int64(t.ConnectsReturned) })
	for f, word := range projection.MeetingFormat(0).Words() {
		row("Meetings "+show.Reason(word)+": scheduled, held, cancelled", func(t *statistics.MarketTotals) string {
			m := t.Meetings.Of(projection.MeetingFormat(f))
			return show.Count(m.Scheduled) + ", " + show.Count(m.Held) + ", " + show.Count(m.Cancelled)
		})
	}
	for c, word := range projection.MeetingChannel(0).Words() {
		count("Meetings scheduled, "+show.Reason(word), func(t *statistics.MarketTotals) int64 { return *t.Channels.Of(projection.MeetingChannel(c)) })
	}
	count("Contracts started", func(t *statistics.MarketTotals) int64 { return t.ContractsStarted })
	for _, b := range statistics.AllBadgeStandings() {
		count("Hires with "+show.BadgeStanding(b), func(t *statistics.MarketTotals) int64 { return *t.HiresByStanding.Of(b) })
	}
	row("Hires with a score of "+show.Count(p.Badge.Displayed)+" % or more", func(t *statistics.MarketTotals) string {
		return show.Count(t.HiresTopScore) + ", " + show.Percent(t.HiresTopScoreBP)
	})
	count("Contracts ended", func(t *statistics.MarketTotals) int64 { return t.ContractsEnded })
	rows = append(rows, figureRow{"Disputed of those", show.PercentOfMillion(f.DisputeRate.PPM), show.PercentOfMillion(f.Year.DisputePPM)})
	return rows
}

// firstContracts are those of a group of freelancers.
type firstContracts struct {
	Who string
	*statistics.FirstContract
}

func groups(f *statistics.FirstContracts) []firstContracts {
	return []firstContracts{{"Rising Talents", &f.RisingTalent}, {"Others", &f.Others}}
}
