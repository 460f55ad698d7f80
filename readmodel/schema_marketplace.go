package readmodel

import "slices"

// The tables of the marketplace's figures, which are written together: exactly
// what projection.Figures are as of the as_of of marketplace_stats.

// marketTotals are the columns of a projection.MarketTotals, but for
// contracts_ended, which a dispute rate has too.
var marketTotals = []Column{
	column("gross_volume", Integer, "paid to freelancers, refunds apart, minor units"),
	column("refunds", Integer, "paid back to clients, minor units"),
	column("minutes", Integer, "of hourly work that was paid for"),
	column("contracts_started", Integer, "the hires"),
	column("hires_invite", Integer, "contracts started by way of an invite"),
	column("hires_proposal", Integer, "by way of a proposal"),
	column("hires_direct", Integer, "directly"),
	column("hires_invite_bp", Integer, "share of all hires, basis points; NULL without a hire").null(),
	column("hires_proposal_bp", Integer, "share of all hires").null(),
	column("hires_direct_bp", Integer, "share of all hires").null(),
	column("invites_sent", Integer, "also to those not available"),
	column("invites_counted", Integer, "of those, that count for responsiveness, however old"),
	column("invites_answered", Integer, "of those, answered, in whichever week"),
	column("response_rate_bp", Integer, "answered of counted, basis points; NULL if none counts").null(),
}

var marketplaceStatsTable = &Table{
	Name: "marketplace_stats",
	Doc:  "The current statistics of the whole marketplace: one row, once it is computed.",
	Columns: slices.Concat([]Column{
		column("as_of", Moment, "the moment that the row was computed for"),
		column("valid_until", Moment, "from this moment on the numbers may be others, though nothing happens"),
		column("policy", Text, "the rule that it was computed under: its name, @ and a digest of its numbers"),
		column("position", Integer, "the events that it rests on: those up to this position"),
		column("weeks_left_out", Integer, "weeks since the first fact that are older than those in marketplace_weeks"),
	}, disputeRate, []Column{
		column("paid", Integer, "lifetime, net of refunds, minor units"),
	}, marketTotals, funnel),
	Key:  []string{"policy"},
	Live: true,
}

var marketplaceWeeksTable = &Table{
	Name: "marketplace_weeks",
	Doc: "The figures of the whole marketplace, one row for each ISO week, Monday 00:00 to Sunday 24:00 UTC," +
		" from that of the first fact to that of as_of in marketplace_stats, at most the newest 1,040 (FiguresPolicy).",
	Columns: slices.Concat([]Column{
		column("week", Text, "such as 2016-W05"),
		column("starts_at", Moment, "its Monday"),
	}, marketTotals, []Column{
		column("contracts_ended", Integer, "contracts that ended in the week"),
		column("contracts_disputed", Integer, "of those, with a dispute that was not cancelled, whenever it was opened"),
		column("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none ended").null(),
	}),
	Key:     []string{"week"},
	Indexes: [][]string{{"starts_at"}},
	Live:    true,
}
