package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MaxParticipants is how many people take part in an interview at most (ours).
const MaxParticipants = 100

// StartInterview begins an interview on a proposal; another may follow when it
// was held or cancelled. Of other proposals any number may run.
type StartInterview struct {
	Proposal uuid.UUID `json:"proposal"`
}

// ScheduleInterview sets, or changes, when and how the running interview takes
// place. Its moment is scheduled_at (ours: at is the line's own).
type ScheduleInterview struct {
	Proposal     uuid.UUID              `json:"proposal"`
	Format       event.InterviewFormat  `json:"format"`
	Channel      event.InterviewChannel `json:"channel"`
	Participants int                    `json:"participants"` // 1 to MaxParticipants
	ScheduledAt  event.Time             `json:"scheduled_at"`
}

// HoldInterview ends the running interview, scheduled or not: they have met.
type HoldInterview struct {
	Proposal uuid.UUID  `json:"proposal"`
	Notes    event.Text `json:"notes,omitzero"`
}

// CancelInterview ends the running interview: they will not meet.
type CancelInterview struct {
	Proposal uuid.UUID  `json:"proposal"`
	Reason   event.Text `json:"reason,omitzero"`
}

func (c StartInterview) stream() string    { return event.ProposalStream(c.Proposal) }
func (c ScheduleInterview) stream() string { return event.ProposalStream(c.Proposal) }
func (c HoldInterview) stream() string     { return event.ProposalStream(c.Proposal) }
func (c CancelInterview) stream() string   { return event.ProposalStream(c.Proposal) }

func (c StartInterview) validate() error { return validate(c).id("proposal", c.Proposal).err() }

func (c ScheduleInterview) validate() error {
	v := validate(c).id("proposal", c.Proposal).
		must(c.Participants >= 1 && c.Participants <= MaxParticipants, "participants must be 1 to %d", MaxParticipants).
		must(shown(c.ScheduledAt), "scheduled_at is outside the years 0001 to 9999")
	oneOf(v, "format", c.Format, event.FormatOneOnOne, event.FormatPanel, event.FormatTelephone, event.FormatGroup)
	return oneOf(v, "channel", c.Channel,
		event.ChannelChat, event.ChannelAudio, event.ChannelVideo, event.ChannelInPerson).err()
}

func (c HoldInterview) validate() error {
	return validate(c).id("proposal", c.Proposal).text("notes", string(c.Notes)).err()
}

func (c CancelInterview) validate() error { return validateProposal(c, c.Proposal, c.Reason) }

func (c StartInterview) decide(d *decision) ([]event.Event, error) {
	return d.interview(false, &event.InterviewStarted{})
}

func (c ScheduleInterview) decide(d *decision) ([]event.Event, error) {
	return d.interview(true, &event.InterviewScheduled{
		Kind: c.Format, Channel: c.Channel, Participants: c.Participants, ScheduledAt: c.ScheduledAt,
	})
}

func (c HoldInterview) decide(d *decision) ([]event.Event, error) {
	return d.interview(true, &event.InterviewHeld{Notes: c.Notes})
}

func (c CancelInterview) decide(d *decision) ([]event.Event, error) {
	return d.interview(true, &event.InterviewCancelled{Reason: c.Reason})
}

// interview decides a command that needs an interview to run, or not to.
func (d *decision) interview(running bool, e event.Event) ([]event.Event, error) {
	p, err := loadTarget[*proposalAggregate](d)
	if err != nil {
		return nil, err
	}
	if err := d.pending(p); err != nil {
		return nil, err
	}
	if p.meeting != running {
		return nil, d.reject(WrongState, "an interview runs already, or none does")
	}
	d.actor = event.ActorClient
	return []event.Event{e}, nil
}
