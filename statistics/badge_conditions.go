package statistics

import (
	"slices"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// The units of conditions.
const (
	UnitPercent     = "percent"
	UnitSeconds     = "seconds"
	UnitMoney       = "minor_units"
	UnitAssessments = "assessments"
	UnitHolds       = "holds"
	UnitActivities  = "activities"
	UnitViolations  = "violations"
	UnitConditions  = "conditions"
)

func (r *badgeReading) displayed() Condition {
	facts := r.notes()
	for i := range r.jobSuccess.contracts {
		facts.judged(&r.jobSuccess.contracts[i], r.asOf)
	}
	if score := r.jobSuccess.score(); score != nil {
		return atLeast(ConditionDisplayed, score.Displayed, r.Displayed, UnitPercent, facts.list())
	}
	return unknown(ConditionDisplayed, r.Displayed, UnitPercent, facts.list())
}

// assessments counts the scores as they were shown; who was a Rising Talent then
// needs none. A score that ends Rising Talent ends it after its assessment.
func (r *badgeReading) assessments() Condition {
	facts := r.notes()
	good := int64(0)
	for _, a := range r.lastAssessments() {
		facts.note(a.Moment, projection.MarkAssessed.EventType())
		if a.rising != nil {
			facts.note(a.rising.Moment, a.rising.Kind.EventType())
		}
		if r.good(&a) {
			good++
		}
	}
	return atLeast(ConditionAssessments, good, int64(r.GoodAssessments), UnitAssessments, facts.list()).within(r.Assessments, UnitAssessments)
}

// lastAssessments are those that the condition looks at.
func (r *badgeReading) lastAssessments() []assessment {
	all := r.standing.assessments
	return all[max(0, len(all)-r.Assessments):]
}

func (r *badgeReading) good(a *assessment) bool {
	return a.displayed >= r.Displayed && a.displayed != projection.NotScored || a.risingTalent()
}

func (r *badgeReading) firstContract() Condition {
	facts := r.notes()
	first := never
	for _, c := range r.Contracts {
		if c.Started.By(r.asOf) && (!first.Happened() || first.After(c.Started)) {
			first = c.Started
		}
	}
	need := int64(r.FirstContractDays)*day + 1 // more than the days
	if !first.Happened() {
		return unknown(ConditionFirstContract, need, UnitSeconds, nil)
	}
	facts.note(first, "ContractStarted")
	return atLeast(ConditionFirstContract, int64(r.asOf-first.At), need, UnitSeconds, facts.list())
}

func (r *badgeReading) paid(need event.Money) Condition {
	facts := r.notes()
	var sum event.Money
	for _, c := range r.Contracts {
		add(&r.sums, ConditionPaid, &sum, c.PaidSince(r.paidFrom, r.asOf))
		for i := range c.Payments {
			if p := &c.Payments[i]; p.By(r.asOf) && p.At >= r.paidFrom {
				facts.note(p.Moment, p.Kind.EventType())
			}
		}
	}
	return atLeast(ConditionPaid, int64(sum), int64(need), UnitMoney, facts.list()).within(r.PaidMonths, "months")
}

func (r *badgeReading) profile() Condition {
	facts, percent := r.notes(), int64(0)
	if m := r.standing.completeness; m != nil {
		percent = m.Number
		facts.note(m.Moment, m.Kind.EventType())
	}
	return atLeast(ConditionProfile, percent, r.Profile, UnitPercent, facts.list())
}

// noHold counts holds and suspensions of the account: one that was lifted when the
// days began was in force before them.
func (r *badgeReading) noHold() Condition {
	facts, holds := r.notes(), int64(0)
	from := r.asOf.AddDays(-r.HoldDays)
	for _, h := range r.standing.holds {
		if h.lifted.By(from) {
			continue
		}
		holds++
		facts.note(h.placed, h.by.EventType())
		facts.note(h.lifted, h.liftedBy().EventType())
	}
	return none(ConditionNoHold, holds, UnitHolds, facts.list()).within(r.HoldDays, "days")
}

func (r *badgeReading) active() Condition {
	facts := r.notes()
	after := r.asOf.AddDays(-r.ActiveDays)
	activities := int64(0)
	count := func(m projection.Moment, eventType string) {
		if m.By(r.asOf) && m.At > after {
			activities++
			facts.note(m, eventType)
		}
	}
	for _, p := range r.Proposals {
		count(p.Submitted, "ProposalSubmitted")
	}
	for _, i := range r.Invites {
		if i.Outcome == projection.InviteAccepted {
			count(i.Closed, i.Outcome.EventType())
		}
	}
	for _, c := range r.Contracts {
		for i := range c.Payments {
			if p := &c.Payments[i]; p.Kind != projection.PaymentRefund {
				count(p.Moment, p.Kind.EventType())
			}
		}
	}
	return atLeast(ConditionActive, activities, 1, UnitActivities, facts.list()).within(r.ActiveDays, "days")
}

func (r *badgeReading) noViolation() Condition {
	facts, violations := r.notes(), int64(0)
	from := windowStart(r.asOf, r.ViolationMonths)
	for _, m := range r.standing.violations {
		if m.Word == r.ViolationRule && m.At.Date() >= from {
			violations++
			facts.note(m.Moment, m.Kind.EventType())
		}
	}
	return none(ConditionNoViolation, violations, UnitViolations, facts.list()).within(r.ViolationMonths, "months")
}

// topRated: that its conditions are met counts, held or not. Both badges are
// awarded at once where both are earned at once.
func topRated(s BadgeState) Condition {
	all := len(s.Conditions)
	return atLeast(ConditionTopRated, int64(all-len(s.Unmet())), int64(all), UnitConditions, nil)
}

// largeContract looks at what was paid for each contract in the months, and at
// its outcome by itself, in whatever window its end lies (fine print P2). One that is
// left out of the score is not negative. Where categories have thresholds of their own
// it is met by any contract that reaches its own, Have is the most paid for one and Need
// the least threshold of one.
func (r *badgeReading) largeContract() Condition {
	facts := r.notes()
	judged := func(c *contractJudgement) {
		facts.judged(c, r.asOf)
		if r.jobSuccess.hangsOnOthers(c) {
			for i := range r.jobSuccess.contracts {
				facts.judged(&r.jobSuccess.contracts[i], r.asOf)
			}
		}
	}
	var most, least, large paidContract // of large ones that of which most was paid
	for i := range r.jobSuccess.contracts {
		c := r.paidContract(&r.jobSuccess.contracts[i])
		if r.jobSuccess.negative(c.contractJudgement) {
			if c.reaches() {
				judged(c.contractJudgement) // why it does not count
			}
			continue
		}
		if most.none() || c.paidMore(&most) {
			most = c
		}
		if least.none() || c.need < least.need {
			least = c
		}
		if c.reaches() && (large.none() || c.paidMore(&large)) {
			large = c
		}
	}
	if most.none() {
		return unknown(ConditionLargeContract, int64(r.PlusContract), UnitMoney, facts.list()).within(r.PaidMonths, "months")
	}
	named := most
	judged(most.contractJudgement)
	if least.need < most.need {
		judged(least.contractJudgement)
	}
	if !large.none() {
		named = large
		judged(large.contractJudgement)
	}
	if r.noting {
		r.largest = named.explained()
	}
	met := atLeast(ConditionLargeContract, int64(most.paid), int64(least.need), UnitMoney, facts.list()).within(r.PaidMonths, "months")
	met.Met = !large.none()
	return met
}

// paidContract is a contract judged by itself, what was paid for it in the months and
// what Top Rated Plus asks for.
type paidContract struct {
	*contractJudgement
	paid, need event.Money
}

func (r *badgeReading) paidContract(c *contractJudgement) paidContract {
	return paidContract{r.byItself(c), c.record.PaidSince(r.paidFrom, r.asOf), r.plusContract(c.record.Terms.Category())}
}

func (c *paidContract) none() bool { return c.contractJudgement == nil }

func (c *paidContract) reaches() bool { return c.paid >= c.need }

// paidMore reports whether more was paid than for another contract, or as much for one
// that started earlier.
func (c *paidContract) paidMore(other *paidContract) bool {
	return c.paid > other.paid || c.paid == other.paid && other.record.Started.After(c.record.Started)
}

func (c *paidContract) explained() *LargeContract {
	return &LargeContract{c.record.ID, c.record.Terms.Category(), c.paid, c.need, c.reaches()}
}

// byItself is a contract judged as if a window held it.
func (r *badgeReading) byItself(c *contractJudgement) *contractJudgement {
	if c.reason != ContractOutsideWindows {
		return c
	}
	alone := r.scores.judge(c.record, r.Clients, r.asOf, event.Earliest.Date(), !c.due)
	return &alone
}

// negative reports whether the contract's outcome is negative, by itself or, where
// that is a matter of how many others in a window lack feedback, in a window.
func (j *jobSuccessJudgement) negative(c *contractJudgement) bool {
	if c.reason == "" && c.class == ClassNegative {
		return true
	}
	for i := range j.windows {
		if j.windows[i].class(c) == ClassNegative {
			return true
		}
	}
	return false
}

// hangsOnOthers reports whether the contract's outcome depends on how many others
// in a window lack feedback.
func (j *jobSuccessJudgement) hangsOnOthers(c *contractJudgement) bool {
	return c.reason == ContractNoFeedback && c.ended && slices.ContainsFunc(j.windows, func(w scoreWindow) bool { return w.ended > 0 })
}
