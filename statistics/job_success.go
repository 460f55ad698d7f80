package statistics

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// never is the moment of what has not happened.
var never = projection.Moment{At: event.Never}

// JobSuccess is the score of a freelancer as of a moment: the weight of
// successful outcomes less that of negative ones, over that of all, at least 0.
// Its counts are those of the window that won.
type JobSuccess struct {
	ScoreBP      int64 `json:"score_bp"`  // basis points, half up
	Displayed    int64 `json:"displayed"` // percent, half up from the exact fraction
	WindowMonths int   `json:"window_months"`
	Outcomes     int64 `json:"outcomes"`
	Clients      int64 `json:"clients"`
	Weight       int64 `json:"weight"` // quarter-jobs
	Successful   int64 `json:"successful"`
	Neutral      int64 `json:"neutral"`
	Negative     int64 `json:"negative"`
}

// of is the score that a freelancer's contracts show as of the moment, nil if no
// window counts. The policy must be a valid one: see Policy.Validate.
func (p JobSuccessPolicy) of(contracts []*projection.ContractRecord, clients projection.ClientLookup, asOf event.Time) *JobSuccess {
	if len(contracts) == 0 {
		return nil
	}
	return p.judgeAll(contracts, clients, asOf).score()
}

// jobSuccessJudgement is everything that a score rests on.
type jobSuccessJudgement struct {
	contracts []contractJudgement // started as of the moment
	windows   []scoreWindow       // in the policy's order
}

// contractJudgement is what one contract amounts to.
type contractJudgement struct {
	record   *projection.ContractRecord
	reason   ContractReason // why it has an outcome in no window; "" if it may have
	class    Class
	branch   Branch
	feedback bool // counts as of the moment
	sealed   bool // was given, and does not count yet
	overall  int  // of feedback that counts
	excluded bool // as of the moment, though it may not have been due
	due      bool // and was
	ended    bool
	paid     event.Money
	quarters int
	weight   int64
	date     event.Date        // that decides which windows it is in
	since    projection.Moment // the event that the date is of
	voided   *projection.ClientMark
}

// scoreWindow is the sum over one window.
type scoreWindow struct {
	months int
	from   event.Date // the first date in it

	outcomes, clients, weight                 int64
	successful, neutral, negative             int64
	successfulWeight, negativeWeight          int64
	ended, withoutFeedback                    int64 // of those not voided or excluded
	absentIsNegative                          bool
	enoughOutcomes, enoughClients, hasWeights bool
}

func (p JobSuccessPolicy) judgeAll(records []*projection.ContractRecord, lookup projection.ClientLookup, asOf event.Time) jobSuccessJudgement {
	asOf = asOf.Bounded()
	j := jobSuccessJudgement{
		contracts: make([]contractJudgement, 0, len(records)),
		windows:   make([]scoreWindow, len(p.WindowMonths)),
	}
	earliest := asOf.Date()
	for i, months := range p.WindowMonths {
		j.windows[i] = scoreWindow{months: months, from: windowStart(asOf, months)}
		earliest = min(earliest, j.windows[i].from)
	}
	notDue := p.RemovalPerk.notDue(records)
	for _, r := range records {
		if r.Started.By(asOf) {
			j.contracts = append(j.contracts, p.judge(r, lookup, asOf, earliest, notDue[r.ID]))
		}
	}
	seen := make(map[uuid.UUID]struct{}, len(j.contracts))
	for i := range j.windows {
		p.sum(&j.windows[i], j.contracts, seen)
	}
	return j
}

// judge looks at a contract that had started as of the moment. Its feedback may have
// been removed by a perk that was not due.
func (p *JobSuccessPolicy) judge(r *projection.ContractRecord, lookup projection.ClientLookup, asOf event.Time, earliest event.Date, notDue bool) contractJudgement {
	j := contractJudgement{record: r, since: r.Ended, ended: r.Ended.By(asOf), excluded: r.Excluded.By(asOf), due: !notDue}
	if !j.ended {
		var ok bool
		if j.since, j.reason, ok = p.running(r, asOf); !ok {
			return j
		}
	}
	j.date = j.since.At.Date()
	if j.date < earliest {
		j.reason = ContractOutsideWindows
		return j
	}
	if c := lookup.Client(r.Client); c != nil {
		j.voided = p.voided(c, asOf)
	}
	switch {
	case j.voided != nil:
		j.reason = ContractClientVoided
		return j
	case j.excluded && j.due:
		j.reason = ContractFeedbackExcluded
		return j
	}
	feedback := ClassNone
	if j.feedback, j.sealed = p.counted(r, asOf); j.feedback {
		j.overall = r.Feedback.OverallAt(asOf)
		feedback, j.branch = p.Feedback.class(j.overall, r.Feedback.Recommend)
	}
	j.paid = r.Paid(asOf)
	j.quarters = r.PaidQuarters(asOf, p.QuarterMonths)
	j.weight = p.Weight.of(j.paid, j.quarters)
	switch {
	case j.paid <= 0:
		j.class = p.Unpaid.class(feedback)
		if j.class != feedback {
			j.branch = BranchUnpaid
		}
		switch {
		case j.class != ClassNone:
		case j.feedback:
			j.reason = ContractUnpaidNotNegative
		default:
			j.reason = ContractUnpaidNoFeedback
		}
	case j.feedback:
		j.class = feedback
	case p.LongTermQuarters > 0 && j.quarters >= p.LongTermQuarters:
		j.class, j.branch = ClassSuccessful, BranchLongTerm
	default:
		// In a window where most lack feedback it may still be negative.
		j.reason, j.branch = ContractNoFeedback, BranchMostlyAbsent
	}
	return j
}

// running finds the last payment of a contract that had not ended, if the
// contract is long-term work that counts while it runs.
func (p JobSuccessPolicy) running(r *projection.ContractRecord, asOf event.Time) (last projection.Moment, why ContractReason, ok bool) {
	switch {
	case p.RunningDays == 0:
		return never, ContractRunning, false
	case r.Started.At+event.Time(p.RunningDays)*day > asOf:
		return never, ContractRunningTooShort, false
	}
	last = r.LastPayment(asOf)
	if !last.Happened() || last.At+event.Time(p.RecentPaymentDays)*day <= asOf {
		return last, ContractRunningUnpaid, false
	}
	return last, "", true
}

// sum adds up the outcomes in the window. It uses seen for the clients.
func (p JobSuccessPolicy) sum(w *scoreWindow, contracts []contractJudgement, seen map[uuid.UUID]struct{}) {
	if p.NegativeMostlyAbsent {
		for i := range contracts {
			if c := &contracts[i]; c.date >= w.from && c.considered() {
				w.ended++
				if !c.feedback {
					w.withoutFeedback++
				}
			}
		}
		w.absentIsNegative = 2*w.withoutFeedback > w.ended
	}
	clear(seen)
	for i := range contracts {
		c := &contracts[i]
		class := w.class(c)
		if class == ClassNone {
			continue
		}
		w.outcomes++
		w.weight += c.weight
		switch class {
		case ClassSuccessful:
			w.successful++
			w.successfulWeight += c.weight
		case ClassNegative:
			w.negative++
			w.negativeWeight += c.weight
		default:
			w.neutral++
		}
		seen[c.record.Client] = struct{}{}
	}
	w.clients = int64(len(seen))
	w.enoughOutcomes, w.enoughClients, w.hasWeights = w.outcomes >= p.MinOutcomes, w.clients >= p.MinClients, w.weight > 0
}

// considered reports whether the contract is neither running nor left out for
// its client or an exclusion.
func (c *contractJudgement) considered() bool {
	switch c.reason {
	case ContractClientVoided, ContractFeedbackExcluded, ContractOutsideWindows:
		return false
	}
	return c.ended
}

// class is what the contract amounts to in the window; ClassNone if nothing.
func (w *scoreWindow) class(c *contractJudgement) Class {
	switch {
	case c.reason == ContractNoFeedback && c.ended && w.absentIsNegative && c.date >= w.from:
		return ClassNegative
	case c.reason != "" || c.date < w.from:
		return ClassNone
	}
	return c.class
}

func (w *scoreWindow) counts() bool { return w.enoughOutcomes && w.enoughClients && w.hasWeights }

// numerator is the score's, cut at 0; the denominator is the weight.
func (w *scoreWindow) numerator() int64 { return max(0, w.successfulWeight-w.negativeWeight) }

// best is the window with the greatest score, of equal ones the shortest; nil
// if none counts.
func (j *jobSuccessJudgement) best() *scoreWindow {
	var best *scoreWindow
	for i := range j.windows {
		w := &j.windows[i]
		if !w.counts() {
			continue
		}
		if best != nil {
			c := compareFractions(w.numerator(), w.weight, best.numerator(), best.weight)
			if c < 0 || c == 0 && w.months >= best.months {
				continue
			}
		}
		best = w
	}
	return best
}

func (j jobSuccessJudgement) score() *JobSuccess {
	w := j.best()
	if w == nil {
		return nil
	}
	return &JobSuccess{
		ScoreBP:      share(w.numerator(), w.weight, 10_000),
		Displayed:    share(w.numerator(), w.weight, 100),
		WindowMonths: w.months,
		Outcomes:     w.outcomes, Clients: w.clients, Weight: w.weight,
		Successful: w.successful, Neutral: w.neutral, Negative: w.negative,
	}
}
