package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FiguresPolicy bounds what figures list.
type FiguresPolicy struct {
	// Weeks is how many weeks are listed at most, the newest ones. Default 1040,
	// which is 20 years (ours).
	Weeks int
}

// defaultFigures is the bound as completed here.
func defaultFigures() FiguresPolicy { return FiguresPolicy{Weeks: 1040} }

func (p FiguresPolicy) validate() error {
	if p.Weeks < 1 || p.Weeks > maxMonths*5 {
		return invalidPolicy("figures: %d weeks; 1 to %d make sense", p.Weeks, maxMonths*5)
	}
	return nil
}

// Figures are those of the whole marketplace, in all and week by week (rules 9).
// What is not in a list of weeks, because there are more than the policy lists,
// is in the totals.
type Figures struct {
	AsOf   event.Time `json:"as_of"`
	Policy string     `json:"policy"`
	MarketTotals
	DisputeRate DisputeRate `json:"dispute_rate"`
	Funnel      Funnel      `json:"funnel"`
	// EarlierWeeks is how many weeks, from that of the first fact on, are before
	// the first one listed.
	EarlierWeeks int64 `json:"earlier_weeks"`
	// Weeks are the ISO weeks from that of the first fact to that of the moment,
	// none left out between.
	Weeks []WeekFigures `json:"weeks"`
}

// WeekFigures are the figures of what happened in one ISO week, Monday 00:00 to
// Sunday 24:00 UTC.
type WeekFigures struct {
	Week event.Week `json:"week"`
	MarketTotals
	Disputed   int64  `json:"disputed"`    // contracts that ended in the week and were disputed, whenever that was
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
}

// FiguresValidity finds what FreelancerValidUntil is, for Figures, record by record.
type FiguresValidity struct {
	policy Policy
	next   nextMoment
}

// FiguresValidity begins to look for the first moment after asOf. It is at the
// latest the end of the week, when there is one more to list.
func (p Policy) FiguresValidity(asOf event.Time) *FiguresValidity {
	asOf = asOf.Bounded()
	return &FiguresValidity{p, nextMoment{after: asOf, at: event.WeekOf(asOf).End()}}
}

// Contract looks at a contract.
func (v *FiguresValidity) Contract(r *projection.ContractRecord) {
	v.next.contract(v.policy.DisputeRate, r)
}

// Invite looks at an invite.
func (v *FiguresValidity) Invite(r *projection.InviteRecord) {
	v.next.invite(v.policy.Responsiveness, r)
}

// Proposal looks at a proposal.
func (v *FiguresValidity) Proposal(r *projection.ProposalRecord) { v.next.proposal(v.policy.Funnel, r) }

// Until is the first moment at which Figures of the records that were looked at
// may give something else.
func (v *FiguresValidity) Until() event.Time { return v.next.at }
