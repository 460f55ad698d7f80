package event

import "fmt"

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

// InterviewStarted says that client and freelancer talk about a proposal. One
// interview of a proposal runs at a time.
type InterviewStarted struct{}

// InterviewScheduled sets, or changes, when and how they meet.
type InterviewScheduled struct {
	Format       InterviewFormat  `json:"format"`
	Channel      InterviewChannel `json:"channel"`
	Participants int              `json:"participants"` // how many people take part
	ScheduledAt  Time             `json:"scheduled_at"`
}

// InterviewHeld says that they have met, and ends the interview.
type InterviewHeld struct {
	Notes Text `json:"notes,omitzero"`
}

// InterviewCancelled says that they will not meet, and ends the interview.
type InterviewCancelled struct {
	Reason Text `json:"reason,omitzero"`
}

func (*InterviewStarted) EventType() string   { return "InterviewStarted" }
func (*InterviewScheduled) EventType() string { return "InterviewScheduled" }
func (*InterviewHeld) EventType() string      { return "InterviewHeld" }
func (*InterviewCancelled) EventType() string { return "InterviewCancelled" }

func (e *InterviewHeld) Format(f fmt.State, verb rune)      { format(f, verb, e) }
func (e *InterviewCancelled) Format(f fmt.State, verb rune) { format(f, verb, e) }
