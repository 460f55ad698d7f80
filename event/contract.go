package event

import (
	"fmt"

	"github.com/google/uuid"
)

// ContractKind is how the work of a contract is paid.
type ContractKind string

// The kinds of contracts.
const (
	KindFixed  ContractKind = "fixed"  // milestones with escrow
	KindHourly ContractKind = "hourly" // a Work Diary, invoiced by the week
)

// Via is how a contract came about.
type Via string

// The origins of a contract.
const (
	ViaInvite   Via = "invite"
	ViaProposal Via = "proposal"
	ViaDirect   Via = "direct"
)

// Side is one of the two sides of a contract.
type Side string

// The sides.
const (
	SideClient     Side = "client"
	SideFreelancer Side = "freelancer"
)

// ContractStarted opens a contract.
type ContractStarted struct {
	Job                uuid.UUID    `json:"job"`
	Client             uuid.UUID    `json:"client"`
	Freelancer         uuid.UUID    `json:"freelancer"`
	Kind               ContractKind `json:"kind"`
	Via                Via          `json:"via"`
	Invite             uuid.UUID    `json:"invite,omitzero"`
	Proposal           uuid.UUID    `json:"proposal,omitzero"`
	Category           string       `json:"category,omitzero"`
	HourlyRate         Money        `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes int64        `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  bool         `json:"manual_time_allowed,omitzero"`
}

// ContractPaused says that no work is submitted or logged for now.
type ContractPaused struct{}

// ContractResumed ends a pause.
type ContractResumed struct{}

// WeeklyLimitChanged sets how many minutes of a week are billed.
type WeeklyLimitChanged struct {
	WeeklyLimitMinutes int64 `json:"weekly_limit_minutes"`
}

// HoursPaid says that an invoiced week was paid.
type HoursPaid struct {
	Week    Week  `json:"week"`
	Minutes int64 `json:"minutes"` // billed, and so paid
	Amount  Money `json:"amount"`
}

// BonusPaid says that the client paid something on top.
type BonusPaid struct {
	Amount Money `json:"amount"`
}

// RefundGiven says that the freelancer gave money back.
type RefundGiven struct {
	Amount Money `json:"amount"`
}

// ContractEnded closes the contract and opens the time for feedback.
type ContractEnded struct {
	By               Side `json:"by"`
	FeedbackClosesAt Time `json:"feedback_closes_at"`
	Reason           Text `json:"reason"`
}

func (*ContractStarted) EventType() string    { return "ContractStarted" }
func (*ContractPaused) EventType() string     { return "ContractPaused" }
func (*ContractResumed) EventType() string    { return "ContractResumed" }
func (*WeeklyLimitChanged) EventType() string { return "WeeklyLimitChanged" }
func (*HoursPaid) EventType() string          { return "HoursPaid" }
func (*BonusPaid) EventType() string          { return "BonusPaid" }
func (*RefundGiven) EventType() string        { return "RefundGiven" }
func (*ContractEnded) EventType() string      { return "ContractEnded" }

func (e *ContractEnded) Format(f fmt.State, verb rune) { format(f, verb, e) }
