package event

import (
	"fmt"

	"github.com/google/uuid"
)

// OfferMade says on which terms the client would hire the freelancer of a
// proposal. One offer of a proposal is open at a time.
type OfferMade struct {
	Kind               ContractKind     `json:"kind"`
	Amount             Money            `json:"amount,omitzero"`      // of fixed-price work in a log of the first edition, which has no milestones
	Milestones         []OfferMilestone `json:"milestones,omitzero"`  // of fixed-price work, at least one
	HourlyRate         Money            `json:"hourly_rate,omitzero"` // this and the rest of hourly work
	WeeklyLimitMinutes int64            `json:"weekly_limit_minutes,omitzero"`
	ManualTimeAllowed  bool             `json:"manual_time_allowed,omitzero"`
	ExpiresAt          Time             `json:"expires_at"`
	Message            Text             `json:"message,omitzero"`
}

// OfferMilestone is a part of the work that is offered.
type OfferMilestone struct {
	Milestone   uuid.UUID `json:"milestone"`
	Amount      Money     `json:"amount"`
	Description Text      `json:"description,omitzero"`
	Due         Day       `json:"due,omitzero"` // binds nothing
}

// OfferWithdrawal is why an offer was taken back.
type OfferWithdrawal string

// The reasons; the last two are the platform's.
const (
	OfferChangedMind OfferWithdrawal = "changed_mind"
	OfferHiredOther  OfferWithdrawal = "hired_other"
	OfferJobRemoved  OfferWithdrawal = "job_removed"
	OfferSanctioned  OfferWithdrawal = "client_sanctioned"
)

// OfferAccepted says that the freelancer is hired.
type OfferAccepted struct {
	Contract uuid.UUID `json:"contract"` // the one that starts on the offer's terms
}

// OfferDeclined says that the freelancer does not want these terms.
type OfferDeclined struct {
	Reason Text `json:"reason,omitzero"`
}

// OfferWithdrawn says that the client, or the platform from a client that it barred or
// with a job that it removed, took the offer back.
type OfferWithdrawn struct {
	Reason OfferWithdrawal `json:"reason,omitzero"`
	Words  Text            `json:"words,omitzero"` // the reason in a log of the first edition
}

// OfferExpired says that the offer's time ran out.
type OfferExpired struct{}

func (*OfferMade) EventType() string      { return "OfferMade" }
func (*OfferAccepted) EventType() string  { return "OfferAccepted" }
func (*OfferDeclined) EventType() string  { return "OfferDeclined" }
func (*OfferWithdrawn) EventType() string { return "OfferWithdrawn" }
func (*OfferExpired) EventType() string   { return "OfferExpired" }

func (e *OfferMade) Format(f fmt.State, verb rune)      { format(f, verb, e) }
func (e *OfferDeclined) Format(f fmt.State, verb rune)  { format(f, verb, e) }
func (e *OfferWithdrawn) Format(f fmt.State, verb rune) { format(f, verb, e) }
