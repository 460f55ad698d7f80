package statistics

import "github.com/marketcore/marketplace/event"

// FiguresPolicy says what figures list, and what recent and first are (rules 9).
type FiguresPolicy struct {
	// Weeks is how many weeks are listed at most, the newest ones. Default 1040,
	// which is 20 years (ours).
	Weeks int
	// RecentMonths is how far back the figures of the year look, by the date rule of
	// the Job Success windows. Default 12.
	RecentMonths int
	// FirstContractDays is in how many days of 24 hours a first contract is to be
	// won. Default 90 (ours).
	FirstContractDays int
	// OutreachDays is in how many days of 24 hours after a contact a client is to have
	// got better. Default 90 (ours).
	OutreachDays int
}

// defaultFigures is the rule as published, and as completed here.
func defaultFigures() FiguresPolicy {
	return FiguresPolicy{Weeks: 1040, RecentMonths: 12, FirstContractDays: 90, OutreachDays: 90}
}

func (p FiguresPolicy) validate() error {
	switch {
	case p.Weeks < 1 || p.Weeks > maxMonths*5:
		return invalidPolicy("figures: %d weeks; 1 to %d make sense", p.Weeks, maxMonths*5)
	case p.RecentMonths < 1 || p.RecentMonths > maxMonths:
		return invalidPolicy("figures: a year of %d months; 1 to %d make sense", p.RecentMonths, maxMonths)
	case p.FirstContractDays < 1 || p.FirstContractDays > maxMonths*31:
		return invalidPolicy("figures: %d days for a first contract; 1 to %d make sense", p.FirstContractDays, maxMonths*31)
	case p.OutreachDays < 1 || p.OutreachDays > maxMonths*31:
		return invalidPolicy("figures: %d days after a contact; 1 to %d make sense", p.OutreachDays, maxMonths*31)
	}
	return nil
}

// Figures are those of the whole marketplace, in all, over the last year and week by
// week (rules 9, fine print Q8 and Q9).
// What is not in a list of weeks, because there are more than the policy lists,
// is in the totals.
type Figures struct {
	AsOf   event.Time `json:"as_of"`
	Policy string     `json:"policy"`
	MarketTotals
	DisputeRate    DisputeRate    `json:"dispute_rate"`
	Funnel         Funnel         `json:"funnel"`
	Year           PeriodFigures  `json:"year"` // of the policy's recent months, by the dates of facts
	FirstContracts FirstContracts `json:"first_contracts"`
	Outreach
	// EarlierWeeks is how many weeks, from the first one on, are before the first
	// that is listed.
	EarlierWeeks int64 `json:"earlier_weeks"`
	// Weeks are the ISO weeks from that of the first invite, job, proposal or contract
	// to that of the moment, none left out between.
	Weeks []WeekFigures `json:"weeks"`
}

// WeekFigures are the figures of what happened in one ISO week, Monday 00:00 to
// Sunday 24:00 UTC.
type WeekFigures struct {
	Week event.Week `json:"week"`
	PeriodFigures
}
