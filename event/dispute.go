package event

import (
	"fmt"

	"github.com/google/uuid"
)

// DisputeAnswer is what the other side says to a dispute.
type DisputeAnswer string

// The answers.
const (
	AnswerAccept  DisputeAnswer = "accept"
	AnswerContest DisputeAnswer = "contest"
)

// DecidedBy is how a dispute came to its end.
type DecidedBy string

// The ways to a decision.
const (
	DecidedBySettlement  DecidedBy = "settlement"
	DecidedByMediation   DecidedBy = "mediation"
	DecidedByArbitration DecidedBy = "arbitration"
)

// DisputeLapse is what a dispute comes to that nobody answers.
type DisputeLapse string

// What a lapse does. The zero value is that of a log of the first edition: it moves no
// money (fine print C6).
const (
	LapseReleases DisputeLapse = "release" // escrow goes to the freelancer
	LapseRefunds  DisputeLapse = "refund"  // escrow goes back to the client
	LapseNothing  DisputeLapse = "none"    // there is no escrow
	LapseProtects DisputeLapse = "protect" // of a week only protected time is paid
)

// DisputeOpened says that one side disputes an amount.
type DisputeOpened struct {
	Dispute   uuid.UUID    `json:"dispute"`
	By        Side         `json:"by"`
	Week      Week         `json:"week,omitzero"` // of an hourly contract the week that is disputed
	Amount    Money        `json:"amount"`
	RespondBy Time         `json:"respond_by"`
	OnLapse   DisputeLapse `json:"on_lapse,omitzero"`
	Reason    Text         `json:"reason"`
}

// DisputeAnswered says that the other side accepted it, which closes it, or contested
// it.
type DisputeAnswered struct {
	Dispute uuid.UUID     `json:"dispute"`
	Answer  DisputeAnswer `json:"answer"`
}

// DisputeLapsed says that the other side did not answer in time. Final; what it moves
// are events of their own.
type DisputeLapsed struct {
	Dispute uuid.UUID `json:"dispute"`
}

// SettlementProposed says that the platform's mediator proposed how to share.
type SettlementProposed struct {
	Dispute      uuid.UUID `json:"dispute"`
	ToFreelancer Money     `json:"to_freelancer"`
	ToClient     Money     `json:"to_client"`
}

// DisputeResolved says that the disputed amount was shared.
type DisputeResolved struct {
	Dispute      uuid.UUID `json:"dispute"`
	ToFreelancer Money     `json:"to_freelancer"`
	ToClient     Money     `json:"to_client"`
	DecidedBy    DecidedBy `json:"decided_by"`
}

// DisputeCancelled says that the dispute was taken back; it counts nowhere.
type DisputeCancelled struct {
	Dispute uuid.UUID `json:"dispute"`
}

func (*DisputeOpened) EventType() string      { return "DisputeOpened" }
func (*DisputeAnswered) EventType() string    { return "DisputeAnswered" }
func (*DisputeLapsed) EventType() string      { return "DisputeLapsed" }
func (*SettlementProposed) EventType() string { return "SettlementProposed" }
func (*DisputeResolved) EventType() string    { return "DisputeResolved" }
func (*DisputeCancelled) EventType() string   { return "DisputeCancelled" }

func (e *DisputeOpened) Format(f fmt.State, verb rune) { format(f, verb, e) }
