package readmodel

import (
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
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
	[]computedColumn[marketplaceStats]{
		computed("clients_contacted", Integer, "for being consistently negative", func(s *marketplaceStats) any { return s.ClientsContacted }),
		computed("improved_bp", Integer, "of those whose days after the contact (FiguresPolicy) are over, the share neither suspended nor barred since"+
			" and without a new negative signal in these days, basis points; NULL without one", func(s *marketplaceStats) any { return orNull(s.ImprovedBP) }).null(),
	},
	firstContractColumns("rising_talent", "Rising Talents", func(s *marketplaceStats) *statistics.FirstContract { return &s.FirstContracts.RisingTalent }),
	firstContractColumns("others", "who never was one", func(s *marketplaceStats) *statistics.FirstContract { return &s.FirstContracts.Others }),
)

func firstContractColumns(group, who string, of func(*marketplaceStats) *statistics.FirstContract) []computedColumn[marketplaceStats] {
	return []computedColumn[marketplaceStats]{
		computed("first_contract_"+group, Integer, "freelancers whose first days (FiguresPolicy) are over: "+who, func(s *marketplaceStats) any { return of(s).Counted }),
		computed("first_contract_"+group+"_won", Integer, "of those, whose first contract started in these days", func(s *marketplaceStats) any { return of(s).Won }),
		computed("first_contract_"+group+"_won_bp", Integer, "their share, basis points; NULL without a freelancer",
			func(s *marketplaceStats) any { return orNull(of(s).WonBP) }).null(),
		computed("first_contract_"+group+"_paid", Integer, "paid to them in these days, net of refunds, minor units", func(s *marketplaceStats) any { return int64(of(s).Paid) }),
	}
}

// marketplaceYear is what the row of marketplace_year is made of.
type marketplaceYear struct {
	policy string
	*statistics.PeriodFigures
}

var marketplaceYearTable = newComputedTable(Table{
	Name: "marketplace_year",
	Doc:  "The figures of the whole marketplace in the policy's recent months, as of the as_of in marketplace_stats: one row.",
	Key:  []string{"policy"},
	Live: true,
},
	[]computedColumn[marketplaceYear]{
		computed("policy", Text, "the rule that it was computed under", func(y *marketplaceYear) any { return y.policy }),
	},
	columnsOf(func(y *marketplaceYear) *statistics.PeriodFigures { return y.PeriodFigures }, periodColumns),
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
	columnsOf(func(w *statistics.WeekFigures) *statistics.PeriodFigures { return &w.PeriodFigures }, periodColumns),
)

// periodColumns are those of a week or a year.
var periodColumns = slices.Concat(
	columnsOf(func(p *statistics.PeriodFigures) *statistics.MarketTotals { return &p.MarketTotals }, marketTotalsColumns),
	[]computedColumn[statistics.PeriodFigures]{
		computed("contracts_ended", Integer, "contracts that ended then", func(p *statistics.PeriodFigures) any { return p.ContractsEnded }),
		computed("contracts_disputed", Integer, "of those, with a dispute that was not cancelled, whenever it was opened",
			func(p *statistics.PeriodFigures) any { return p.Disputed }),
		computed("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none ended",
			func(p *statistics.PeriodFigures) any { return orNull(p.DisputePPM) }).null(),
	},
)

// marketTotalsColumns are those of the totals, but for contracts_ended, which a
// dispute rate has too.
var marketTotalsColumns = slices.Concat([]computedColumn[statistics.MarketTotals]{
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
	computed("minutes_billed", Integer, "of the weeks worked then that were invoiced", func(t *statistics.MarketTotals) any { return t.MinutesBilled }),
	computed("jobs_posted", Integer, "also closed and removed ones", func(t *statistics.MarketTotals) any { return t.JobsPosted }),
	computed("proposals", Integer, "submitted", func(t *statistics.MarketTotals) any { return t.Proposals }),
	computed("candidates", Integer, "proposals to the jobs posted, in whichever week", func(t *statistics.MarketTotals) any { return t.Candidates }),
	computed("candidates_per_job", Integer, "hundredths; NULL without a job", func(t *statistics.MarketTotals) any { return orNull(t.CandidatesPerJob) }).null(),
	computed("interviews", Integer, "started: proposals taken up", func(t *statistics.MarketTotals) any { return t.Interviews }),
	computed("connects_spent", Integer, "for proposals", func(t *statistics.MarketTotals) any { return int64(t.ConnectsSpent) }),
	computed("connects_returned", Integer, "from proposals", func(t *statistics.MarketTotals) any { return int64(t.ConnectsReturned) }),
	computed("hires_top_score", Integer, "contracts started by whose last assessment showed a good score (BadgePolicy)", func(t *statistics.MarketTotals) any { return t.HiresTopScore }),
	computed("hires_top_score_bp", Integer, "share of all hires, basis points; NULL without a hire",
		func(t *statistics.MarketTotals) any { return orNull(t.HiresTopScoreBP) }).null(),
},
	standingColumns("hires", "contracts started by whose highest badge it was",
		func(t *statistics.MarketTotals) *statistics.BadgeStandings { return &t.HiresByStanding }),
	standingColumns("proposals", "submitted by whose highest badge it was then",
		func(t *statistics.MarketTotals) *statistics.BadgeStandings { return &t.ProposalsByStanding }),
	standingColumns("interviews", "started, of proposals by whose highest badge it was at the submission",
		func(t *statistics.MarketTotals) *statistics.BadgeStandings { return &t.InterviewsByStanding }),
	standingColumns("proposal_hires", "offers accepted, of proposals by whose highest badge it was at the submission",
		func(t *statistics.MarketTotals) *statistics.BadgeStandings { return &t.ProposalHiresByStanding }),
	meetingColumns(), channelColumns())

// standingColumns are those of what is counted by the freelancer's standing; doc is of
// the first, the others say the same of another badge.
func standingColumns(name, doc string, of func(*statistics.MarketTotals) *statistics.BadgeStandings) (all []computedColumn[statistics.MarketTotals]) {
	for i, c := range [...]struct{ column, doc string }{
		{"_top_rated_plus", doc}, {"_top_rated", "the same of Top Rated"}, {"_rising_talent", "the same of Rising Talent"}, {"_without_badge", "the same of who held none"},
	} {
		standing := statistics.AllBadgeStandings()[i]
		all = append(all, computed(name+c.column, Integer, c.doc, func(t *statistics.MarketTotals) any { return *of(t).Of(standing) }))
	}
	return all
}

func meetingColumns() (all []computedColumn[statistics.MarketTotals]) {
	for f, word := range wordsOf[projection.MeetingFormat]() {
		of := func(t *statistics.MarketTotals) *statistics.MeetingCounts {
			return t.Meetings.Of(projection.MeetingFormat(f))
		}
		all = append(all,
			computed("meetings_"+word+"_scheduled", Integer, "in this format", func(t *statistics.MarketTotals) any { return of(t).Scheduled }),
			computed("meetings_"+word+"_held", Integer, "scheduled in this format", func(t *statistics.MarketTotals) any { return of(t).Held }),
			computed("meetings_"+word+"_cancelled", Integer, "scheduled in this format", func(t *statistics.MarketTotals) any { return of(t).Cancelled }))
	}
	return all
}

func channelColumns() (all []computedColumn[statistics.MarketTotals]) {
	for c, word := range wordsOf[projection.MeetingChannel]() {
		all = append(all, computed("meetings_by_"+word, Integer, "scheduled to take place there",
			func(t *statistics.MarketTotals) any { return *t.Channels.Of(projection.MeetingChannel(c)) }))
	}
	return all
}
