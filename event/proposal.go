package event

import (
	"fmt"

	"github.com/google/uuid"
)

// ProposalSubmitted says that a freelancer wants a job: the beginning of all
// that leads to a hire.
type ProposalSubmitted struct {
	Job        uuid.UUID `json:"job"`
	Client     uuid.UUID `json:"client"` // of the job
	Freelancer uuid.UUID `json:"freelancer"`
	Via        Via       `json:"via"` // invite or proposal: the origin of a contract that comes of it
	Invite     uuid.UUID `json:"invite,omitzero"`
	Connects   Connects  `json:"connects"`     // what was spent on it
	Bid        Money     `json:"bid,omitzero"` // for the whole of a fixed-price job, for an hour of an hourly one
	// CoverLetter is that of the accepted invite where it answers one.
	CoverLetter Text `json:"cover_letter"`
	// Answers are those to the job's questions, in their order.
	Answers []Text `json:"answers,omitzero"`
}

// ProposalWithdrawn says that the freelancer took the proposal back.
type ProposalWithdrawn struct {
	Reason Text `json:"reason,omitzero"`
}

// ProposalDeclined says that the client does not want the freelancer.
type ProposalDeclined struct {
	Reason Text `json:"reason,omitzero"`
}

func (*ProposalSubmitted) EventType() string { return "ProposalSubmitted" }
func (*ProposalWithdrawn) EventType() string { return "ProposalWithdrawn" }
func (*ProposalDeclined) EventType() string  { return "ProposalDeclined" }

func (e *ProposalSubmitted) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *ProposalWithdrawn) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *ProposalDeclined) Format(f fmt.State, verb rune)  { format(f, verb, e) }
