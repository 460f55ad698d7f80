package readmodel

import "slices"

// The tables of current statistics, each row exactly what package projection
// computes as of its as_of under its policy.

// current are the columns that the rows of accounts have in common.
func current(account string) []Column {
	return []Column{
		column(account, ID, "the account; those registered as of as_of have a row"),
		column("as_of", Moment, "the moment that the row was computed for"),
		column("valid_until", Moment, "from this moment on the numbers may be others, though nothing happens; NULL: never").null(),
		column("policy", Text, "the rule that they were computed under"),
	}
}

// disputeRate are the columns of a projection.DisputeRate.
var disputeRate = []Column{
	column("contracts_ended", Integer, "contracts that have ended"),
	column("contracts_disputed", Integer, "of those, with a dispute that was not cancelled"),
	column("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none has ended").null(),
	column("contracts_ended_12m", Integer, "contracts that ended in the last 12 months"),
	column("contracts_disputed_12m", Integer, "of those, with a dispute that was not cancelled"),
	column("dispute_ppm_12m", Integer, "the rate of the last 12 months; NULL if none has ended").null(),
}

var freelancerStatsTable = &Table{
	Name: "freelancer_stats",
	Doc:  "The current statistics of every registered freelancer.",
	Columns: slices.Concat(current("freelancer_id"), []Column{
		column("invites_counted", Integer, "invites of the last 90 days that count"),
		column("invites_answered", Integer, "of those, answered"),
		column("invites_answered_24h", Integer, "of those, in less than 24 hours"),
		column("invites_answered_72h", Integer, "of those, in less than 72 hours"),
		column("response_rate_bp", Integer, "answered of counted, basis points").null(),
		column("median_response_s", Integer, "seconds").null(),
		column("response_level", Text, "under_24h, under_3_days or over_3_days; NULL with too few invites").null(),
		column("job_success_bp", Integer, "basis points; NULL, as all of job_success, with too few outcomes").null(),
		column("job_success_displayed", Integer, "percent").null(),
		column("job_success_window_months", Integer, "the window that won").null(),
		column("job_success_outcomes", Integer, "in that window").null(),
		column("job_success_clients", Integer, "in that window").null(),
		column("job_success_weight", Integer, "in that window, quarter-jobs").null(),
		column("job_success_successful", Integer, "in that window").null(),
		column("job_success_neutral", Integer, "in that window").null(),
		column("job_success_negative", Integer, "in that window").null(),
	}, disputeRate, []Column{
		column("paid", Integer, "lifetime, net of refunds, minor units"),
	}),
	Key:     []string{"freelancer_id"},
	Indexes: [][]string{{"job_success_bp"}, {"paid"}, {"response_rate_bp"}, {"policy"}},
	Live:    true,
}

var clientStatsTable = &Table{
	Name: "client_stats",
	Doc:  "The current statistics of every registered client.",
	Columns: slices.Concat(current("client_id"), disputeRate, []Column{
		column("spent", Integer, "lifetime, net of refunds, minor units"),
	}),
	Key:     []string{"client_id"},
	Indexes: [][]string{{"spent"}, {"policy"}},
	Live:    true,
}

var marketplaceStatsTable = &Table{
	Name: "marketplace_stats",
	Doc:  "The current statistics of the whole marketplace: one row, once it is computed.",
	Columns: slices.Concat([]Column{
		column("as_of", Moment, "the moment that the row was computed for"),
		column("policy", Text, "the rule that it was computed under"),
		column("position", Integer, "the events that it rests on: those up to this position"),
	}, disputeRate, []Column{
		column("invites_sent", Integer, "ever"),
		column("hires_invite", Integer, "contracts started by way of an invite"),
		column("hires_proposal", Integer, "by way of a proposal"),
		column("hires_direct", Integer, "directly"),
		column("paid", Integer, "lifetime, net of refunds, minor units"),
	}),
	Key:  []string{"policy"},
	Live: true,
}
