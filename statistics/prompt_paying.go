package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// PromptPayingPolicy says of which work it is told how fast a client pays (rules 10).
type PromptPayingPolicy struct {
	// Months is how long a release counts, by the dates of the window rule of rules 4.
	// Default 12.
	Months int
	// MinReleased is of how many released submissions something is told at least. Default
	// 3 (ours).
	MinReleased int64
}

func defaultPromptPaying() PromptPayingPolicy { return PromptPayingPolicy{Months: 12, MinReleased: 3} }

func (p PromptPayingPolicy) validate() error {
	if p.Months < 1 || p.Months > maxMonths || p.MinReleased < 1 {
		return invalidPolicy("prompt paying: Months must be 1 to %d, MinReleased at least 1", maxMonths)
	}
	return nil
}

// PromptPaying is how fast a client releases what was handed in for milestones. A
// submission that was released counts once, with the first release of it; a release of
// what nobody submitted is no answer, and counts nowhere. So does what a dispute moved:
// that a submission ends so is its release, too.
type PromptPaying struct {
	// ReleaseMedianS is the median of the seconds from a submission to its release, of an
	// even number the lower middle one; nil under the policy's MinReleased.
	ReleaseMedianS *int64 `json:"release_median_s"`
	// AutoReleasedBP is the share that the timer released, because nobody answered, in
	// basis points half up; nil where ReleaseMedianS is (ours).
	AutoReleasedBP *int64 `json:"auto_released_bp"`
}

// ReleaseExplained is a submission that was released.
type ReleaseExplained struct {
	Contract  uuid.UUID             `json:"contract"`
	Milestone uuid.UUID             `json:"milestone"`
	TookS     int64                 `json:"took_s"` // from the submission to the release, seconds
	Auto      bool                  `json:"auto"`   // by the timer
	Facts     []projection.Evidence `json:"facts"`
}

// of computes it from a client's contracts.
func (p PromptPayingPolicy) of(contracts []*projection.ContractRecord, asOf event.Time) (PromptPaying, []ReleaseExplained) {
	released, from := []ReleaseExplained{}, windowStart(asOf, p.Months)
	for _, r := range contracts {
		for _, s := range r.Submissions() {
			if s.Outcome != projection.SubmissionReleased && s.Outcome != projection.SubmissionAutoReleased ||
				!s.Answered.By(asOf) || s.Answered.At.Date() < from {
				continue
			}
			released = append(released, ReleaseExplained{
				Contract: r.ID, Milestone: s.Milestone, TookS: int64(s.Answered.At - s.At), Auto: s.Outcome == projection.SubmissionAutoReleased,
				Facts: []projection.Evidence{s.Evidence("WorkSubmitted"), s.Answered.Evidence("MilestoneReleased")},
			})
		}
	}
	n := int64(len(released))
	if n < p.MinReleased {
		return PromptPaying{}, released
	}
	times, auto := make([]int64, 0, n), int64(0)
	for _, s := range released {
		if times = append(times, s.TookS); s.Auto {
			auto++
		}
	}
	slices.Sort(times)
	median := times[(n-1)/2]
	return PromptPaying{ReleaseMedianS: &median, AutoReleasedBP: shareOrNil(auto, n, 10_000)}, released
}

// paying is told of what prompt paying looks at.
func (n *nextMoment) paying(p PromptPayingPolicy, r *projection.ContractRecord) {
	for _, s := range r.Submissions() {
		if s.Outcome == projection.SubmissionReleased || s.Outcome == projection.SubmissionAutoReleased {
			n.fact(s.Answered)
			n.window(s.Answered, p.Months)
		}
	}
}
