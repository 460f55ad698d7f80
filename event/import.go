package event

import "github.com/google/uuid"

// ImportLineRejected says that a line of an imported script was rejected. Its
// command id is the event's; the line's text is not kept.
type ImportLineRejected struct {
	Line    int64  `json:"line"`             // physical line number, from 1
	Command string `json:"command,omitzero"` // the command's name, if it is one of ours
	Code    string `json:"code"`             // the rejection's code
	// Key is a random one, of the event's CommandDigest: that is of all that the line
	// said, also of what a person wrote.
	Key uuid.UUID `json:"key,omitzero"`
}

func (*ImportLineRejected) EventType() string { return "ImportLineRejected" }
