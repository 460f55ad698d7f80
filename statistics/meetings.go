package statistics

import "github.com/marketcore/marketplace/projection"

// Meetings counts meetings by the format in which they were scheduled.
type Meetings struct {
	OneOnOne  MeetingCounts `json:"one_on_one"`
	Panel     MeetingCounts `json:"panel"`
	Telephone MeetingCounts `json:"telephone"`
	Group     MeetingCounts `json:"group"`
}

// MeetingCounts counts what happened to meetings.
type MeetingCounts struct {
	Scheduled int64 `json:"scheduled"`
	Held      int64 `json:"held"`
	Cancelled int64 `json:"cancelled"`
}

// Channels counts meetings by where they were to take place.
type Channels struct {
	Chat     int64 `json:"chat"`
	Audio    int64 `json:"audio"`
	Video    int64 `json:"video"`
	InPerson int64 `json:"in_person"`
}

// Of is the counts of a format.
func (m *Meetings) Of(f projection.MeetingFormat) *MeetingCounts {
	switch f {
	case projection.MeetingOneOnOne:
		return &m.OneOnOne
	case projection.MeetingPanel:
		return &m.Panel
	case projection.MeetingTelephone:
		return &m.Telephone
	}
	return &m.Group
}

// Of is the count of a channel.
func (c *Channels) Of(channel projection.MeetingChannel) *int64 {
	switch channel {
	case projection.MeetingChat:
		return &c.Chat
	case projection.MeetingAudio:
		return &c.Audio
	case projection.MeetingVideo:
		return &c.Video
	}
	return &c.InPerson
}

func (m *Meetings) add(other *Meetings) {
	for f := range projection.MeetingFormat(len(projection.MeetingFormat(0).Words())) {
		n, k := m.Of(f), other.Of(f)
		n.Scheduled += k.Scheduled
		n.Held += k.Held
		n.Cancelled += k.Cancelled
	}
}

func (c *Channels) add(other *Channels) {
	for k := range projection.MeetingChannel(len(projection.MeetingChannel(0).Words())) {
		*c.Of(k) += *other.Of(k)
	}
}

// meetingEvent is what happened to a meeting.
type meetingEvent uint8

const (
	meetingScheduled meetingEvent = iota
	meetingHeld
	meetingCancelled
)

func (e meetingEvent) eventType() string {
	return [...]string{meetingScheduled: "InterviewScheduled", meetingHeld: "InterviewHeld", meetingCancelled: "InterviewCancelled"}[e]
}

// meetingsOf tells what happened to a meeting.
func meetingsOf(r *projection.InterviewRecord, tell func(projection.Moment, meetingEvent, projection.MeetingForm)) {
	tell(r.Scheduled, meetingScheduled, r.Form)
	tell(r.Held, meetingHeld, r.Form)
	tell(r.Cancelled, meetingCancelled, r.Form)
}

// meetingsOfProposal tells the same of the meetings that a log of the first edition
// has on a proposal: what is held or cancelled is so in the format that was scheduled
// last, and without one in none (fine print S2).
func meetingsOfProposal(r *projection.ProposalRecord, tell func(projection.Moment, meetingEvent, projection.MeetingForm)) {
	var last *projection.MeetingForm
	for i := range r.Steps {
		switch s := &r.Steps[i]; s.Kind {
		case projection.StepInterviewScheduled:
			last = &s.Form
			tell(s.Moment, meetingScheduled, s.Form)
		case projection.StepInterviewHeld:
			if last != nil {
				tell(s.Moment, meetingHeld, *last)
			}
		case projection.StepInterviewCancelled:
			if last != nil {
				tell(s.Moment, meetingCancelled, *last)
			}
		}
	}
}

// meeting counts what happened to a meeting.
func (t *MarketTotals) meeting(what meetingEvent, form projection.MeetingForm) {
	t.Meetings.Of(form.Format).take(what)
	if what == meetingScheduled {
		*t.Channels.Of(form.Channel)++
	}
}

func (n *MeetingCounts) take(what meetingEvent) {
	switch what {
	case meetingScheduled:
		n.Scheduled++
	case meetingHeld:
		n.Held++
	case meetingCancelled:
		n.Cancelled++
	}
}
