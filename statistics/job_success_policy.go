package statistics

import (
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// JobSuccessPolicy is a rule for the Job Success score (rules 4). Days are of 24
// hours, months are calendar months.
type JobSuccessPolicy struct {
	// Feedback is the class of a client's feedback.
	Feedback FeedbackPolicy

	// SealedFeedback says what feedback is that is not published yet. VoidedBy is what
	// makes a client's contracts void. RemovalPerk is by which rule a badge's perk
	// takes feedback out.
	SealedFeedback SealedFeedback
	VoidedBy       []VoidReason
	RemovalPerk    RemovalPerk

	// Unpaid says what a contract that paid nothing, net of refunds, amounts to.
	Unpaid UnpaidPolicy

	// Paid contracts without feedback: one with at least LongTermQuarters paid
	// quarters is successful (0: no such rule); else, with
	// NegativeMostlyAbsent, it is negative in a window more than half of whose
	// ended contracts lack feedback; else it is left out.
	LongTermQuarters     int
	NegativeMostlyAbsent bool

	// Running contracts count that started at least RunningDays ago and had a
	// payment in the last RecentPaymentDays. RunningDays 0: none count.
	RunningDays       int
	RecentPaymentDays int

	Weight WeightPolicy

	// A window counts with at least MinOutcomes outcomes of MinClients clients.
	MinOutcomes   int64
	MinClients    int64
	WindowMonths  []int
	QuarterMonths int // the length of a "quarter"
}

// SealedFeedback is what feedback that was given and not published counts for.
type SealedFeedback string

// A score ignores it, so that it shows nowhere; the first edition of the rules counted
// it.
const (
	SealedIgnored SealedFeedback = "ignore"
	SealedCounts  SealedFeedback = "count"
)

// FeedbackPolicy gives feedback a class: the public and the private mark each
// has one, and the worse of the two counts (ours, as are all its thresholds).
type FeedbackPolicy struct {
	SuccessfulOverall   int // hundredths of a star, from which on
	NeutralOverall      int
	SuccessfulRecommend int // 0 to 10, from which on
	NeutralRecommend    int
}

// UnpaidPolicy is the class of an unpaid contract by that of its feedback.
// ClassNone leaves it out.
type UnpaidPolicy struct {
	NoFeedback, Successful, Neutral, Negative Class
}

// WeightPolicy weighs an outcome in quarter-jobs: by what was paid, plus
// PerQuarter for each paid quarter after the first, at most Max.
type WeightPolicy struct {
	Steps      []WeightStep // ascending; the first one that holds the amount
	Above      int64        // of what is above the last step
	PerQuarter int64
	Max        int64
}

// WeightStep is the weight of what paid at most UpTo, in minor units.
type WeightStep struct {
	UpTo   event.Money
	Weight int64
}

// Class is what an outcome amounts to.
type Class string

// The classes.
const (
	ClassNone       Class = "" // no outcome
	ClassSuccessful Class = "successful"
	ClassNeutral    Class = "neutral"
	ClassNegative   Class = "negative"
)

var jobSuccessPresets = []struct {
	name   string
	policy func() JobSuccessPolicy
}{
	{"2015", jobSuccess2015},
	{"2020-03", jobSuccess2020March},
	{"2020-11", jobSuccess2020November},
	{"2023-12", jobSuccess2023},
	{"2024-09", jobSuccess2024},
}

// jobSuccess2015 is the rule published when the score came, 2015: all contracts
// weigh alike, an unpaid one is negative unless it was praised, and so is one
// without feedback where most lack it ("most" as more than half is ours).
func jobSuccess2015() JobSuccessPolicy {
	return JobSuccessPolicy{
		Feedback: FeedbackPolicy{
			SuccessfulOverall: 450, NeutralOverall: 350, SuccessfulRecommend: 9, NeutralRecommend: 7,
		},
		SealedFeedback: SealedIgnored,
		VoidedBy:       []VoidReason{VoidPoorCollaboration, VoidTOS},
		RemovalPerk:    RemovalPerk2016,
		Unpaid: UnpaidPolicy{
			NoFeedback: ClassNegative, Successful: ClassSuccessful, Neutral: ClassNegative, Negative: ClassNegative,
		},
		NegativeMostlyAbsent: true,
		Weight:               WeightPolicy{Above: 4, Max: 32},
		MinOutcomes:          4,
		MinClients:           3,
		WindowMonths:         []int{6, 12, 24},
		QuarterMonths:        3,
	}
}

// jobSuccess2020March is the rule of March 2020: weight by earnings, and praise
// for unpaid work no longer counts.
func jobSuccess2020March() JobSuccessPolicy {
	p := jobSuccess2015()
	p.Unpaid.Successful = ClassNone
	p.Weight.Steps = []WeightStep{{250_00, 4}, {1_000_00, 5}}
	p.Weight.Above = 6
	return p
}

// jobSuccess2020November is the rule of November 2020: contracts without
// feedback are left out, and two clients are enough.
func jobSuccess2020November() JobSuccessPolicy {
	p := jobSuccess2020March()
	p.Unpaid.NoFeedback = ClassNone
	p.NegativeMostlyAbsent = false
	p.MinClients = 2
	return p
}

// jobSuccess2023 is the rule of December 2023: two outcomes are enough.
func jobSuccess2023() JobSuccessPolicy {
	p := jobSuccess2020November()
	p.MinOutcomes = 2
	return p
}

// jobSuccess2024 is the rule of September 2024: long-term work weighs more,
// counts while it runs and is a success without feedback, and of unpaid
// contracts only those with negative feedback count.
func jobSuccess2024() JobSuccessPolicy {
	p := jobSuccess2023()
	p.Unpaid = UnpaidPolicy{Negative: ClassNegative}
	p.LongTermQuarters = 2
	p.RunningDays = 90
	p.RecentPaymentDays = 90
	p.Weight.PerQuarter = 4
	return p
}

func (p JobSuccessPolicy) validate() error {
	if len(p.WindowMonths) == 0 || len(p.WindowMonths) > 16 {
		return invalidPolicy("job success: %d windows; 1 to 16 make sense", len(p.WindowMonths))
	}
	for _, m := range append([]int{p.QuarterMonths}, p.WindowMonths...) {
		if m < 1 || m > maxMonths {
			return invalidPolicy("job success: %d months; 1 to %d make sense", m, maxMonths)
		}
	}
	for _, d := range []int{p.RunningDays, p.RecentPaymentDays, p.LongTermQuarters} {
		if d < 0 || d > 31*maxMonths {
			return invalidPolicy("job success: %d is negative or too long", d)
		}
	}
	// The limit keeps sums over all contracts of one freelancer inside 64 bits.
	const maxWeight = 1 << 30
	weights := []int64{p.Weight.Above, p.Weight.PerQuarter, p.Weight.Max}
	last := event.Money(-1)
	for _, s := range p.Weight.Steps {
		weights = append(weights, s.Weight)
		if s.UpTo <= last {
			return invalidPolicy("job success: the steps of the weight do not ascend")
		}
		last = s.UpTo
	}
	for _, w := range weights {
		if w < 0 || w > maxWeight {
			return invalidPolicy("job success: a weight of %d; 0 to %d make sense", w, maxWeight)
		}
	}
	for _, c := range []Class{p.Unpaid.NoFeedback, p.Unpaid.Successful, p.Unpaid.Neutral, p.Unpaid.Negative} {
		switch c {
		case ClassNone, ClassSuccessful, ClassNeutral, ClassNegative:
		default:
			return invalidPolicy("job success: unknown class %.20q", string(c))
		}
	}
	if p.SealedFeedback != SealedIgnored && p.SealedFeedback != SealedCounts {
		return invalidPolicy("job success: sealed feedback is to be %.40q; known are %s and %s", string(p.SealedFeedback), SealedIgnored, SealedCounts)
	}
	if err := validateVoidedBy(p.VoidedBy); err != nil {
		return err
	}
	return p.RemovalPerk.validate()
}

// counted reports whether the client's feedback counts as of the moment, or is sealed
// (fine print H6, J13).
func (p *JobSuccessPolicy) counted(r *projection.ContractRecord, asOf event.Time) (counts, sealed bool) {
	switch {
	case !r.Feedback.By(asOf):
		return false, false
	case p.SealedFeedback == SealedCounts || r.Shown(&r.Feedback, asOf):
		return true, false
	}
	return false, true
}

// class is that of the overall and the private mark, and the branch that decided it.
func (p *FeedbackPolicy) class(overall int, recommend int8) (Class, Branch) {
	public := grade(overall, p.SuccessfulOverall, p.NeutralOverall)
	if recommend < 0 {
		return public, BranchPublic
	}
	both := worse(public, grade(int(recommend), p.SuccessfulRecommend, p.NeutralRecommend))
	if both != public {
		return both, BranchPrivate
	}
	return both, BranchPublic
}

// threshold is from how many stars on feedback has the public class.
func (p *FeedbackPolicy) threshold(public Class) (stars int64, has bool) {
	switch public {
	case ClassSuccessful:
		return int64(p.SuccessfulOverall), true
	case ClassNeutral:
		return int64(p.NeutralOverall), true
	}
	return 0, false
}

func grade(mark, successful, neutral int) Class {
	switch {
	case mark >= successful:
		return ClassSuccessful
	case mark >= neutral:
		return ClassNeutral
	}
	return ClassNegative
}

func worse(a, b Class) Class {
	switch {
	case a == ClassNegative || b == ClassNegative:
		return ClassNegative
	case a == ClassNeutral || b == ClassNeutral:
		return ClassNeutral
	}
	return ClassSuccessful
}

func (p UnpaidPolicy) class(feedback Class) Class {
	switch feedback {
	case ClassSuccessful:
		return p.Successful
	case ClassNeutral:
		return p.Neutral
	case ClassNegative:
		return p.Negative
	}
	return p.NoFeedback
}

func (p WeightPolicy) of(paid event.Money, quarters int) int64 {
	w := p.Above
	for _, s := range p.Steps {
		if paid <= s.UpTo {
			w = s.Weight
			break
		}
	}
	return min(w+p.PerQuarter*int64(max(0, quarters-1)), p.Max)
}
