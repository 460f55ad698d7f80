package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Job is a job as of a moment (rules 9, fine print Q6): what it says, what it came to,
// and who wants it.
type Job struct {
	Job    uuid.UUID          `json:"job"`
	Client uuid.UUID          `json:"client"`
	AsOf   event.Time         `json:"as_of"`
	State  JobState           `json:"state"`
	Reason *string            `json:"reason"` // of the last end: of the removal where it was closed before; nil while it is open
	Posted event.Time         `json:"posted"`
	Ended  *event.Time        `json:"ended"` // when it ended last
	Kind   event.ContractKind `json:"kind"`

	// What it says; nil where it says nothing, as jobs of old logs do.
	Category    *string            `json:"category"`
	Title       *Shown             `json:"title"`
	Description *Shown             `json:"description"`
	Skills      []Shown            `json:"skills"`
	Budget      *event.Money       `json:"budget"`   // minor units
	RateMin     *event.Money       `json:"rate_min"` // minor units for an hour
	RateMax     *event.Money       `json:"rate_max"`
	Duration    *event.JobDuration `json:"duration"`
	Connects    event.Connects     `json:"connects"`  // what a proposal costs
	Questions   []Shown            `json:"questions"` // that a proposal answers, one by one
	Asked       []JobQuestion      `json:"asked"`     // in the order of asking

	Reports    int64 `json:"reports"`
	Invites    int64 `json:"invites"` // of its client, that name it
	Proposals  int64 `json:"proposals"`
	Withdrawn  int64 `json:"withdrawn"`  // proposals
	Declined   int64 `json:"declined"`   // proposals
	Interviews int64 `json:"interviews"` // proposals that were taken up: InterviewStarted
	Meetings   int64 `json:"meetings"`   // that were scheduled
	Offers     int64 `json:"offers"`     // that were made, whatever became of them
	Hires      int64 `json:"hires"`      // contracts of its client that name it

	Candidates []JobCandidate `json:"candidates"` // in the order of their proposals
}

// JobState is what has become of a job.
type JobState string

// The states.
const (
	JobOpen    JobState = "open"
	JobClosed  JobState = "closed"
	JobRemoved JobState = "removed" // closed before or not
)

// JobQuestion is what a freelancer asked about a job.
type JobQuestion struct {
	Question   uuid.UUID `json:"question"`
	Freelancer uuid.UUID `json:"freelancer"`
	Text       Shown     `json:"text"`
	Answer     *Shown    `json:"answer"` // the client's; nil without one
}

// JobCandidate is a proposal to a job, and who made it.
type JobCandidate struct {
	Proposal   uuid.UUID     `json:"proposal"`
	Freelancer uuid.UUID     `json:"freelancer"`
	Via        event.Via     `json:"via"` // invite or proposal
	Submitted  event.Time    `json:"submitted"`
	State      ProposalState `json:"state"`
}

// ProposalState is what has become of a proposal.
type ProposalState string

// The states.
const (
	ProposalOpen      ProposalState = "open"
	ProposalWithdrawn ProposalState = "withdrawn"
	ProposalDeclined  ProposalState = "declined"
	ProposalHired     ProposalState = "hired"
)

// JobOf asks for a job. One that was not posted as of the moment fails with a
// *NotFoundError.
func JobOf(job uuid.UUID) Question[*Job] {
	return func(v projection.View, asOf event.Time, _ Policy) (*Job, error) {
		h, err := v.Job(job)
		switch {
		case err != nil:
			return nil, err
		case h == nil || !h.Job.Posted.By(asOf):
			return nil, &NotFoundError{Kind: "job", ID: job, AsOf: asOf}
		}
		j := &Job{Job: job, Client: h.Job.Client, AsOf: asOf, State: JobOpen, Posted: h.Job.Posted.At, Kind: h.Job.Kind, Candidates: []JobCandidate{}}
		j.ends(h.Job, asOf)
		j.says(h.Job, asOf)
		j.counts(h, asOf)
		return j, nil
	}
}

func (j *Job) ends(r *projection.JobRecord, asOf event.Time) {
	end := func(s JobState, m projection.Moment, reason string) {
		if m.By(asOf) {
			j.State, j.Ended, j.Reason = s, &m.At, &reason
		}
	}
	end(JobClosed, r.Closed, string(r.CloseReason))
	end(JobRemoved, r.Removed, string(r.RemoveReason))
}

func (j *Job) says(r *projection.JobRecord, asOf event.Time) {
	c := r.ContentAt(asOf)
	j.Category, j.Title, j.Description = orNil(c.Category), optionalText(c.Title), optionalText(c.Description)
	j.Budget, j.RateMin, j.RateMax, j.Duration = orNil(c.Budget), orNil(c.RateMin), orNil(c.RateMax), orNil(c.Duration)
	j.Connects, j.Skills, j.Questions = c.Connects, shownList(c.Skills), shownList(c.Questions)
	j.Asked = []JobQuestion{}
	for i := range r.Questions {
		q := &r.Questions[i]
		if !q.Asked.By(asOf) {
			continue
		}
		asked := JobQuestion{Question: q.ID, Freelancer: q.Freelancer, Text: Shown(q.Text)}
		if q.Answered.By(asOf) {
			answer := Shown(q.Answer)
			asked.Answer = &answer
		}
		j.Asked = append(j.Asked, asked)
	}
}

func (j *Job) counts(h *projection.JobHistory, asOf event.Time) {
	for i := range h.Job.Reports {
		j.Reports += happened(h.Job.Reports[i].Moment, asOf)
	}
	for _, r := range h.Invites {
		j.Invites += happened(r.Sent, asOf)
	}
	for _, r := range h.Contracts {
		j.Hires += happened(r.Started, asOf)
	}
	for _, r := range h.Meetings {
		j.Meetings += happened(r.Scheduled, asOf)
	}
	proposals := slices.Clone(h.Proposals)
	slices.SortFunc(proposals, func(a, b *projection.ProposalRecord) int { return byPosition(a.Submitted, b.Submitted) })
	for _, r := range proposals {
		if r.Submitted.By(asOf) {
			j.candidate(r, asOf)
		}
	}
}

func (j *Job) candidate(r *projection.ProposalRecord, asOf event.Time) {
	c := JobCandidate{Proposal: r.ID, Freelancer: r.Freelancer, Via: r.Via, Submitted: r.Submitted.At, State: ProposalOpen}
	for i := range r.Steps {
		s := &r.Steps[i]
		if !s.By(asOf) {
			continue
		}
		switch s.Kind {
		case projection.StepWithdrawn:
			j.Withdrawn++
			c.State = ProposalWithdrawn
		case projection.StepDeclined:
			j.Declined++
			c.State = ProposalDeclined
		case projection.StepInterviewStarted:
			j.Interviews++
		case projection.StepInterviewScheduled: // in a log of the first edition
			j.Meetings++
		case projection.StepOfferMade:
			j.Offers++
		case projection.StepOfferAccepted:
			c.State = ProposalHired
		}
	}
	j.Proposals++
	j.Candidates = append(j.Candidates, c)
}

func happened(m projection.Moment, asOf event.Time) int64 {
	if m.By(asOf) {
		return 1
	}
	return 0
}
