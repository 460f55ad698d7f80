package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxJobConnects is the most that a proposal to a job costs (ours).
const MaxJobConnects event.Connects = 1000

// PostJob says that a client looks for a freelancer, for what, and what a proposal
// costs. Budget goes with fixed-price work, the rates with hourly work.
type PostJob struct {
	Job         uuid.UUID          `json:"job"`
	Client      uuid.UUID          `json:"client"`
	Kind        event.ContractKind `json:"kind"`
	Connects    event.Connects     `json:"connects"` // 0 to MaxJobConnects
	Category    string             `json:"category,omitzero"`
	Title       event.Text         `json:"title,omitzero"`
	Description event.Text         `json:"description,omitzero"`
	Skills      []event.Text       `json:"skills,omitzero"`
	Budget      *event.Money       `json:"budget,omitzero"`
	RateMin     *event.Money       `json:"rate_min,omitzero"` // with RateMax
	RateMax     *event.Money       `json:"rate_max,omitzero"`
	Duration    event.JobDuration  `json:"duration,omitzero"`
	Questions   []event.Text       `json:"questions,omitzero"` // that a proposal answers
}

// CloseJob ends an open job: the client filled or cancelled it, its time is over, or
// the platform barred its client. Proposals and offers that are there go on.
type CloseJob struct {
	Job    uuid.UUID         `json:"job"`
	Reason event.CloseReason `json:"reason"`
}

// RemoveJob is the platform's, for good; also of a job that was closed (ours).
type RemoveJob struct {
	Job    uuid.UUID          `json:"job"`
	Reason event.RemoveReason `json:"reason"`
}

func (c PostJob) stream() string   { return event.JobStream(c.Job) }
func (c CloseJob) stream() string  { return event.JobStream(c.Job) }
func (c RemoveJob) stream() string { return event.JobStream(c.Job) }

func (c PostJob) content() jobContent {
	return jobContent{
		category: c.Category, title: string(c.Title), description: string(c.Description), skills: c.Skills, questions: c.Questions,
		budget: c.Budget, rateMin: c.RateMin, rateMax: c.RateMax, duration: c.Duration,
	}
}

func (c PostJob) validate() error {
	v := validate(c).id("job", c.Job).id("client", c.Client).price(c.Connects).content(c.content()).
		must(c.content().fits(c.Kind), "budget goes with kind fixed, the rates with kind hourly")
	return oneOf(v, "kind", c.Kind, event.KindFixed, event.KindHourly).err()
}

func (c CloseJob) validate() error {
	return oneOf(validate(c).id("job", c.Job), "reason", c.Reason,
		event.CloseFilled, event.CloseCancelled, event.CloseExpired, event.CloseSanctioned).err()
}

func (c RemoveJob) validate() error {
	return oneOf(validate(c).id("job", c.Job), "reason", c.Reason, event.RemoveTOS, event.RemoveOther).err()
}

func (c PostJob) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*jobAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	client, err := d.client(c.Client)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, acts: client}); err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	return []event.Event{&event.JobPosted{
		Client: c.Client, Kind: c.Kind, Category: c.Category, Connects: c.Connects, Title: c.Title, Description: c.Description, Skills: c.Skills,
		Budget: orNone(c.Budget), RateMin: orNone(c.RateMin), RateMax: orNone(c.RateMax), Duration: c.Duration, Questions: c.Questions,
	}}, nil
}

func (c CloseJob) decide(d *decision) ([]event.Event, error) {
	j, err := loadTarget[*jobAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	switch c.Reason {
	case event.CloseExpired:
		d.actor = event.ActorTimer
	case event.CloseSanctioned:
		d.actor = event.ActorPlatform
	default:
		d.actor = event.ActorClient
	}
	return []event.Event{&event.JobClosed{Reason: c.Reason}}, nil
}

func (c RemoveJob) decide(d *decision) ([]event.Event, error) {
	j, err := loadTarget[*jobAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.there(j); err != nil {
		return nil, err
	}
	return []event.Event{&event.JobRemoved{Reason: c.Reason}}, nil
}

func (d *decision) job(id uuid.UUID) (*jobAggregate, error) {
	return existing[*jobAggregate](d, event.JobStream(id))
}

func (d *decision) open(j *jobAggregate) error {
	if j.state != jobOpen {
		return d.reject(WrongState, "the job was closed or removed")
	}
	return nil
}

// there refuses what may be done with a job until it is removed.
func (d *decision) there(j *jobAggregate) error {
	if j.state == jobRemoved {
		return d.reject(WrongState, "the job was removed")
	}
	return nil
}
