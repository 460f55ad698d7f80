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
		column("policy", Text, "the rule that they were computed under: its name, @ and a digest of its numbers"),
	}
}

// disputeRate are the columns of a projection.DisputeRate.
var disputeRate = []Column{
	column("contracts_ended", Integer, "contracts that have ended"),
	column("contracts_disputed", Integer, "of those, with a dispute that was not cancelled"),
	column("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none has ended").null(),
	column("contracts_ended_12m", Integer, "contracts that ended in the policy's recent months"),
	column("contracts_disputed_12m", Integer, "of those, with a dispute that was not cancelled"),
	column("dispute_ppm_12m", Integer, "the rate of those months; NULL if none has ended").null(),
}

// profile are the columns of a projection.Profile, but for its badges.
var profile = []Column{
	column("public", Bool, "clients find the profile"),
	column("available", Bool, "takes work"),
	column("profile_percent", Integer, "how complete the profile is"),
	column("identity_verified", Bool, "and not revoked"),
	column("phone_verified", Bool, "once is enough"),
}

// badges are the columns of a projection.BadgeProgress.
var badges = []Column{
	column("rising_talent", Bool, "granted, and not ended"),
	column("top_rated", Bool, "the badge is held: awarded, and not lost"),
	column("top_rated_met", Bool, "all conditions are met now, the badge held or not"),
	column("top_rated_missing", Text, "the names of those that are not, with commas between; NULL if all are").null(),
	column("top_rated_plus", Bool, "the badge is held"),
	column("top_rated_plus_met", Bool, "all conditions are met now"),
	column("top_rated_plus_missing", Text, "as top_rated_missing").null(),
}

// work are the columns of a projection.Work.
var work = []Column{
	column("paid_12m", Integer, "in the policy's recent months, net of refunds, minor units; below 0 where more was refunded"),
	column("minutes", Integer, "of hourly work that was paid for, lifetime"),
	column("minutes_12m", Integer, "of those, paid in the policy's recent months"),
	column("clients", Integer, "with whom a contract was ever started"),
	column("clients_last_year", Integer, "of those, with a contract in the policy's recent months"),
	column("long_term_clients", Integer, "of those, with a contract that ran for the policy's long term or longer"),
	column("long_term_bp", Integer, "long_term_clients of clients_last_year, basis points").null(),
}

// funnel are the columns of a projection.Funnel.
var funnel = []Column{
	column("funnel_proposals", Integer, "submitted in the policy's days of a funnel"),
	column("funnel_interviews", Integer, "started in those days"),
	column("funnel_offers", Integer, "made in those days"),
	column("funnel_hires", Integer, "offers accepted in those days"),
	column("funnel_proposals_per_hire", Integer, "hundredths; NULL without a hire").null(),
}

var freelancerStatsTable = &Table{
	Name: "freelancer_stats",
	Doc:  "The current statistics of every registered freelancer.",
	Columns: slices.Concat(current("freelancer_id"), []Column{
		column("invites_counted", Integer, "invites of the policy's window that count"),
		column("invites_answered", Integer, "of those, answered"),
		column("invites_answered_24h", Integer, "of those, faster than the policy's Fast"),
		column("invites_answered_72h", Integer, "of those, faster than the policy's Slow"),
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
	}, work, funnel, profile, badges),
	Key:     []string{"freelancer_id"},
	Indexes: [][]string{{"job_success_bp"}, {"paid"}, {"response_rate_bp"}, {"top_rated", "job_success_bp"}, {"policy"}},
	Live:    true,
}

var clientStatsTable = &Table{
	Name: "client_stats",
	Doc:  "The current statistics of every registered client.",
	Columns: slices.Concat(current("client_id"), disputeRate, []Column{
		column("spent", Integer, "lifetime, net of refunds, minor units"),
		column("standing", Text, "good, contacted, suspended or barred"),
		column("contacted_until", Moment, "when a contacted client's slate is clean again; else NULL").null(),
		column("signals", Integer, "negative ones that count now, feedback that is not yet published among them"),
		column("next_step", Text, "what the standing calls for: none, contact or suspend"),
		column("jobs_posted", Integer, "ever, also closed and removed ones"),
		column("jobs_with_hire", Integer, "of those, with a contract started"),
		column("hire_rate_bp", Integer, "jobs_with_hire of jobs_posted, basis points; NULL without a job").null(),
		column("feedbacks", Integer, "of freelancers, published"),
		column("stars", Integer, "the mean of those, hundredths of a star; NULL without").null(),
		column("payment_verified", Bool, "the payment method is, and was not lost"),
	}),
	Key:     []string{"client_id"},
	Indexes: [][]string{{"spent"}, {"standing"}, {"policy"}},
	Live:    true,
}
