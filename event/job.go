package event

import (
	"fmt"

	"github.com/google/uuid"
)

// CloseReason is why a client's job was closed.
type CloseReason string

// The reasons for closing a job. Connects come back where it was cancelled, or its
// client sanctioned, before any hire.
const (
	CloseFilled     CloseReason = "filled"
	CloseCancelled  CloseReason = "cancelled"
	CloseExpired    CloseReason = "expired"
	CloseSanctioned CloseReason = "client_sanctioned" // by the platform
)

// RemoveReason is why the platform removed a job.
type RemoveReason string

// The reasons for a removal. Connects come back where it was the terms of
// service.
const (
	RemoveTOS   RemoveReason = "tos"
	RemoveOther RemoveReason = "other"
)

// JobDuration is how long the work is expected to take.
type JobDuration string

// The durations.
const (
	DurationUnder1Month JobDuration = "under_1_month"
	Duration1To3Months  JobDuration = "1_to_3_months"
	Duration3To6Months  JobDuration = "3_to_6_months"
	DurationOver6Months JobDuration = "over_6_months"
)

// JobReport is what a freelancer finds wrong with a job.
type JobReport string

// The reasons for a report.
const (
	ReportScam         JobReport = "scam"
	ReportWrongSection JobReport = "wrong_section"
	ReportTOS          JobReport = "tos" // the terms of service
	ReportOther        JobReport = "other"
)

// JobPosted says that a client looks for a freelancer.
type JobPosted struct {
	Client      uuid.UUID    `json:"client"`
	Kind        ContractKind `json:"kind"`
	Category    string       `json:"category,omitzero"`
	Connects    Connects     `json:"connects"` // what a proposal costs, 0 or more
	Title       Text         `json:"title,omitzero"`
	Description Text         `json:"description,omitzero"`
	Skills      []Text       `json:"skills,omitzero"`
	Budget      Money        `json:"budget,omitzero"`   // of fixed-price work
	RateMin     Money        `json:"rate_min,omitzero"` // of hourly work, with RateMax
	RateMax     Money        `json:"rate_max,omitzero"`
	Duration    JobDuration  `json:"duration,omitzero"`
	Questions   []Text       `json:"questions,omitzero"` // that a proposal answers, one by one
}

// JobText is a text of a job that an edit may leave empty.
type JobText string

// The texts.
const (
	JobTitle       JobText = "title"
	JobDescription JobText = "description"
	JobCategory    JobText = "category"
)

// JobEdited gives fields of an open job another value. What is absent stays as it was;
// a list that is there, also an empty one, replaces the list. Texts that are empty from
// now on are named.
type JobEdited struct {
	Connects    *Connects   `json:"connects,omitzero"`
	Category    string      `json:"category,omitzero"`
	Title       Text        `json:"title,omitzero"`
	Description Text        `json:"description,omitzero"`
	Skills      []Text      `json:"skills,omitzero"`
	Budget      Money       `json:"budget,omitzero"`
	RateMin     Money       `json:"rate_min,omitzero"`
	RateMax     Money       `json:"rate_max,omitzero"`
	Duration    JobDuration `json:"duration,omitzero"`
	Questions   []Text      `json:"questions,omitzero"`
	Emptied     []JobText   `json:"emptied,omitzero"`
}

// JobReported says that a freelancer finds something wrong with the job. It has no
// effect by itself.
type JobReported struct {
	Freelancer uuid.UUID `json:"freelancer"`
	Reason     JobReport `json:"reason"`
	Comment    Text      `json:"comment,omitzero"`
}

// QuestionAsked says that a freelancer wants to know more about the job.
type QuestionAsked struct {
	Question   uuid.UUID `json:"question"` // its id inside the job
	Freelancer uuid.UUID `json:"freelancer"`
	Text       Text      `json:"text"`
}

// QuestionAnswered is what the client says to a question.
type QuestionAnswered struct {
	Question uuid.UUID `json:"question"`
	Text     Text      `json:"text"`
}

// JobClosed says that the job takes no more proposals and offers.
type JobClosed struct {
	Reason CloseReason `json:"reason"`
}

// JobRemoved says that the platform took the job away, for good.
type JobRemoved struct {
	Reason RemoveReason `json:"reason"`
}

func (*JobPosted) EventType() string        { return "JobPosted" }
func (*JobEdited) EventType() string        { return "JobEdited" }
func (*JobReported) EventType() string      { return "JobReported" }
func (*QuestionAsked) EventType() string    { return "QuestionAsked" }
func (*QuestionAnswered) EventType() string { return "QuestionAnswered" }
func (*JobClosed) EventType() string        { return "JobClosed" }
func (*JobRemoved) EventType() string       { return "JobRemoved" }

func (e *JobPosted) Format(f fmt.State, verb rune)        { format(f, verb, e) }
func (e *JobEdited) Format(f fmt.State, verb rune)        { format(f, verb, e) }
func (e *JobReported) Format(f fmt.State, verb rune)      { format(f, verb, e) }
func (e *QuestionAsked) Format(f fmt.State, verb rune)    { format(f, verb, e) }
func (e *QuestionAnswered) Format(f fmt.State, verb rune) { format(f, verb, e) }
