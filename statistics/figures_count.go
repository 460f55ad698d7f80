package statistics

import (
	"maps"
	"math"
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FiguresCount adds up the whole marketplace record by record, so that nobody
// needs to have all of them at once.
type FiguresCount struct {
	asOf     event.Time
	name     string
	policy   FiguresPolicy
	invites  ResponsivenessPolicy
	disputes disputeCount
	funnel   funnelCount
	weeks    map[weekNumber]*WeekFigures // those of which a fact was counted
	sums     sums
}

// CountFigures begins to count, as of the moment.
func (p Policy) CountFigures(asOf event.Time) *FiguresCount {
	return &FiguresCount{
		asOf: asOf.Bounded(), name: p.Name, policy: p.Figures, invites: p.Responsiveness.ageless(),
		disputes: p.DisputeRate.count(asOf), funnel: p.Funnel.count(asOf), weeks: map[weekNumber]*WeekFigures{},
	}
}

// ageless is the policy without a window: no invite is too old.
func (p ResponsivenessPolicy) ageless() ResponsivenessPolicy {
	p.Window = math.MaxInt64 / 2
	return p
}

// Contract counts a contract.
func (c *FiguresCount) Contract(r *projection.ContractRecord) {
	c.disputes.add(r)
	if r.Started.By(c.asOf) {
		w := c.week(r.Started)
		w.ContractsStarted++
		w.Hires.add(r.Via)
	}
	for i := range r.Payments {
		if p := &r.Payments[i]; p.By(c.asOf) {
			c.week(p.Moment).Volume.add(&c.sums, p)
		}
	}
	if r.Ended.By(c.asOf) {
		w := c.week(r.Ended)
		w.ContractsEnded++
		if r.Disputed(c.asOf) != nil {
			w.Disputed++
		}
	}
}

// Invite counts an invite.
func (c *FiguresCount) Invite(r *projection.InviteRecord) {
	if !r.Sent.By(c.asOf) {
		return
	}
	w := c.week(r.Sent)
	w.InvitesSent++
	if j := c.invites.judge(r, c.asOf); j.reason == "" {
		w.InvitesCounted++
		if j.answered {
			w.InvitesAnswered++
		}
	}
}

// Proposal counts a proposal.
func (c *FiguresCount) Proposal(r *projection.ProposalRecord) { c.funnel.add(r, nil) }

func (c *FiguresCount) week(m projection.Moment) *WeekFigures {
	n := weekOf(m.At)
	w := c.weeks[n]
	if w == nil {
		w = &WeekFigures{}
		c.weeks[n] = w
	}
	return w
}

// Figures are those of what was counted. It fails with a *SumError.
func (c *FiguresCount) Figures() (*Figures, error) {
	f := &Figures{
		AsOf: c.asOf, Policy: c.name, DisputeRate: c.disputes.rate(), Funnel: c.funnel.funnel(), Weeks: []WeekFigures{},
	}
	total := c.sums
	for _, w := range c.weeks {
		f.add(&total, &w.MarketTotals)
	}
	if err := total.err(); err != nil {
		return nil, err
	}
	f.share()
	if len(c.weeks) == 0 {
		return f, nil
	}
	first, last := slices.Min(slices.Collect(maps.Keys(c.weeks))), weekOf(c.asOf)
	from := max(first, last-weekNumber(c.policy.Weeks)+1)
	f.EarlierWeeks = int64(from - first)
	for n := from; n <= last; n++ {
		f.Weeks = append(f.Weeks, c.figuresOf(n))
	}
	return f, nil
}

func (c *FiguresCount) figuresOf(n weekNumber) WeekFigures {
	var w WeekFigures
	if counted := c.weeks[n]; counted != nil {
		w = *counted
	}
	w.Week = n.week()
	w.share()
	w.DisputePPM = shareOrNil(w.Disputed, w.ContractsEnded, 1_000_000)
	return w
}

func (t *MarketTotals) add(s *sums, other *MarketTotals) {
	add(s, "gross_volume", &t.GrossVolume, other.GrossVolume)
	add(s, "refunds", &t.Refunds, other.Refunds)
	add(s, "minutes", &t.Minutes, other.Minutes)
	t.ContractsStarted += other.ContractsStarted
	t.ContractsEnded += other.ContractsEnded
	t.Hires.Invite += other.Hires.Invite
	t.Hires.Proposal += other.Hires.Proposal
	t.Hires.Direct += other.Hires.Direct
	t.InvitesSent += other.InvitesSent
	t.InvitesCounted += other.InvitesCounted
	t.InvitesAnswered += other.InvitesAnswered
}

// share computes the shares of what was added.
func (t *MarketTotals) share() {
	t.HireShares = t.Hires.shares()
	t.ResponseRateBP = shareOrNil(t.InvitesAnswered, t.InvitesCounted, 10_000)
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
