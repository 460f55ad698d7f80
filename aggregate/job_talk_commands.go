package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ReportJob says that a freelancer finds something wrong with a job, once. It has no
// effect by itself: who reads it may remove the job.
type ReportJob struct {
	Job        uuid.UUID       `json:"job"`
	Freelancer uuid.UUID       `json:"freelancer"`
	Reason     event.JobReport `json:"reason"`
	Comment    event.Text      `json:"comment,omitzero"`
}

// AskQuestion asks the client of an open job for more than the job says.
type AskQuestion struct {
	Job        uuid.UUID  `json:"job"`
	Question   uuid.UUID  `json:"question"` // its id inside the job
	Freelancer uuid.UUID  `json:"freelancer"`
	Text       event.Text `json:"text"`
}

// AnswerQuestion is the client's, once for each question, while the job is open.
type AnswerQuestion struct {
	Job      uuid.UUID  `json:"job"`
	Question uuid.UUID  `json:"question"`
	Text     event.Text `json:"text"`
}

func (c ReportJob) stream() string      { return event.JobStream(c.Job) }
func (c AskQuestion) stream() string    { return event.JobStream(c.Job) }
func (c AnswerQuestion) stream() string { return event.JobStream(c.Job) }

func (c ReportJob) validate() error {
	v := validate(c).id("job", c.Job).id("freelancer", c.Freelancer).text("comment", string(c.Comment))
	return oneOf(v, "reason", c.Reason, event.ReportScam, event.ReportWrongSection, event.ReportTOS, event.ReportOther).err()
}

func (c AskQuestion) validate() error {
	return validate(c).id("job", c.Job).id("question", c.Question).id("freelancer", c.Freelancer).filled("text", string(c.Text)).err()
}

func (c AnswerQuestion) validate() error {
	return validate(c).id("job", c.Job).id("question", c.Question).filled("text", string(c.Text)).err()
}

func (c ReportJob) decide(d *decision) ([]event.Event, error) {
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	if _, err := d.freelancer(c.Freelancer); err != nil {
		return nil, err
	}
	if err := d.inOrder(j); err != nil {
		return nil, err
	}
	if err := d.there(j); err != nil {
		return nil, err
	}
	if j.reports[c.Freelancer] {
		return nil, d.reject(AlreadyGiven, "the freelancer reported the job before")
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.JobReported{Freelancer: c.Freelancer, Reason: c.Reason, Comment: c.Comment}}, nil
}

func (c AskQuestion) decide(d *decision) ([]event.Event, error) {
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	if _, err := d.freelancer(c.Freelancer); err != nil {
		return nil, err
	}
	if _, asked := j.asked[c.Question]; asked {
		return nil, d.reject(AlreadyExists, "the job has question %v", c.Question)
	}
	if err := d.inOrder(j); err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.QuestionAsked{Question: c.Question, Freelancer: c.Freelancer, Text: c.Text}}, nil
}

func (c AnswerQuestion) decide(d *decision) ([]event.Event, error) {
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	answered, asked := j.asked[c.Question]
	if !asked {
		return nil, d.reject(NotFound, "the job has no question %v", c.Question)
	}
	if err := d.inOrder(j); err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	if answered {
		return nil, d.reject(AlreadyGiven, "the question was answered")
	}
	d.actor = event.ActorClient
	return []event.Event{&event.QuestionAnswered{Question: c.Question, Text: c.Text}}, nil
}
