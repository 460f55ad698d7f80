package event

import (
	"fmt"

	"github.com/google/uuid"
)

// InterviewFormat is who talks to whom in an interview.
type InterviewFormat string

// The formats.
const (
	FormatOneOnOne  InterviewFormat = "one_on_one"
	FormatPanel     InterviewFormat = "panel" // several interviewers
	FormatTelephone InterviewFormat = "telephone"
	FormatGroup     InterviewFormat = "group" // several candidates
)

// InterviewChannel is where an interview takes place.
type InterviewChannel string

// The channels.
const (
	ChannelChat     InterviewChannel = "chat"
	ChannelAudio    InterviewChannel = "audio"
	ChannelVideo    InterviewChannel = "video"
	ChannelInPerson InterviewChannel = "in_person"
)

// InterviewStarted says that the client has taken a proposal up, once.
type InterviewStarted struct{}

// InterviewScheduled opens a meeting over proposals to a job. On a proposal's stream,
// where a log of the first edition has it, it has Participants and names nobody.
type InterviewScheduled struct {
	Job          uuid.UUID        `json:"job,omitzero"`
	Client       uuid.UUID        `json:"client,omitzero"` // of the job
	Proposals    []uuid.UUID      `json:"proposals,omitzero"`
	Interviewers []Text           `json:"interviewers,omitzero"` // the host's words for people
	Participants int              `json:"participants,omitzero"` // how many people take part, of the first edition
	Kind         InterviewFormat  `json:"format"`
	Channel      InterviewChannel `json:"channel"`
	ScheduledAt  Time             `json:"scheduled_at"`
}

// InterviewRescheduled changes when they meet.
type InterviewRescheduled struct {
	By          Actor `json:"by"` // client, freelancer or platform
	ScheduledAt Time  `json:"scheduled_at"`
}

// InterviewHeld says that they have met.
type InterviewHeld struct {
	Notes Text `json:"notes,omitzero"`
}

// InterviewCancelled says that they will not meet.
type InterviewCancelled struct {
	By     Actor `json:"by,omitzero"` // client, freelancer or platform; absent in a log of the first edition
	Reason Text  `json:"reason,omitzero"`
}

func (*InterviewStarted) EventType() string     { return "InterviewStarted" }
func (*InterviewScheduled) EventType() string   { return "InterviewScheduled" }
func (*InterviewRescheduled) EventType() string { return "InterviewRescheduled" }
func (*InterviewHeld) EventType() string        { return "InterviewHeld" }
func (*InterviewCancelled) EventType() string   { return "InterviewCancelled" }

func (e *InterviewScheduled) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *InterviewHeld) Format(f fmt.State, verb rune)      { format(f, verb, e) }
func (e *InterviewCancelled) Format(f fmt.State, verb rune) { format(f, verb, e) }
