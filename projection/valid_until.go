package projection

import "github.com/marketcore/marketplace/event"

// Statistics move with time alone: invites leave their window, contracts
// theirs, an unanswered invite begins to count. What follows says when they may
// move next, so that who keeps statistics need not compute all of them again
// and again. The moment may be early, when nothing changes after all, and is
// never late.

// FreelancerValidUntil is the first moment after asOf at which
// StatsOfFreelancer of the same records may give something else; event.Never if
// it never will.
func (p Policy) FreelancerValidUntil(invites []*InviteRecord, contracts []*ContractRecord, clients ClientLookup, asOf event.Time) event.Time {
	n := nextMoment{after: bounded(asOf), at: event.Never}
	for _, r := range invites {
		n.fact(r.Sent)
		n.fact(r.Closed)
		n.moment(r.Sent.At.AddSeconds(p.Responsiveness.Window))
		n.moment(r.Sent.At.AddSeconds(p.Responsiveness.Grace))
	}
	for _, r := range contracts {
		n.contract(r, p.DisputeRate.RecentMonths)
		n.fact(r.Feedback.Moment)
		n.fact(r.Excluded)
		if c := clients(r.Client); c != nil {
			for i := range c.Marks {
				n.fact(c.Marks[i].Moment)
			}
		}
		n.score(p.JobSuccess, r)
	}
	return n.at
}

// ClientValidUntil is the same for StatsOfClient.
func (p Policy) ClientValidUntil(contracts []*ContractRecord, asOf event.Time) event.Time {
	n := nextMoment{after: bounded(asOf), at: event.Never}
	for _, r := range contracts {
		n.contract(r, p.DisputeRate.RecentMonths)
	}
	return n.at
}

// nextMoment is the first moment after another of those that it is told.
type nextMoment struct{ after, at event.Time }

func (n *nextMoment) moment(t event.Time) {
	if t > n.after && t < n.at {
		n.at = t
	}
}

func (n *nextMoment) fact(m Moment) { n.moment(m.At) }

// window is told of a date that is in the windows of some months until it is
// too old.
func (n *nextMoment) window(m Moment, months int) {
	if m.Happened() {
		n.moment((m.At.Date().AddMonths(months) + 1).Start())
	}
}

// contract is told of what paid, ended and disputed look at.
func (n *nextMoment) contract(r *ContractRecord, recentMonths int) {
	n.fact(r.Started)
	n.fact(r.Ended)
	n.window(r.Ended, recentMonths)
	for i := range r.Payments {
		n.fact(r.Payments[i].Moment)
	}
	for i := range r.Disputes {
		n.fact(r.Disputes[i].Opened)
		n.fact(r.Disputes[i].Cancelled)
	}
}

// score is told of what else moves a contract in the Job Success score.
func (n *nextMoment) score(p JobSuccessPolicy, r *ContractRecord) {
	since := r.Ended
	if !r.Ended.By(n.after) {
		if p.RunningDays == 0 {
			return
		}
		since = r.lastPayment(n.after)
		n.moment(r.Started.At.AddDays(p.RunningDays))
		n.moment(since.At.AddDays(p.RecentPaymentDays))
	}
	for _, months := range p.WindowMonths {
		n.window(since, months)
	}
}
