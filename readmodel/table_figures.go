package readmodel

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// The tables of the marketplace's figures, which are written together: exactly
// what statistics.Figures are as of the as_of of marketplace_stats.

// marketplaceStats is what the row of marketplace_stats is made of.
type marketplaceStats struct {
	computation
	position event.Position
	*statistics.Figures
}

var marketplaceStatsTable = newComputedTable(Table{
	Name: "marketplace_stats",
	Doc:  "The current statistics of the whole marketplace: one row, once it is computed.",
	Key:  []string{"policy"},
	Live: true,
},
	[]computedColumn[marketplaceStats]{
		computed("as_of", Moment, "the moment that the row was computed for", func(s *marketplaceStats) any { return s.asOf }),
		computed("valid_until", Moment, "from this moment on the numbers may be others, though nothing happens", func(s *marketplaceStats) any { return s.until }),
		computed("policy", Text, "the rule that it was computed under: its name, @ and a digest of its numbers", func(s *marketplaceStats) any { return s.policy }),
		computed("position", Integer, "the events that it rests on: those up to this position", func(s *marketplaceStats) any { return positionValue(s.position) }),
		computed("weeks_left_out", Integer, "weeks since the first fact that are older than those in marketplace_weeks",
			func(s *marketplaceStats) any { return s.EarlierWeeks }),
	},
	columnsOf(func(s *marketplaceStats) *statistics.DisputeRate { return &s.DisputeRate }, disputeRateColumns),
	[]computedColumn[marketplaceStats]{
		computed("paid", Integer, "lifetime, net of refunds, minor units", func(s *marketplaceStats) any { return int64(s.GrossVolume - s.Refunds) }),
	},
	columnsOf(func(s *marketplaceStats) *statistics.MarketTotals { return &s.MarketTotals }, marketTotalsColumns),
	columnsOf(func(s *marketplaceStats) *statistics.Funnel { return &s.Funnel }, funnelColumns),
)

var marketplaceWeeksTable = newComputedTable(Table{
	Name: "marketplace_weeks",
	Doc: "The figures of the whole marketplace, one row for each ISO week, Monday 00:00 to Sunday 24:00 UTC," +
		" from that of the first fact to that of as_of in marketplace_stats, at most the newest 1,040 (FiguresPolicy).",
	Key:     []string{"week"},
	Indexes: [][]string{{"starts_at"}},
	Live:    true,
},
	[]computedColumn[statistics.WeekFigures]{
		computed("week", Text, "such as 2016-W05", func(w *statistics.WeekFigures) any { return w.Week.String() }),
		computed("starts_at", Moment, "its Monday", func(w *statistics.WeekFigures) any { return w.Week.Start() }),
	},
	columnsOf(func(w *statistics.WeekFigures) *statistics.MarketTotals { return &w.MarketTotals }, marketTotalsColumns),
	[]computedColumn[statistics.WeekFigures]{
		computed("contracts_ended", Integer, "contracts that ended in the week", func(w *statistics.WeekFigures) any { return w.ContractsEnded }),
		computed("contracts_disputed", Integer, "of those, with a dispute that was not cancelled, whenever it was opened",
			func(w *statistics.WeekFigures) any { return w.Disputed }),
		computed("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none ended",
			func(w *statistics.WeekFigures) any { return orNull(w.DisputePPM) }).null(),
	},
)

// marketTotalsColumns are those of the totals, but for contracts_ended, which a
// dispute rate has too.
var marketTotalsColumns = []computedColumn[statistics.MarketTotals]{
	computed("gross_volume", Integer, "paid to freelancers, refunds apart, minor units", func(t *statistics.MarketTotals) any { return int64(t.GrossVolume) }),
	computed("refunds", Integer, "paid back to clients, minor units", func(t *statistics.MarketTotals) any { return int64(t.Refunds) }),
	computed("minutes", Integer, "of hourly work that was paid for", func(t *statistics.MarketTotals) any { return t.Minutes }),
	computed("contracts_started", Integer, "the hires", func(t *statistics.MarketTotals) any { return t.ContractsStarted }),
	computed("hires_invite", Integer, "contracts started by way of an invite", func(t *statistics.MarketTotals) any { return t.Hires.Invite }),
	computed("hires_proposal", Integer, "by way of a proposal", func(t *statistics.MarketTotals) any { return t.Hires.Proposal }),
	computed("hires_direct", Integer, "directly", func(t *statistics.MarketTotals) any { return t.Hires.Direct }),
	computed("hires_invite_bp", Integer, "share of all hires, basis points; NULL without a hire",
		func(t *statistics.MarketTotals) any { return orNull(t.HireShares.InviteBP) }).null(),
	computed("hires_proposal_bp", Integer, "share of all hires", func(t *statistics.MarketTotals) any { return orNull(t.HireShares.ProposalBP) }).null(),
	computed("hires_direct_bp", Integer, "share of all hires", func(t *statistics.MarketTotals) any { return orNull(t.HireShares.DirectBP) }).null(),
	computed("invites_sent", Integer, "also to those not available", func(t *statistics.MarketTotals) any { return t.InvitesSent }),
	computed("invites_counted", Integer, "of those, that count for responsiveness, however old", func(t *statistics.MarketTotals) any { return t.InvitesCounted }),
	computed("invites_answered", Integer, "of those, answered, in whichever week", func(t *statistics.MarketTotals) any { return t.InvitesAnswered }),
	computed("response_rate_bp", Integer, "answered of counted, basis points; NULL if none counts",
		func(t *statistics.MarketTotals) any { return orNull(t.ResponseRateBP) }).null(),
}
