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

// OfferClosing is how an offer of a contract without a proposal ended.
type OfferClosing string

// The ends of such an offer but its acceptance.
const (
	OfferClosedDeclined  OfferClosing = "declined"  // by the freelancer
	OfferClosedWithdrawn OfferClosing = "withdrawn" // by the client
	OfferClosedExpired   OfferClosing = "expired"
)

// ContractOffered says on which terms a client would hire a freelancer directly,
// without a proposal. Until it is accepted there is no contract.
type ContractOffered struct {
	Job                uuid.UUID    `json:"job"`
	Client             uuid.UUID    `json:"client"`
	Freelancer         uuid.UUID    `json:"freelancer"`
	Kind               ContractKind `json:"kind"`
	Category           string       `json:"category,omitzero"`
	HourlyRate         Money        `json:"hourly_rate,omitzero"`
	WeeklyLimitMinutes int64        `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  bool         `json:"manual_time_allowed,omitzero"`
	ExpiresAt          Time         `json:"expires_at"`
}

// ContractOfferClosed says that the offer came to nothing, for good.
type ContractOfferClosed struct {
	Cause OfferClosing `json:"cause"`
}

// ContractStarted opens a contract, or accepts the offer of one.
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
	Description        Text         `json:"description,omitzero"` // what was agreed
}

// ContractPaused says that no work is submitted or logged for now.
type ContractPaused struct{}

// ContractResumed ends a pause.
type ContractResumed struct{}

// WeeklyLimitChanged sets how many minutes of a week are billed.
type WeeklyLimitChanged struct {
	WeeklyLimitMinutes int64 `json:"weekly_limit_minutes"`
}

// HoursPaid says that an invoiced week was paid, less what was refused of it.
type HoursPaid struct {
	Week    Week  `json:"week"`
	Minutes int64 `json:"minutes"` // of the billed ones the part that Amount is of the invoice
	Amount  Money `json:"amount"`
}

// RefusalCause is how hours came to be refused.
type RefusalCause string

// The causes of a refusal: the ends of a dispute over a week.
const (
	RefusedAccepted RefusalCause = "accepted" // the freelancer accepted the dispute
	RefusedLapsed   RefusalCause = "lapsed"   // the freelancer did not answer
	RefusedRuled    RefusalCause = "ruled"
)

// HoursRefused says that a part of an invoiced week will not be paid.
type HoursRefused struct {
	Week   Week         `json:"week"`
	Amount Money        `json:"amount"`
	Cause  RefusalCause `json:"cause"`
}

// BonusPaid says that the client paid something on top.
type BonusPaid struct {
	Amount Money `json:"amount"`
}

// RefundGiven says that the freelancer gave money back.
type RefundGiven struct {
	Amount Money `json:"amount"`
}

// ContractEnded closes the contract and opens the time for feedback and for what is
// said to it.
type ContractEnded struct {
	By               Side `json:"by"`
	FeedbackClosesAt Time `json:"feedback_closes_at"`
	ResponsesCloseAt Time `json:"responses_close_at"`
	Reason           Text `json:"reason"`
}

func (*ContractOffered) EventType() string     { return "ContractOffered" }
func (*ContractOfferClosed) EventType() string { return "ContractOfferClosed" }
func (*HoursRefused) EventType() string        { return "HoursRefused" }
func (*ContractStarted) EventType() string     { return "ContractStarted" }
func (*ContractPaused) EventType() string      { return "ContractPaused" }
func (*ContractResumed) EventType() string     { return "ContractResumed" }
func (*WeeklyLimitChanged) EventType() string  { return "WeeklyLimitChanged" }
func (*HoursPaid) EventType() string           { return "HoursPaid" }
func (*BonusPaid) EventType() string           { return "BonusPaid" }
func (*RefundGiven) EventType() string         { return "RefundGiven" }
func (*ContractEnded) EventType() string       { return "ContractEnded" }

func (e *ContractStarted) Format(f fmt.State, verb rune) { format(f, verb, e) }
func (e *ContractEnded) Format(f fmt.State, verb rune)   { format(f, verb, e) }
