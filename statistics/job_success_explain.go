package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ContractReason is why a contract has no outcome.
type ContractReason string

// The reasons, in the order in which they are looked at.
const (
	ContractRunning           ContractReason = "running" // and the policy counts only ended ones
	ContractRunningTooShort   ContractReason = "running_too_short"
	ContractRunningUnpaid     ContractReason = "running_without_recent_payment"
	ContractOutsideWindows    ContractReason = "outside_windows"
	ContractClientVoided      ContractReason = "client_voided"
	ContractFeedbackExcluded  ContractReason = "feedback_excluded"
	ContractUnpaidNoFeedback  ContractReason = "unpaid_without_feedback"
	ContractUnpaidNotNegative ContractReason = "unpaid_with_feedback_that_does_not_count"
	ContractNoFeedback        ContractReason = "no_feedback"
	ContractFeedbackSealed    ContractReason = "feedback_sealed" // one of the last two, and there is feedback that is not published
)

// Branch is what decided a contract's class.
type Branch string

// The branches.
const (
	BranchPublic       Branch = "public"                  // the stars of the client's feedback
	BranchPrivate      Branch = "private"                 // what the client said in private, which is worse
	BranchLongTerm     Branch = "long_term"               // enough paid quarters, and no feedback
	BranchUnpaid       Branch = "unpaid"                  // what the policy makes of a contract that paid nothing
	BranchMostlyAbsent Branch = "mostly_without_feedback" // a window's contracts mostly lack feedback
)

// Exclusion says that a client's feedback was taken out, and whether that counts.
type Exclusion struct {
	Basis event.ExclusionBasis `json:"basis"`
	Due   bool                 `json:"due"` // false: a perk was used that was not due, and nothing is left out
}

// JobSuccessExplanation is a score with what made it so. Contracts that had not
// started as of the moment have no part in it.
type JobSuccessExplanation struct {
	Freelancer uuid.UUID           `json:"freelancer"`
	AsOf       event.Time          `json:"as_of"`
	Policy     string              `json:"policy"`
	Score      *JobSuccess         `json:"score"`
	Windows    []WindowExplanation `json:"windows"`
	Contracts  []ContractOutcome   `json:"contracts"` // with an outcome in a window
	LeftOut    []ContractLeftOut   `json:"left_out"`
}

// WindowExplanation is the sum over one window.
type WindowExplanation struct {
	Months           int          `json:"months"`
	From             string       `json:"from"` // the first date in it
	Outcomes         int64        `json:"outcomes"`
	Clients          int64        `json:"clients"`
	Weight           int64        `json:"weight"` // quarter-jobs
	Successful       int64        `json:"successful"`
	Neutral          int64        `json:"neutral"`
	Negative         int64        `json:"negative"`
	SuccessfulWeight int64        `json:"successful_weight"`
	NegativeWeight   int64        `json:"negative_weight"`
	ScoreBP          *int64       `json:"score_bp"` // null if the window does not count
	Reason           WindowReason `json:"reason,omitempty"`
	Won              bool         `json:"won"`
	// MostlyAbsent: more than half of the ended contracts lack feedback, and
	// the policy takes that for a bad sign.
	MostlyAbsent bool `json:"mostly_without_feedback"`
}

// WindowReason is why a window does not count.
type WindowReason string

// The reasons.
const (
	WindowTooFewOutcomes WindowReason = "too_few_outcomes"
	WindowTooFewClients  WindowReason = "too_few_clients"
	WindowNoWeight       WindowReason = "no_weight"
)

// ContractOutcome is a contract that is in the score of at least one window.
type ContractOutcome struct {
	Contract     uuid.UUID             `json:"contract"`
	Client       uuid.UUID             `json:"client"`
	Class        Class                 `json:"class"`
	Branch       Branch                `json:"branch"`
	Stars        *int64                `json:"stars"`     // of the feedback that counts, hundredths; null without
	Threshold    *int64                `json:"threshold"` // from how many stars on it is of the class, where these decided; null below all
	Excluded     *Exclusion            `json:"excluded,omitempty"`
	Weight       int64                 `json:"weight"` // quarter-jobs
	Windows      []int                 `json:"windows"`
	Date         string                `json:"date"` // that decides the windows: of the end, or of the last payment
	Running      bool                  `json:"running"`
	Paid         event.Money           `json:"paid"` // net, minor units
	PaidQuarters int                   `json:"paid_quarters"`
	Facts        []projection.Evidence `json:"facts"`
}

// ContractLeftOut is a contract that is in no window's score.
type ContractLeftOut struct {
	Contract uuid.UUID             `json:"contract"`
	Client   uuid.UUID             `json:"client"`
	Reason   ContractReason        `json:"reason"`
	VoidedBy VoidReason            `json:"voided_by,omitempty"`
	Excluded *Exclusion            `json:"excluded,omitempty"`
	Facts    []projection.Evidence `json:"facts"`
}

// explain is of with its reasons. The private mark of a feedback has its part in
// the class and is not shown.
func (p JobSuccessPolicy) explain(freelancer uuid.UUID, records []*projection.ContractRecord, lookup projection.ClientLookup, asOf event.Time) *JobSuccessExplanation {
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b *projection.ContractRecord) int { return byPosition(a.Started, b.Started) })
	asOf = asOf.Bounded()
	j := p.judgeAll(records, lookup, asOf)
	x := &JobSuccessExplanation{
		Freelancer: freelancer, AsOf: asOf, Score: j.score(),
		Windows: []WindowExplanation{}, Contracts: []ContractOutcome{}, LeftOut: []ContractLeftOut{},
	}
	best := j.best()
	for i := range j.windows {
		w := &j.windows[i]
		x.Windows = append(x.Windows, w.explain(w == best))
	}
	for i := range j.contracts {
		c := &j.contracts[i]
		o := ContractOutcome{
			Contract: c.record.ID, Client: c.record.Client, Branch: c.branch, Excluded: c.exclusion(), Weight: c.weight, Date: c.date.String(),
			Running: !c.ended, Paid: c.paid, PaidQuarters: c.quarters, Facts: c.facts(asOf),
		}
		for k := range j.windows {
			if class := j.windows[k].class(c); class != ClassNone {
				o.Class = class
				o.Windows = append(o.Windows, j.windows[k].months)
			}
		}
		if len(o.Windows) > 0 {
			o.Stars, o.Threshold = c.stars(&p.Feedback)
			x.Contracts = append(x.Contracts, o)
			continue
		}
		x.LeftOut = append(x.LeftOut, c.leftOut(&o))
	}
	return x
}

// leftOut says why the contract is in no window.
func (c *contractJudgement) leftOut(o *ContractOutcome) ContractLeftOut {
	l := ContractLeftOut{Contract: o.Contract, Client: o.Client, Reason: c.reason, Excluded: o.Excluded, Facts: o.Facts}
	if c.sealed && (l.Reason == ContractNoFeedback || l.Reason == ContractUnpaidNoFeedback) {
		l.Reason = ContractFeedbackSealed
	}
	if c.voided != nil {
		l.VoidedBy = VoidReason(c.voided.Reason)
	}
	return l
}

func (c *contractJudgement) exclusion() *Exclusion {
	if !c.excluded {
		return nil
	}
	return &Exclusion{c.record.Basis, c.due}
}

// stars are those of the feedback that counts, and from how many on it has the class.
func (c *contractJudgement) stars(p *FeedbackPolicy) (stars, threshold *int64) {
	if !c.feedback {
		return nil, nil
	}
	overall := int64(c.overall)
	if from, has := p.threshold(c.class); has && c.branch == BranchPublic {
		threshold = &from
	}
	return &overall, threshold
}

func (w *scoreWindow) explain(won bool) WindowExplanation {
	x := WindowExplanation{
		Months: w.months, From: w.from.String(), Outcomes: w.outcomes, Clients: w.clients, Weight: w.weight,
		Successful: w.successful, Neutral: w.neutral, Negative: w.negative,
		SuccessfulWeight: w.successfulWeight, NegativeWeight: w.negativeWeight, Won: won, MostlyAbsent: w.absentIsNegative,
	}
	switch {
	case !w.enoughOutcomes:
		x.Reason = WindowTooFewOutcomes
	case !w.enoughClients:
		x.Reason = WindowTooFewClients
	case !w.hasWeights:
		x.Reason = WindowNoWeight
	default:
		x.ScoreBP = shareOrNil(w.numerator(), w.weight, 10_000)
	}
	return x
}

// facts lists the events that were read to judge the contract, in their order
// in the stream; the mark of a voided client comes last.
func (c *contractJudgement) facts(asOf event.Time) []projection.Evidence {
	r := c.record
	facts := []projection.Evidence{r.Started.Evidence("ContractStarted")}
	for i := range r.Payments {
		if p := &r.Payments[i]; p.At <= asOf {
			facts = append(facts, p.Evidence(p.Kind.EventType()))
		}
	}
	if c.ended {
		facts = append(facts, r.Ended.Evidence("ContractEnded"))
	}
	if r.Feedback.By(asOf) {
		facts = append(facts, r.Feedback.Evidence("FeedbackSubmitted"))
		if r.Shown(&r.Feedback, asOf) {
			facts = append(facts, r.Published.Evidence("FeedbackPublished"))
		}
		if r.Feedback.Revised.By(asOf) {
			facts = append(facts, r.Feedback.Revised.Evidence("FeedbackRevised"))
		}
	}
	if r.Excluded.By(asOf) {
		facts = append(facts, r.Excluded.Evidence("FeedbackExcluded"))
	}
	projection.InLogOrder(facts)
	if c.voided != nil {
		facts = append(facts, c.voided.Evidence(c.voided.Kind.EventType()))
	}
	return facts
}
