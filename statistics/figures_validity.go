package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FiguresValidity finds what FreelancerValidUntil is, for Figures, record by record.
type FiguresValidity struct {
	policy Policy
	next   nextMoment
}

var _ MarketCount = (*FiguresValidity)(nil)

// FiguresValidity begins to look for the first moment after asOf. It is at the
// latest the end of the week, when there is one more to list.
func (p Policy) FiguresValidity(asOf event.Time) *FiguresValidity {
	asOf = asOf.Bounded()
	return &FiguresValidity{p, nextMoment{after: asOf, at: event.WeekOf(asOf).End()}}
}

// counted is told of what counts from a moment on, and in the year until it is too old.
func (v *FiguresValidity) counted(m projection.Moment) {
	v.next.fact(m)
	v.next.window(m, v.policy.Figures.RecentMonths)
}

// Client looks at an account.
func (v *FiguresValidity) Client(r *projection.ClientRecord) {
	ofAccount(r, func(f ConductFact, _ string) {
		v.next.fact(f.Moment)
		if f.Kind == ConductContacted {
			v.next.days(f.Moment, v.policy.Figures.OutreachDays)
		}
	})
}

// signal looks at what may be a signal about a client.
func (v *FiguresValidity) signal(f ConductFact, _ string) { v.next.fact(f.Moment) }

// Freelancer looks at an account.
func (v *FiguresValidity) Freelancer(r *projection.FreelancerRecord) {
	for _, day0 := range []projection.Moment{r.Registered, firstGrant(r)} {
		v.next.fact(day0)
		v.next.days(day0, v.policy.Figures.FirstContractDays)
	}
	for i := range r.Connects {
		v.counted(r.Connects[i].Moment)
	}
}

// Contract looks at a contract.
func (v *FiguresValidity) Contract(r *projection.ContractRecord) {
	v.next.contract(v.policy.DisputeRate, r)
	v.policy.Standing.ofContract(r, v.policy.sealedSignals(), v.signal)
	v.counted(r.Started)
	v.counted(r.Ended)
	for i := range r.Payments {
		v.counted(r.Payments[i].Moment)
	}
}

// Invite looks at an invite.
func (v *FiguresValidity) Invite(r *projection.InviteRecord) {
	v.next.invite(v.policy.Responsiveness, r)
	v.counted(r.Sent)
}

// Job looks at a job.
func (v *FiguresValidity) Job(r *projection.JobRecord) {
	v.counted(r.Posted)
	ofJob(r, v.signal)
}

// Proposal looks at a proposal.
func (v *FiguresValidity) Proposal(r *projection.ProposalRecord) {
	v.next.proposal(v.policy.Funnel, r)
	v.counted(r.Submitted)
	for i := range r.Steps {
		v.counted(r.Steps[i].Moment)
	}
}

// Interview looks at a meeting.
func (v *FiguresValidity) Interview(r *projection.InterviewRecord) {
	v.counted(r.Scheduled)
	v.counted(r.Held)
	v.counted(r.Cancelled)
}

// Week looks at a work week.
func (v *FiguresValidity) Week(r *projection.WeekRecord) {
	v.next.fact(r.Invoiced)
	v.next.window(projection.Moment{At: r.Week.Start()}, v.policy.Figures.RecentMonths)
}

// Until is the first moment at which Figures of the records that were looked at
// may give something else.
func (v *FiguresValidity) Until() event.Time { return v.next.at }
