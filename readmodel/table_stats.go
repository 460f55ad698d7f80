package readmodel

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// The tables of current statistics, each row exactly what package statistics
// computes as of its as_of under its policy.

// statisticsSchema goes up by one with every change of the columns below.
const statisticsSchema = 3

// computation says when and how a row of current statistics was computed.
type computation struct {
	asOf, until event.Time
	policy      string // statistics.Policy.ID
}

// freelancerStats is what a row of freelancer_stats is made of.
type freelancerStats struct {
	id uuid.UUID
	computation
	stats   *statistics.MyStats
	profile projection.Profile
}

var freelancerStatsTable = newComputedTable(Table{
	Name:    "freelancer_stats",
	Doc:     "The current statistics of every registered freelancer.",
	Key:     []string{"freelancer_id"},
	Indexes: [][]string{{"job_success_bp"}, {"paid"}, {"response_rate_bp"}, {"top_rated", "job_success_bp"}, {"policy"}},
	Live:    true,
},
	accountColumns("freelancer_id", func(s *freelancerStats) (uuid.UUID, *computation) { return s.id, &s.computation }),
	columnsOf(func(s *freelancerStats) *statistics.Responsiveness { return &s.stats.Responsiveness }, responsivenessColumns),
	columnsOf(func(s *freelancerStats) *statistics.JobSuccess { return s.stats.JobSuccess }, jobSuccessColumns),
	columnsOf(func(s *freelancerStats) *statistics.DisputeRate { return &s.stats.DisputeRate }, disputeRateColumns),
	[]computedColumn[freelancerStats]{
		computed("paid", Integer, "lifetime, net of refunds, minor units", func(s *freelancerStats) any { return int64(s.stats.Paid) }),
	},
	columnsOf(func(s *freelancerStats) *statistics.Work { return &s.stats.Work }, workColumns),
	columnsOf(func(s *freelancerStats) *statistics.Funnel { return &s.stats.Funnel }, funnelColumns),
	columnsOf(func(s *freelancerStats) *projection.Profile { return &s.profile }, profileColumns),
	columnsOf(func(s *freelancerStats) *statistics.BadgeProgress { return &s.stats.Badges }, badgeColumns),
	[]computedColumn[freelancerStats]{
		computed("connects_balance", Integer, "Connects that can be spent: what is left of the lots that have not run out",
			func(s *freelancerStats) any { return int64(s.stats.ConnectsBalance) }),
	},
)

// clientStats is what a row of client_stats is made of.
type clientStats struct {
	id uuid.UUID
	computation
	*statistics.ClientProfile
}

var clientStatsTable = newComputedTable(Table{
	Name:    "client_stats",
	Doc:     "The current statistics of every registered client.",
	Key:     []string{"client_id"},
	Indexes: [][]string{{"spent"}, {"standing"}, {"next_step", "due_since"}, {"policy"}},
	Live:    true,
},
	accountColumns("client_id", func(s *clientStats) (uuid.UUID, *computation) { return s.id, &s.computation }),
	columnsOf(func(s *clientStats) *statistics.DisputeRate { return &s.DisputeRate }, disputeRateColumns),
	[]computedColumn[clientStats]{
		computed("spent", Integer, "lifetime, net of refunds, minor units", func(s *clientStats) any { return int64(s.Spent) }),
		computed("standing", Text, "good, contacted, suspended or barred", func(s *clientStats) any { return string(s.State) }),
		computed("contacted_until", Moment, "when a contacted client's slate is clean again; else NULL", func(s *clientStats) any { return momentOrNull(s.Until) }).null(),
		computed("signals", Integer, "negative ones that count now", func(s *clientStats) any { return s.Signals }),
		computed("next_step", Text, "what the standing calls for: none, contact, suspend or bar", func(s *clientStats) any { return s.Next.String() }),
		computed("due_since", Moment, "when that became due; NULL where nothing is", func(s *clientStats) any { return momentOrNull(s.DueSince) }).null(),
		computed("registered_at", Moment, "when the account was registered", func(s *clientStats) any { return s.Registered }),
		computed("running_contracts", Integer, "started, and not ended", func(s *clientStats) any { return s.RunningContracts }),
		computed("jobs_posted", Integer, "ever, also closed and removed ones", func(s *clientStats) any { return s.JobsPosted }),
		computed("jobs_with_hire", Integer, "of those, with a contract started", func(s *clientStats) any { return s.JobsWithHire }),
		computed("hire_rate_bp", Integer, "jobs_with_hire of jobs_posted, basis points; NULL without a job",
			func(s *clientStats) any { return orNull(s.HireRateBP) }).null(),
		computed("feedbacks", Integer, "of freelancers, published", func(s *clientStats) any { return s.Feedbacks }),
		computed("stars", Integer, "the mean of those, hundredths of a star; NULL without", func(s *clientStats) any { return orNull(s.Stars) }).null(),
		computed("release_median_s", Integer, "from a submission to its release, of those that the policy counts, the median, seconds; NULL of too few",
			func(s *clientStats) any { return orNull(s.ReleaseMedianS) }).null(),
		computed("auto_released_bp", Integer, "the share of them that the timer released, basis points; NULL where that is",
			func(s *clientStats) any { return orNull(s.AutoReleasedBP) }).null(),
		computed("payment_verified", Bool, "the payment method is, and was not lost", func(s *clientStats) any { return s.PaymentVerified }),
	},
)

// accountColumns are those that the rows of accounts have in common.
func accountColumns[R any](name string, of func(*R) (uuid.UUID, *computation)) []computedColumn[R] {
	how := func(r *R) *computation {
		_, c := of(r)
		return c
	}
	return []computedColumn[R]{
		computed(name, ID, "the account; those registered as of as_of have a row", func(r *R) any {
			id, _ := of(r)
			return id
		}),
		computed("as_of", Moment, "the moment that the row was computed for", func(r *R) any { return how(r).asOf }),
		computed("valid_until", Moment, "from this moment on the numbers may be others, though nothing happens; NULL: never",
			func(r *R) any { return how(r).until }).null(),
		computed("policy", Text, "the rule that they were computed under: its name, @ and a digest of its numbers",
			func(r *R) any { return how(r).policy }),
	}
}

var responsivenessColumns = []computedColumn[statistics.Responsiveness]{
	computed("invites_counted", Integer, "invites of the policy's window that count", func(r *statistics.Responsiveness) any { return r.Counted }),
	computed("invites_answered", Integer, "of those, answered", func(r *statistics.Responsiveness) any { return r.Answered }),
	computed("invites_answered_24h", Integer, "of those, faster than the policy's Fast", func(r *statistics.Responsiveness) any { return r.Answered24h }),
	computed("invites_answered_72h", Integer, "of those, faster than the policy's Slow", func(r *statistics.Responsiveness) any { return r.Answered72h }),
	computed("response_rate_bp", Integer, "answered of counted, basis points", func(r *statistics.Responsiveness) any { return orNull(r.RateBP) }).null(),
	computed("median_response_s", Integer, "seconds", func(r *statistics.Responsiveness) any { return orNull(r.MedianResponseS) }).null(),
	computed("response_level", Text, "under_24h, under_3_days or over_3_days; NULL with too few invites",
		func(r *statistics.Responsiveness) any { return textOrNull(string(r.Level)) }).null(),
}

var jobSuccessColumns = []computedColumn[statistics.JobSuccess]{
	computed("job_success_bp", Integer, "basis points; NULL, as all of job_success, with too few outcomes",
		func(j *statistics.JobSuccess) any { return j.ScoreBP }).null(),
	computed("job_success_displayed", Integer, "percent", func(j *statistics.JobSuccess) any { return j.Displayed }).null(),
	computed("job_success_window_months", Integer, "the window that won", func(j *statistics.JobSuccess) any { return int64(j.WindowMonths) }).null(),
	computed("job_success_outcomes", Integer, "in that window", func(j *statistics.JobSuccess) any { return j.Outcomes }).null(),
	computed("job_success_clients", Integer, "in that window", func(j *statistics.JobSuccess) any { return j.Clients }).null(),
	computed("job_success_weight", Integer, "in that window, quarter-jobs", func(j *statistics.JobSuccess) any { return j.Weight }).null(),
	computed("job_success_successful", Integer, "in that window", func(j *statistics.JobSuccess) any { return j.Successful }).null(),
	computed("job_success_neutral", Integer, "in that window", func(j *statistics.JobSuccess) any { return j.Neutral }).null(),
	computed("job_success_negative", Integer, "in that window", func(j *statistics.JobSuccess) any { return j.Negative }).null(),
}

var disputeRateColumns = []computedColumn[statistics.DisputeRate]{
	computed("contracts_ended", Integer, "contracts that have ended", func(d *statistics.DisputeRate) any { return d.Ended }),
	computed("contracts_disputed", Integer, "of those, with a dispute that was not cancelled", func(d *statistics.DisputeRate) any { return d.Disputed }),
	computed("dispute_ppm", Integer, "disputed of ended, parts per million; NULL if none has ended",
		func(d *statistics.DisputeRate) any { return orNull(d.PPM) }).null(),
	computed("contracts_ended_12m", Integer, "contracts that ended in the policy's recent months", func(d *statistics.DisputeRate) any { return d.Ended12m }),
	computed("contracts_disputed_12m", Integer, "of those, with a dispute that was not cancelled", func(d *statistics.DisputeRate) any { return d.Disputed12m }),
	computed("dispute_ppm_12m", Integer, "the rate of those months; NULL if none has ended",
		func(d *statistics.DisputeRate) any { return orNull(d.PPM12m) }).null(),
}

// profileColumns are those of a profile, but for its badges.
var profileColumns = []computedColumn[projection.Profile]{
	computed("public", Bool, "clients find the profile", func(p *projection.Profile) any { return p.Public }),
	computed("available", Bool, "takes work", func(p *projection.Profile) any { return p.Available }),
	computed("profile_percent", Integer, "how complete the profile is", func(p *projection.Profile) any { return p.Percent }),
	computed("identity_verified", Bool, "and not revoked", func(p *projection.Profile) any { return p.IdentityVerified }),
	computed("phone_verified", Bool, "and not revoked", func(p *projection.Profile) any { return p.PhoneVerified }),
}

var badgeColumns = []computedColumn[statistics.BadgeProgress]{
	computed("rising_talent", Bool, "granted, and not ended", func(b *statistics.BadgeProgress) any { return b.RisingTalent }),
	computed("top_rated", Bool, "the badge is held: awarded, and not lost", func(b *statistics.BadgeProgress) any { return b.TopRated.Held }),
	computed("top_rated_met", Bool, "all conditions are met now, the badge held or not", func(b *statistics.BadgeProgress) any { return b.TopRated.Met }),
	computed("top_rated_missing", Text, "the names of those that are not, with commas between; NULL if all are",
		func(b *statistics.BadgeProgress) any { return textOrNull(strings.Join(b.TopRated.Unmet(), ",")) }).null(),
	computed("top_rated_plus", Bool, "the badge is held; false under a policy without it, as the next",
		func(b *statistics.BadgeProgress) any { return b.TopRatedPlus != nil && b.TopRatedPlus.Held }),
	computed("top_rated_plus_met", Bool, "all conditions are met now", func(b *statistics.BadgeProgress) any { return b.TopRatedPlus != nil && b.TopRatedPlus.Met }),
	computed("top_rated_plus_missing", Text, "as top_rated_missing", func(b *statistics.BadgeProgress) any {
		if b.TopRatedPlus == nil {
			return nil
		}
		return textOrNull(strings.Join(b.TopRatedPlus.Unmet(), ","))
	}).null(),
}

var workColumns = []computedColumn[statistics.Work]{
	computed("paid_12m", Integer, "in the policy's recent months, net of refunds, minor units; below 0 where more was refunded",
		func(w *statistics.Work) any { return int64(w.Paid12m) }),
	computed("minutes", Integer, "of hourly work that was paid for, lifetime", func(w *statistics.Work) any { return w.Minutes }),
	computed("minutes_12m", Integer, "of those, paid in the policy's recent months", func(w *statistics.Work) any { return w.Minutes12m }),
	computed("minutes_billed", Integer, "of the weeks worked that were invoiced, lifetime", func(w *statistics.Work) any { return w.MinutesBilled }),
	computed("minutes_billed_12m", Integer, "of those, worked in the policy's recent months", func(w *statistics.Work) any { return w.MinutesBilled12m }),
	computed("clients", Integer, "with whom a contract was ever started", func(w *statistics.Work) any { return w.Clients }),
	computed("clients_last_year", Integer, "of those, with a contract in the policy's recent months", func(w *statistics.Work) any { return w.ClientsLastYear }),
	computed("long_term_clients", Integer, "of those, with a contract that ran for the policy's long term or longer", func(w *statistics.Work) any { return w.LongTermClients }),
	computed("long_term_bp", Integer, "long_term_clients of clients_last_year, basis points", func(w *statistics.Work) any { return orNull(w.LongTermBP) }).null(),
}

var funnelColumns = []computedColumn[statistics.Funnel]{
	computed("funnel_proposals", Integer, "submitted in the policy's days of a funnel", func(f *statistics.Funnel) any { return f.Proposals }),
	computed("funnel_interviews", Integer, "started in those days", func(f *statistics.Funnel) any { return f.Interviews }),
	computed("funnel_offers", Integer, "made in those days", func(f *statistics.Funnel) any { return f.Offers }),
	computed("funnel_hires", Integer, "offers accepted in those days", func(f *statistics.Funnel) any { return f.Hires }),
	computed("funnel_proposals_per_hire", Integer, "hundredths; NULL without a hire", func(f *statistics.Funnel) any { return orNull(f.ProposalsPerHire) }).null(),
}
