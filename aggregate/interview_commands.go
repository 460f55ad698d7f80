package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxParticipants is how many proposals an interview is about at most, and how many
// interviewers it has (ours).
const MaxParticipants = 100

// StartInterview takes a proposal up, once: the client and the freelancer are in touch.
// It needs no meeting, and no meeting ends it.
type StartInterview struct {
	Proposal uuid.UUID `json:"proposal"`
}

// ScheduleInterview sets a meeting about proposals to a job that are taken up. There is
// no quota.
type ScheduleInterview struct {
	Interview    uuid.UUID              `json:"interview"`
	Job          uuid.UUID              `json:"job"`
	Proposals    []uuid.UUID            `json:"proposals"`    // 1 to MaxParticipants
	Interviewers []event.Text           `json:"interviewers"` // the host's words for people, 1 to MaxParticipants
	Format       event.InterviewFormat  `json:"format"`       // it says how many of both there are
	Channel      event.InterviewChannel `json:"channel"`      // audio by telephone
	ScheduledAt  event.Time             `json:"scheduled_at"` // not before the command's moment
}

// RescheduleInterview changes when they meet.
type RescheduleInterview struct {
	Interview   uuid.UUID   `json:"interview"`
	By          event.Actor `json:"by"`           // client, freelancer or platform
	ScheduledAt event.Time  `json:"scheduled_at"` // not before the command's moment
}

// HoldInterview says that they have met, from the interview's moment on.
type HoldInterview struct {
	Interview uuid.UUID  `json:"interview"`
	Notes     event.Text `json:"notes,omitzero"`
}

// CancelInterview says that they will not meet.
type CancelInterview struct {
	Interview uuid.UUID   `json:"interview"`
	By        event.Actor `json:"by"` // client, freelancer or platform
	Reason    event.Text  `json:"reason,omitzero"`
}

func (c StartInterview) stream() string      { return event.ProposalStream(c.Proposal) }
func (c ScheduleInterview) stream() string   { return event.InterviewStream(c.Interview) }
func (c RescheduleInterview) stream() string { return event.InterviewStream(c.Interview) }
func (c HoldInterview) stream() string       { return event.InterviewStream(c.Interview) }
func (c CancelInterview) stream() string     { return event.InterviewStream(c.Interview) }

func (c StartInterview) validate() error { return validate(c).id("proposal", c.Proposal).err() }

func (c ScheduleInterview) validate() error {
	people, some := len(c.Interviewers), len(c.Proposals)
	v := validate(c).id("interview", c.Interview).id("job", c.Job).
		must(some >= 1 && some <= MaxParticipants, "proposals must be 1 to %d", MaxParticipants).
		must(people >= 1 && people <= MaxParticipants, "interviewers must be 1 to %d", MaxParticipants).
		must(distinct(c.Proposals), "a proposal is named twice").must(distinct(c.Interviewers), "an interviewer is named twice").
		texts("interviewers", c.Interviewers).must(shown(c.ScheduledAt), "scheduled_at is outside the years 0001 to 9999")
	for _, id := range c.Proposals {
		v.id("a proposal", id)
	}
	for _, who := range c.Interviewers {
		v.must(!blank(string(who)), "an interviewer has no name")
	}
	oneOf(v, "channel", c.Channel, event.ChannelChat, event.ChannelAudio, event.ChannelVideo, event.ChannelInPerson)
	oneOf(v, "format", c.Format, event.FormatOneOnOne, event.FormatPanel, event.FormatTelephone, event.FormatGroup)
	fits := true
	switch c.Format {
	case event.FormatOneOnOne:
		fits = some == 1 && people == 1
	case event.FormatPanel:
		fits = some == 1 && people >= 2
	case event.FormatTelephone:
		fits = some == 1 && c.Channel == event.ChannelAudio
	case event.FormatGroup:
		fits = some >= 2
	}
	return v.must(fits, "the format is for other numbers of people, or another channel").err()
}

func (c ScheduleInterview) validateAt(at event.Time) error {
	return validate(c).must(c.ScheduledAt >= at, "scheduled_at is past").err()
}

func (c RescheduleInterview) validate() error {
	return validate(c).id("interview", c.Interview).someone(c.By).
		must(shown(c.ScheduledAt), "scheduled_at is outside the years 0001 to 9999").err()
}

func (c RescheduleInterview) validateAt(at event.Time) error {
	return validate(c).must(c.ScheduledAt >= at, "scheduled_at is past").err()
}

func (c HoldInterview) validate() error {
	return validate(c).id("interview", c.Interview).text("notes", string(c.Notes)).err()
}

func (c CancelInterview) validate() error {
	return validate(c).id("interview", c.Interview).someone(c.By).text("reason", string(c.Reason)).err()
}

// someone wants who moves or cancels an interview: anybody but the timer.
func (v *validation) someone(by event.Actor) *validation {
	return oneOf(v, "by", by, event.ActorClient, event.ActorFreelancer, event.ActorPlatform)
}

func (c StartInterview) decide(d *decision) ([]event.Event, error) {
	p, err := loadTarget[*proposalAggregate](d)
	if err != nil {
		return nil, err
	}
	client, err := d.client(p.client)
	if err != nil {
		return nil, err
	}
	f, err := d.freelancer(p.freelancer)
	if err != nil {
		return nil, err
	}
	if err := d.newBusiness(business{client: client, freelancers: []*freelancerAggregate{f}, acts: client}); err != nil {
		return nil, err
	}
	if err := d.pending(p); err != nil {
		return nil, err
	}
	if p.takenUp {
		return nil, d.reject(WrongState, "the proposal was taken up before")
	}
	d.actor = event.ActorClient
	events := []event.Event{&event.InterviewStarted{}}
	if d.terms.ContactAt == ContactAtInterview && p.via != event.ViaInvite {
		events = append(events, &event.ContactExchanged{})
	}
	return events, nil
}

func (c ScheduleInterview) decide(d *decision) ([]event.Event, error) {
	if _, err := absent[*interviewAggregate](d, c.stream()); err != nil {
		return nil, err
	}
	j, err := d.job(c.Job)
	if err != nil {
		return nil, err
	}
	proposals := make([]*proposalAggregate, len(c.Proposals))
	for i, id := range c.Proposals {
		if proposals[i], err = existing[*proposalAggregate](d, event.ProposalStream(id)); err != nil {
			return nil, err
		}
		if proposals[i].job != c.Job {
			return nil, d.reject(NotFound, "proposal %v is to another job", id)
		}
	}
	if err := c.business(d, j, proposals); err != nil {
		return nil, err
	}
	for i, p := range proposals {
		if err := d.pending(p); err != nil {
			return nil, err
		}
		if !p.takenUp {
			return nil, d.reject(WrongState, "proposal %v is not taken up", c.Proposals[i])
		}
	}
	d.actor = event.ActorClient
	return []event.Event{&event.InterviewScheduled{
		Job: c.Job, Client: j.client, Proposals: c.Proposals, Interviewers: c.Interviewers,
		Kind: c.Format, Channel: c.Channel, ScheduledAt: c.ScheduledAt,
	}}, nil
}

// business asks the client of the job and the freelancers of the proposals.
func (c ScheduleInterview) business(d *decision, j *jobAggregate, proposals []*proposalAggregate) error {
	client, err := d.client(j.client)
	if err != nil {
		return err
	}
	b := business{client: client, freelancers: make([]*freelancerAggregate, len(proposals)), acts: client}
	for i, p := range proposals {
		if b.freelancers[i], err = d.freelancer(p.freelancer); err != nil {
			return err
		}
	}
	return d.newBusiness(b)
}

func (c RescheduleInterview) decide(d *decision) ([]event.Event, error) {
	if _, err := d.scheduled(); err != nil {
		return nil, err
	}
	d.actor = c.By
	return []event.Event{&event.InterviewRescheduled{By: c.By, ScheduledAt: c.ScheduledAt}}, nil
}

func (c HoldInterview) decide(d *decision) ([]event.Event, error) {
	i, err := d.scheduled()
	if err != nil {
		return nil, err
	}
	if d.at < i.scheduledAt {
		return nil, d.reject(TooEarly, "they meet at %v", i.scheduledAt)
	}
	d.actor = event.ActorClient
	return []event.Event{&event.InterviewHeld{Notes: c.Notes}}, nil
}

func (c CancelInterview) decide(d *decision) ([]event.Event, error) {
	if _, err := d.scheduled(); err != nil {
		return nil, err
	}
	d.actor = c.By
	return []event.Event{&event.InterviewCancelled{By: c.By, Reason: c.Reason}}, nil
}

// scheduled finds the interview of a command that needs one to come.
func (d *decision) scheduled() (*interviewAggregate, error) {
	i, err := loadTarget[*interviewAggregate](d)
	if err == nil && i.state != interviewScheduled {
		err = d.reject(WrongState, "the interview was held or cancelled")
	}
	return i, err
}

// distinct reports whether no two of a list are the same.
func distinct[T comparable](list []T) bool {
	seen := make(map[T]bool, len(list))
	for _, item := range list {
		if seen[item] {
			return false
		}
		seen[item] = true
	}
	return true
}
