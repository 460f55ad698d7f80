package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Statistics move with time alone: invites, proposals, payments and contracts
// leave their windows, an unanswered invite begins to count, a contacted
// client's time is up. Beside MyStats, ClientProfile and Figures stands when each may
// move next, so that who keeps statistics need not compute all of them again and
// again. The moment may be early, when nothing changes after all, and is never late.

// nextMoment is the first moment after another of those that it is told.
type nextMoment struct{ after, at event.Time }

func (n *nextMoment) moment(t event.Time) {
	if t > n.after && t < n.at {
		n.at = t
	}
}

func (n *nextMoment) fact(m projection.Moment) { n.moment(m.At) }

// days is told of a fact that counts for so many days of 24 hours.
func (n *nextMoment) days(m projection.Moment, days int) {
	if m.Happened() {
		n.moment(m.At.AddDays(days))
	}
}

// window is told of a date that is in the windows of some months until it is
// too old.
func (n *nextMoment) window(m projection.Moment, months int) {
	if m.Happened() {
		n.moment((m.At.Date().AddMonths(months) + 1).Start())
	}
}

// mark is told of what changes a freelancer's profile or badges.
func (n *nextMoment) mark(p BadgePolicy, m *projection.FreelancerMark) {
	n.fact(m.Moment)
	switch m.Kind {
	case projection.MarkHoldLifted, projection.MarkFreelancerReinstated:
		n.days(m.Moment, p.HoldDays)
	case projection.MarkViolation:
		n.window(m.Moment, p.ViolationMonths)
	}
}

// connects is told of what changes a balance.
func (n *nextMoment) connects(m *projection.ConnectsMove) {
	n.fact(m.Moment)
	if m.Kind.Begins() {
		n.moment(m.ExpiresAt)
	}
}

// perks is told of when what badges are good for begins and ends.
func (n *nextMoment) perks(p BadgePolicy) {
	for _, perks := range [][]Perk{p.TopRatedPerks, p.TopRatedPlusPerks, p.RisingTalentPerks} {
		for _, perk := range perks {
			for _, date := range []string{perk.From, perk.Until} {
				if t, bounded := dateOf(date); bounded {
					n.moment(t)
				}
			}
		}
	}
}

// conduct is told of what may be a negative signal about a client, or a contact.
func (n *nextMoment) conduct(p StandingPolicy, m projection.Moment) {
	n.fact(m)
	n.days(m, p.ContactDays)
	n.days(m, p.SuspendDays)
}

// invite is told of what sent, counted and answered look at.
func (n *nextMoment) invite(p ResponsivenessPolicy, r *projection.InviteRecord) {
	n.fact(r.Sent)
	n.fact(r.Closed)
	n.moment(r.Sent.At.AddSeconds(p.Grace))
}

// proposal is told of what a funnel looks at.
func (n *nextMoment) proposal(p FunnelPolicy, r *projection.ProposalRecord) {
	n.fact(r.Submitted)
	n.days(r.Submitted, p.Days)
	for i := range r.Steps {
		n.fact(r.Steps[i].Moment)
		n.days(r.Steps[i].Moment, p.Days)
	}
}

// contract is told of what paid, ended and disputed look at.
func (n *nextMoment) contract(p DisputeRatePolicy, r *projection.ContractRecord) {
	n.fact(r.Started)
	n.fact(r.Ended)
	n.window(r.Ended, p.RecentMonths)
	for i := range r.Payments {
		n.fact(r.Payments[i].Moment)
	}
	for i := range r.Disputes {
		n.fact(r.Disputes[i].Opened)
		n.fact(r.Disputes[i].Cancelled)
	}
}

// work is told of what the last months of work and long-term work look at.
func (n *nextMoment) work(p WorkPolicy, r *projection.ContractRecord) {
	n.window(r.Ended, p.RecentMonths)
	if !r.Ended.By(n.after) {
		n.moment(r.Started.At.AddMonths(p.LongTermMonths))
	}
	for i := range r.Payments {
		n.window(r.Payments[i].Moment, p.RecentMonths)
	}
}

// score is told of what else moves a contract in the Job Success score.
func (n *nextMoment) score(p JobSuccessPolicy, r *projection.ContractRecord) {
	since := r.Ended
	if !r.Ended.By(n.after) {
		if p.RunningDays == 0 {
			return
		}
		since = r.LastPayment(n.after)
		n.moment(r.Started.At.AddDays(p.RunningDays))
		n.moment(since.At.AddDays(p.RecentPaymentDays))
	}
	for _, months := range p.WindowMonths {
		n.window(since, months)
	}
}
