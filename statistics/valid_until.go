package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Statistics move with time alone: invites, proposals, payments and contracts
// leave their windows, an unanswered invite begins to count, a contacted
// client's time is up. What follows says when they may move next, so that who
// keeps statistics need not compute all of them again and again. The moment may
// be early, when nothing changes after all, and is never late.

// FreelancerValidUntil is the first moment after asOf at which MyStats or the
// Profile of the same records may give something else; event.Never if they never
// will. It leaves out what is measured in seconds up to asOf, the Have of
// ConditionFirstContract, and looks at whether the condition is met.
func (p Policy) FreelancerValidUntil(h projection.FreelancerHistory, asOf event.Time) event.Time {
	n := nextMoment{after: asOf.Bounded(), at: event.Never}
	for i := range h.Account.Marks {
		n.mark(p.Badge, &h.Account.Marks[i])
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
	return n.at
}

// ClientValidUntil is the same for ClientProfile.
func (p Policy) ClientValidUntil(h projection.ClientHistory, asOf event.Time) event.Time {
	n := nextMoment{after: asOf.Bounded(), at: event.Never}
	for i := range h.Account.Marks {
		n.conduct(p.Standing, h.Account.Marks[i].Moment)
	}
	for _, r := range h.Jobs {
		n.fact(r.Posted)
	}
	for _, r := range h.Contracts {
		n.contract(p.DisputeRate, r)
		n.conduct(p.Standing, r.Returned.Moment)
		n.fact(r.Published)
		for i := range r.Disputes {
			n.conduct(p.Standing, r.Disputes[i].Resolved)
		}
	}
	return n.at
}

// FiguresValidity finds the same for Figures, record by record.
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
	case projection.MarkHoldLifted:
		n.days(m.Moment, p.HoldDays)
	case projection.MarkViolation:
		n.window(m.Moment, p.ViolationMonths)
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
