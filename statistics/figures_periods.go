package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// PeriodFigures are the figures of what happened in a period.
type PeriodFigures struct {
	MarketTotals
	Disputed   int64  `json:"disputed"`    // contracts that ended in the period and were disputed, whenever that was
	DisputePPM *int64 `json:"dispute_ppm"` // of those that ended, parts per million half up; nil if none ended
}

// Volume is what was paid, by the dates of payment, in minor units.
type Volume struct {
	GrossVolume event.Money `json:"gross_volume"` // to freelancers; refunds are apart
	Refunds     event.Money `json:"refunds"`
	Minutes     int64       `json:"minutes"` // of hourly work that was paid for
}

func (v *Volume) add(s *sums, p *projection.Payment) {
	add(s, "minutes", &v.Minutes, p.Minutes)
	if p.Kind == projection.PaymentRefund {
		add(s, "refunds", &v.Refunds, p.Amount)
	} else {
		add(s, "gross_volume", &v.GrossVolume, p.Amount)
	}
}

// MarketTotals are the figures that add up over weeks.
type MarketTotals struct {
	Volume
	ContractsStarted int64      `json:"contracts_started"`
	ContractsEnded   int64      `json:"contracts_ended"`
	Hires            Hires      `json:"hires"` // of the contracts started
	HireShares       HireShares `json:"hire_shares"`

	InvitesSent int64 `json:"invites_sent"` // also to those not available
	// InvitesCounted are those that a freelancer's responsiveness would count if
	// they were not too old; InvitesAnswered are those of them that were
	// answered as of the moment, in whichever week.
	InvitesCounted  int64  `json:"invites_counted"`
	InvitesAnswered int64  `json:"invites_answered"`
	ResponseRateBP  *int64 `json:"response_rate_bp"` // answered of counted, basis points half up; nil without

	// MinutesBilled are of the weeks worked that were invoiced as of the moment, a
	// week's with its Monday, where Minutes go by the moment of payment.
	MinutesBilled int64 `json:"minutes_billed"`

	JobsPosted int64 `json:"jobs_posted"` // also closed and removed ones
	Proposals  int64 `json:"proposals"`   // submitted
	// Candidates are the proposals to the jobs posted, submitted as of the moment, in
	// whichever week; CandidatesPerJob is in hundredths, half up, nil without a job.
	Candidates       int64  `json:"candidates"`
	CandidatesPerJob *int64 `json:"candidates_per_job"`
	Interviews       int64  `json:"interviews"` // started: proposals taken up

	ConnectsSpent    event.Connects `json:"connects_spent"`
	ConnectsReturned event.Connects `json:"connects_returned"`

	// HiresByStanding are the contracts started by what the freelancer was then;
	// HiresTopScore are those by a freelancer whose last assessment until then showed at
	// least the score of BadgePolicy.Displayed, with their share of all, basis points
	// half up, nil without a contract.
	HiresByStanding BadgeStandings `json:"hires_by_standing"`
	HiresTopScore   int64          `json:"hires_top_score"`
	HiresTopScoreBP *int64         `json:"hires_top_score_bp"`

	// What becomes of proposals by what the freelancer was when the proposal was
	// submitted, withdrawn ones and those of accepted invites too: how many were
	// submitted, interviews were started and offers accepted, each by its own moment.
	// They make checkable for whom it is easier to win contracts, a statement of 2015
	// (rules 10; what is counted is ours). A hire without an accepted offer is in
	// HiresByStanding alone.
	ProposalsByStanding     BadgeStandings `json:"proposals_by_standing"`
	InterviewsByStanding    BadgeStandings `json:"interviews_by_standing"`
	ProposalHiresByStanding BadgeStandings `json:"proposal_hires_by_standing"`

	Meetings Meetings `json:"meetings"` // each by the moment of its event
	Channels Channels `json:"channels"` // of those scheduled
}

// connects counts a movement of Connects, if it is one that figures count.
func (t *MarketTotals) connects(s *sums, m *projection.ConnectsMove) {
	switch m.Kind {
	case projection.ConnectsSpent:
		add(s, "connects_spent", &t.ConnectsSpent, m.Amount)
	case projection.ConnectsReturned:
		add(s, "connects_returned", &t.ConnectsReturned, m.Amount)
	}
}

// add adds what another period counts; shares are for later.
func (t *MarketTotals) add(s *sums, other *MarketTotals) {
	add(s, "gross_volume", &t.GrossVolume, other.GrossVolume)
	add(s, "refunds", &t.Refunds, other.Refunds)
	add(s, "minutes", &t.Minutes, other.Minutes)
	add(s, "minutes_billed", &t.MinutesBilled, other.MinutesBilled)
	add(s, "connects_spent", &t.ConnectsSpent, other.ConnectsSpent)
	add(s, "connects_returned", &t.ConnectsReturned, other.ConnectsReturned)
	t.ContractsStarted += other.ContractsStarted
	t.ContractsEnded += other.ContractsEnded
	t.Hires.Invite += other.Hires.Invite
	t.Hires.Proposal += other.Hires.Proposal
	t.Hires.Direct += other.Hires.Direct
	t.InvitesSent += other.InvitesSent
	t.InvitesCounted += other.InvitesCounted
	t.InvitesAnswered += other.InvitesAnswered
	t.JobsPosted += other.JobsPosted
	t.Proposals += other.Proposals
	t.Candidates += other.Candidates
	t.Interviews += other.Interviews
	t.HiresByStanding.add(&other.HiresByStanding)
	t.HiresTopScore += other.HiresTopScore
	t.ProposalsByStanding.add(&other.ProposalsByStanding)
	t.InterviewsByStanding.add(&other.InterviewsByStanding)
	t.ProposalHiresByStanding.add(&other.ProposalHiresByStanding)
	t.Meetings.add(&other.Meetings)
	t.Channels.add(&other.Channels)
}

// share computes the shares of what was added.
func (t *MarketTotals) share() {
	t.HireShares = t.Hires.shares()
	t.ResponseRateBP = shareOrNil(t.InvitesAnswered, t.InvitesCounted, 10_000)
	t.CandidatesPerJob = shareOrNil(t.Candidates, t.JobsPosted, 100)
	t.HiresTopScoreBP = shareOrNil(t.HiresTopScore, t.ContractsStarted, 10_000)
}

func (p *PeriodFigures) share() {
	p.MarketTotals.share()
	p.DisputePPM = shareOrNil(p.Disputed, p.ContractsEnded, 1_000_000)
}
