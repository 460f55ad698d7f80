package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxJobConnects is the most that a proposal to a job costs (ours).
const MaxJobConnects event.Connects = 1000

// PostJob says that a client looks for a freelancer, and what a proposal costs.
type PostJob struct {
	Job      uuid.UUID          `json:"job"`
	Client   uuid.UUID          `json:"client"`
	Kind     event.ContractKind `json:"kind"`
	Category string             `json:"category,omitzero"`
	Connects event.Connects     `json:"connects"` // 0 to MaxJobConnects
}

// CloseJob ends an open job: the client filled or cancelled it, or its time is
// over. Proposals and offers that are there go on.
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

func (c PostJob) validate() error {
	v := validate(c).id("job", c.Job).id("client", c.Client).text("category", c.Category).
		must(c.Connects >= 0 && c.Connects <= MaxJobConnects, "connects must be 0 to %d", MaxJobConnects)
	return oneOf(v, "kind", c.Kind, event.KindFixed, event.KindHourly).err()
}

func (c CloseJob) validate() error {
	return oneOf(validate(c).id("job", c.Job), "reason", c.Reason,
		event.CloseFilled, event.CloseCancelled, event.CloseExpired).err()
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
	if !client.mayStartNew() {
		return nil, d.reject(ClientSuspended, "the client is suspended or barred")
	}
	d.actor = event.ActorClient
	return []event.Event{&event.JobPosted{Client: c.Client, Kind: c.Kind, Category: c.Category, Connects: c.Connects}}, nil
}

func (c CloseJob) decide(d *decision) ([]event.Event, error) {
	j, err := loadTarget[*jobAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.open(j); err != nil {
		return nil, err
	}
	d.actor = event.ActorClient
	if c.Reason == event.CloseExpired {
		d.actor = event.ActorTimer
	}
	return []event.Event{&event.JobClosed{Reason: c.Reason}}, nil
}

func (c RemoveJob) decide(d *decision) ([]event.Event, error) {
	j, err := loadTarget[*jobAggregate](d)
	if err != nil {
		return nil, err
	}
	if j.state == jobRemoved {
		return nil, d.reject(WrongState, "the job was removed")
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
