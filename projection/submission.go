package projection

import (
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Submission is work that was handed in for a milestone, and what it came to.
type Submission struct {
	Moment
	Milestone uuid.UUID
	Answered  Moment // by the first event that answered it (fine print F9); never while it stands
	Outcome   SubmissionOutcome
}

// SubmissionOutcome is what a submission came to.
type SubmissionOutcome uint8

// The outcomes of a submission. One that was answered otherwise was taken up again, asked
// back for, or made void by another one (fine print F8).
const (
	SubmissionStands SubmissionOutcome = iota
	SubmissionReleased
	SubmissionAutoReleased // by the timer
	SubmissionAnswered     // in any other way
)

var submissionWords = [...]string{
	SubmissionStands: "stands", SubmissionReleased: "released", SubmissionAutoReleased: "auto_released", SubmissionAnswered: "answered",
}

// Words name the outcomes, each at its index. No word ever changes: tables hold them.
func (SubmissionOutcome) Words() []string { return slices.Clone(submissionWords[:]) }

func (o SubmissionOutcome) String() string { return submissionWords[o] }

// Work is what was handed in on a contract. Many contracts have none.
type Work struct {
	All    []Submission      // in the stream's order
	newest map[uuid.UUID]int // the number of the newest of each milestone, once there are many
}

// searchable is how many submissions are looked through one by one.
const searchable = 32

// Submissions are those of the contract, in the stream's order.
func (r *ContractRecord) Submissions() []Submission {
	if r.Work == nil {
		return nil
	}
	return r.Work.All
}

// submit takes a submission in. One that stands is void from then on.
func (r *ContractRecord) submit(at Moment, milestone uuid.UUID) {
	r.answer(at, milestone, SubmissionAnswered)
	if r.Work == nil {
		r.Work = new(Work)
	}
	w := r.Work
	w.All = append(w.All, Submission{Moment: at, Milestone: milestone, Answered: never})
	if w.newest != nil {
		w.newest[milestone] = len(w.All) - 1
	}
}

// answer ends the submission of a milestone, if one stands.
func (r *ContractRecord) answer(at Moment, milestone uuid.UUID, as SubmissionOutcome) {
	if r.Work == nil {
		return
	}
	if s := r.Work.last(milestone); s != nil && s.Outcome == SubmissionStands {
		s.Answered, s.Outcome = at, as
	}
}

// last is the newest submission of a milestone.
func (w *Work) last(milestone uuid.UUID) *Submission {
	if len(w.All) <= searchable {
		for i := len(w.All) - 1; i >= 0; i-- {
			if w.All[i].Milestone == milestone {
				return &w.All[i]
			}
		}
		return nil
	}
	if w.newest == nil {
		w.newest = map[uuid.UUID]int{}
		for i := range w.All {
			w.newest[w.All[i].Milestone] = i
		}
	}
	if i, ok := w.newest[milestone]; ok {
		return &w.All[i]
	}
	return nil
}

// Newest is the position of the newest fact of the submission.
func (s *Submission) Newest() event.Position { return max(s.Position, s.Answered.Position) }

// workUntil is what was submitted and answered up to a position.
func (r *ContractRecord) workUntil(position event.Position) *Work {
	all := slices.Clone(prefix(r.Submissions(), position, func(s *Submission) Moment { return s.Moment }))
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		if s := &all[i]; s.Answered.Position > position {
			s.Answered, s.Outcome = never, SubmissionStands
		}
	}
	return &Work{All: all}
}

func (r *ContractRecord) tellWork(t *telling) {
	for _, s := range r.Submissions() {
		if s.Answered.Position > t.through {
			s.Answered, s.Outcome = never, SubmissionStands
		}
		by := s.Answered.Position
		t.add(s.Moment, "WorkSubmitted", field{name: "milestone", value: s.Milestone.String()}, field{name: "outcome", value: s.Outcome.String(), at: by},
			field{name: "answered_position", value: strconv.FormatUint(uint64(by), 10), at: by})
	}
}
