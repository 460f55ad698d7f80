package projection

import (
	"slices"

	"github.com/marketcore/marketplace/event"
)

// MeetingForm is in which format people meet, and where.
type MeetingForm struct {
	Format  MeetingFormat
	Channel MeetingChannel
}

// MeetingFormat is an event.InterviewFormat.
type MeetingFormat uint8

// The formats.
const (
	MeetingOneOnOne MeetingFormat = iota
	MeetingPanel
	MeetingTelephone
	MeetingGroup
)

// MeetingChannel is an event.InterviewChannel.
type MeetingChannel uint8

// The channels.
const (
	MeetingChat MeetingChannel = iota
	MeetingAudio
	MeetingVideo
	MeetingInPerson
)

var formatWords = [...]string{
	MeetingOneOnOne: string(event.FormatOneOnOne), MeetingPanel: string(event.FormatPanel),
	MeetingTelephone: string(event.FormatTelephone), MeetingGroup: string(event.FormatGroup),
}

var channelWords = [...]string{
	MeetingChat: string(event.ChannelChat), MeetingAudio: string(event.ChannelAudio),
	MeetingVideo: string(event.ChannelVideo), MeetingInPerson: string(event.ChannelInPerson),
}

// String is the event.InterviewFormat.
func (f MeetingFormat) String() string { return formatWords[f] }

// String is the event.InterviewChannel.
func (c MeetingChannel) String() string { return channelWords[c] }

// Words name the formats, each at its index.
func (MeetingFormat) Words() []string { return slices.Clone(formatWords[:]) }

// Words name the channels, each at its index.
func (MeetingChannel) Words() []string { return slices.Clone(channelWords[:]) }

// unknownForm is the number of a form with a word that nobody knows.
const unknownForm = -1

// formOf is a form as the number of a change.
func formOf(format, channel string) int64 {
	f, c := slices.Index(formatWords[:], format), slices.Index(channelWords[:], channel)
	if f < 0 || c < 0 {
		return unknownForm
	}
	return int64(f*len(channelWords) + c)
}

// take reads that number. It reports false for unknownForm.
func (m *MeetingForm) take(n int64) bool {
	if n == unknownForm {
		return false
	}
	m.Format, m.Channel = MeetingFormat(n/int64(len(channelWords))), MeetingChannel(n%int64(len(channelWords)))
	return true
}
