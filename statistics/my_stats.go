package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// MyStats is what a freelancer sees of their own standing and work (rules 9).
type MyStats struct {
	FreelancerStats // as in the report
	Work
	Funnel      Funnel        `json:"funnel"`
	Badges      BadgeProgress `json:"badges"`
	Assessments []Assessment  `json:"assessments"` // as they were shown, the oldest first
	// ConnectsBalance is what is left of the lots that have not run out.
	ConnectsBalance event.Connects `json:"connects_balance"`
}

// Assessment is the Job Success score as it was shown from a moment on.
type Assessment struct {
	At        event.Time     `json:"at"`
	Position  event.Position `json:"position"`  // of its JobSuccessAssessed
	Displayed *int64         `json:"displayed"` // percent; nil without a score
}

// MyStats computes a freelancer's statistics from the freelancer's records. It fails
// with a *SumError.
func (p Policy) MyStats(h projection.FreelancerHistory, asOf event.Time) (*MyStats, error) {
	asOf = asOf.Bounded()
	stats, err := p.freelancerStats(h, asOf)
	if err != nil {
		return nil, err
	}
	work, err := p.Work.of(&h, asOf)
	if err != nil {
		return nil, err
	}
	badges, err := p.badges(h, asOf)
	if err != nil {
		return nil, err
	}
	_, balance, err := connectsLots(h.Account, asOf)
	if err != nil {
		return nil, err
	}
	return &MyStats{
		FreelancerStats: *stats,
		Work:            work,
		Funnel:          p.Funnel.of(h.Proposals, asOf),
		Badges:          *badges,
		Assessments:     assessments(h.Account, asOf),
		ConnectsBalance: balance,
	}, nil
}

func assessments(r *projection.FreelancerRecord, asOf event.Time) []Assessment {
	all := []Assessment{}
	for i := range r.Marks {
		m := &r.Marks[i]
		if m.Kind != projection.MarkAssessed || !m.By(asOf) {
			continue
		}
		all = append(all, assessed(m.Moment, m.Number))
	}
	return all
}

func assessed(at projection.Moment, displayed int64) Assessment {
	a := Assessment{At: at.At, Position: at.Position}
	if displayed != projection.NotScored {
		a.Displayed = &displayed
	}
	return a
}

// FreelancerValidUntil is the first moment after asOf at which MyStats or the
// Profile of the same records may give something else; event.Never if they never
// will. It leaves out what is measured in seconds up to asOf, the Have of
// ConditionFirstContract, and looks at whether the condition is met.
func (p Policy) FreelancerValidUntil(h projection.FreelancerHistory, asOf event.Time) event.Time {
	n := nextMoment{after: asOf.Bounded(), at: event.Never}
	for i := range h.Account.Marks {
		n.mark(p.Badge, &h.Account.Marks[i])
	}
	n.perks(p.Badge)
	for i := range h.Account.Connects {
		n.connects(&h.Account.Connects[i])
	}
	for _, r := range h.Invites {
		n.invite(p.Responsiveness, r)
		n.moment(r.Sent.At.AddSeconds(p.Responsiveness.Window))
		if r.Outcome == projection.InviteAccepted {
			n.days(r.Closed, p.Badge.ActiveDays)
		}
	}
	for _, r := range h.Proposals {
		n.proposal(p.Funnel, r)
		n.days(r.Submitted, p.Badge.ActiveDays)
	}
	for _, r := range h.Contracts {
		n.contract(p.DisputeRate, r)
		n.fact(r.Feedback.Moment)
		n.fact(r.Feedback.Revised)
		n.fact(r.Published)
		n.fact(r.Excluded)
		if c := h.Clients.Client(r.Client); c != nil {
			for i := range c.Marks {
				n.fact(c.Marks[i].Moment)
			}
		}
		n.score(p.JobSuccess, r)
		n.work(p.Work, r)
		n.moment(r.Started.At.AddDays(p.Badge.FirstContractDays).AddSeconds(1))
		for i := range r.Payments {
			n.window(r.Payments[i].Moment, p.Badge.PaidMonths)
			if r.Payments[i].Kind != projection.PaymentRefund {
				n.days(r.Payments[i].Moment, p.Badge.ActiveDays)
			}
		}
	}
	for _, w := range h.Weeks {
		n.fact(w.Invoiced)
		n.window(projection.Moment{At: w.Week.Start()}, p.Work.RecentMonths)
	}
	return n.at
}
