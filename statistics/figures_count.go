package statistics

import (
	"math"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FiguresCount adds up the whole marketplace record by record, so that nobody
// needs to have all of them at once. Accounts come before all else, which may come in
// any order. It holds the weeks, of every freelancer the first
// days and how the standing changed, and of every job how many proposed.
type FiguresCount struct {
	asOf      event.Time
	name      string
	policy    FiguresPolicy
	invites   ResponsivenessPolicy
	badges    BadgePolicy
	disputes  disputeCount
	funnel    funnelCount
	weeks     map[weekNumber]*PeriodFigures // those of which a fact was counted
	year      PeriodFigures
	yearFrom  event.Date // the year's first date
	first     weekNumber // the first week to list
	jobs      map[uuid.UUID]*candidates
	careers   careers
	newcomers newcomers
	outreach  outreachCount
	sums      sums

	both [2]*PeriodFigures // what periods gives
}

var _ MarketCount = (*FiguresCount)(nil)

// candidates counts the proposals to a job.
type candidates struct {
	posted projection.Moment // never, as long as only proposals have named it
	n      int64
}

// noWeek is later than every week.
const noWeek weekNumber = math.MaxInt64

// CountFigures begins to count, as of the moment.
func (p Policy) CountFigures(asOf event.Time) *FiguresCount {
	c := &FiguresCount{
		asOf: asOf.Bounded(), name: p.Name, policy: p.Figures, invites: p.Responsiveness.ageless(), badges: p.Badge,
		disputes: p.DisputeRate.count(asOf), funnel: p.Funnel.count(asOf), weeks: map[weekNumber]*PeriodFigures{}, first: noWeek,
		jobs: map[uuid.UUID]*candidates{}, careers: careers{},
	}
	c.yearFrom = windowStart(c.asOf, p.Figures.RecentMonths)
	c.newcomers = newcomers{asOf: c.asOf, days: p.Figures.FirstContractDays, all: map[uuid.UUID]*newcomer{}, sums: &c.sums}
	c.outreach = p.countOutreach(c.asOf)
	return c
}

// ageless is the policy without a window: no invite is too old.
func (p ResponsivenessPolicy) ageless() ResponsivenessPolicy {
	p.Window = math.MaxInt64 / 2
	return p
}

// Client takes in an account, which may have been contacted.
func (c *FiguresCount) Client(r *projection.ClientRecord) { c.outreach.client(r) }

// Freelancer takes in an account, by whose standing contracts and proposals are
// counted, and counts its Connects.
func (c *FiguresCount) Freelancer(r *projection.FreelancerRecord) {
	c.careers.add(r, c.badges)
	c.newcomers.freelancer(r)
	for i := range r.Connects {
		if m := &r.Connects[i]; m.By(c.asOf) {
			for _, p := range c.periods(m.Moment) {
				p.connects(&c.sums, m)
			}
		}
	}
}

// Contract counts a contract.
func (c *FiguresCount) Contract(r *projection.ContractRecord) {
	c.disputes.add(r)
	c.newcomers.contract(r)
	c.outreach.contract(r)
	if r.Started.By(c.asOf) {
		stage := c.careers.at(r.Freelancer, r.Started.At)
		for _, p := range c.begin(r.Started) {
			p.ContractsStarted++
			p.Hires.add(r.Via)
			*p.HiresByStanding.Of(stage.standing())++
			if stage.topScore {
				p.HiresTopScore++
			}
		}
	}
	for i := range r.Payments {
		if m := &r.Payments[i]; m.By(c.asOf) {
			for _, p := range c.periods(m.Moment) {
				p.Volume.add(&c.sums, m)
			}
		}
	}
	if r.Ended.By(c.asOf) {
		disputed := r.Disputed(c.asOf) != nil
		for _, p := range c.periods(r.Ended) {
			p.ContractsEnded++
			if disputed {
				p.Disputed++
			}
		}
	}
}

// Invite counts an invite.
func (c *FiguresCount) Invite(r *projection.InviteRecord) {
	c.outreach.invite(r)
	if !r.Sent.By(c.asOf) {
		return
	}
	j := c.invites.judge(r, c.asOf)
	for _, p := range c.begin(r.Sent) {
		p.InvitesSent++
		if j.reason == "" {
			p.InvitesCounted++
			if j.answered {
				p.InvitesAnswered++
			}
		}
	}
}

// Job counts a job.
func (c *FiguresCount) Job(r *projection.JobRecord) {
	c.outreach.job(r)
	if r.Posted.By(c.asOf) {
		c.job(r.ID).posted = r.Posted
		for _, p := range c.begin(r.Posted) {
			p.JobsPosted++
		}
	}
}

// Proposal counts a proposal.
func (c *FiguresCount) Proposal(r *projection.ProposalRecord) {
	c.funnel.add(r, nil)
	standing := c.standing(r)
	if r.Submitted.By(c.asOf) {
		c.job(r.Job).n++
		for _, p := range c.begin(r.Submitted) {
			p.Proposals++
			*p.ProposalsByStanding.Of(standing)++
		}
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		switch {
		case !s.By(c.asOf):
		case s.Kind == projection.StepInterviewStarted:
			for _, p := range c.periods(s.Moment) {
				p.Interviews++
				*p.InterviewsByStanding.Of(standing)++
			}
		case s.Kind == projection.StepOfferAccepted:
			for _, p := range c.periods(s.Moment) {
				*p.ProposalHiresByStanding.Of(standing)++
			}
		}
	}
	meetingsOfProposal(r, c.meeting)
}

// standing is the freelancer's when the proposal was submitted.
func (c *FiguresCount) standing(r *projection.ProposalRecord) BadgeStanding {
	stage := c.careers.at(r.Freelancer, r.Submitted.At)
	return stage.standing()
}

// Interview counts a meeting.
func (c *FiguresCount) Interview(r *projection.InterviewRecord) { meetingsOf(r, c.meeting) }

func (c *FiguresCount) meeting(m projection.Moment, what meetingEvent, form projection.MeetingForm) {
	if m.By(c.asOf) {
		for _, p := range c.periods(m) {
			p.meeting(what, form)
		}
	}
}

// Week counts a work week, which is in the year with its Monday.
func (c *FiguresCount) Week(r *projection.WeekRecord) {
	if r.Invoiced.By(c.asOf) {
		for _, p := range c.periods(projection.Moment{At: r.Week.Start()}) {
			add(&c.sums, "minutes_billed", &p.MinutesBilled, r.Minutes)
		}
	}
}

func (c *FiguresCount) job(id uuid.UUID) *candidates {
	j := c.jobs[id]
	if j == nil {
		j = &candidates{posted: projection.Moment{At: event.Never}}
		c.jobs[id] = j
	}
	return j
}

// periods are the periods that a fact is in: its week, and the year if that holds its
// date. They are good until the next call.
func (c *FiguresCount) periods(m projection.Moment) []*PeriodFigures {
	n := weekOf(m.At)
	w := c.weeks[n]
	if w == nil {
		w = &PeriodFigures{}
		c.weeks[n] = w
	}
	c.both = [2]*PeriodFigures{w, &c.year}
	if m.At.Date() < c.yearFrom {
		return c.both[:1]
	}
	return c.both[:]
}

// begin is periods of a fact with whose week the list of weeks may begin.
func (c *FiguresCount) begin(m projection.Moment) []*PeriodFigures {
	c.first = min(c.first, weekOf(m.At))
	return c.periods(m)
}

// Figures are those of what was counted. It fails with a *SumError. Nothing is to be
// counted after it.
func (c *FiguresCount) Figures() (*Figures, error) {
	c.addCandidates()
	f := &Figures{
		AsOf: c.asOf, Policy: c.name, DisputeRate: c.disputes.rate(), Funnel: c.funnel.funnel(), Year: c.year, Weeks: []WeekFigures{},
	}
	total := c.sums
	for _, w := range c.weeks {
		f.add(&total, &w.MarketTotals)
	}
	f.FirstContracts = c.newcomers.firstContracts(&total)
	f.Outreach = c.outreach.outreach()
	if err := total.err(); err != nil {
		return nil, err
	}
	f.share()
	f.Year.share()
	if c.first == noWeek {
		return f, nil
	}
	last := weekOf(c.asOf)
	from := max(c.first, last-weekNumber(c.policy.Weeks)+1)
	f.EarlierWeeks = int64(from - c.first)
	for n := from; n <= last; n++ {
		f.Weeks = append(f.Weeks, c.figuresOf(n))
	}
	return f, nil
}

// addCandidates counts the proposals with the jobs that they are to, once.
func (c *FiguresCount) addCandidates() {
	for _, j := range c.jobs {
		if j.posted.Happened() {
			for _, p := range c.periods(j.posted) {
				p.Candidates += j.n
			}
		}
	}
	clear(c.jobs)
}

func (c *FiguresCount) figuresOf(n weekNumber) WeekFigures {
	w := WeekFigures{Week: n.week()}
	if counted := c.weeks[n]; counted != nil {
		w.PeriodFigures = *counted
	}
	w.share()
	return w
}

// weekNumber counts ISO weeks on, that of 1970-01-01 is 0.
type weekNumber int64

// monday is the days from Monday to 1970-01-01, a Thursday.
const monday = 3

func weekOf(t event.Time) weekNumber {
	days := int64(t.Date()) + monday
	n := days / 7
	if days%7 < 0 {
		n--
	}
	return weekNumber(n)
}

func (n weekNumber) week() event.Week { return event.WeekOf(event.Date(int64(n)*7 - monday).Start()) }
