package event

import "github.com/google/uuid"

// Connects is a number of Connects, the tokens that a proposal costs. They live
// in a freelancer's account, in lots that expire.
type Connects int64

// GrantReason is why the platform gave Connects.
type GrantReason string

// The reasons for a grant.
const (
	GrantSignup  GrantReason = "signup"
	GrantMonthly GrantReason = "monthly" // a month's allowance
	GrantBonus   GrantReason = "bonus"
	GrantOther   GrantReason = "other"
)

// ConnectsGranted says that the platform gave Connects, which make a new lot.
type ConnectsGranted struct {
	Lot       int         `json:"lot"` // its number in the account, from 1
	Amount    Connects    `json:"amount"`
	Reason    GrantReason `json:"reason"`
	Month     Month       `json:"month,omitzero"` // of an allowance
	ExpiresAt Time        `json:"expires_at"`
}

// JobApplied says that the freelancer applies to a job, which nobody does twice, and
// what the proposal costs. The proposal itself is in its own stream.
type JobApplied struct {
	Job      uuid.UUID `json:"job"`
	Proposal uuid.UUID `json:"proposal"`
	Invite   uuid.UUID `json:"invite,omitzero"` // the accepted one that it answers
	Connects Connects  `json:"connects"`
}

// ConnectsPurchased says that the freelancer bought Connects, which make a new
// lot.
type ConnectsPurchased struct {
	Lot       int      `json:"lot"` // its number in the account
	Amount    Connects `json:"amount"`
	ExpiresAt Time     `json:"expires_at"`
}

// ConnectsSpent says that a proposal took Connects out of a lot. One that takes
// from several lots has an event for each.
type ConnectsSpent struct {
	Proposal uuid.UUID `json:"proposal"`
	Job      uuid.UUID `json:"job"`
	Lot      int       `json:"lot"` // its number in the account
	Amount   Connects  `json:"amount"`
}

// ConnectsReturned says that all Connects spent on a proposal came back, as a
// new lot.
type ConnectsReturned struct {
	Proposal  uuid.UUID `json:"proposal"`
	Lot       int       `json:"lot"` // its number in the account
	Amount    Connects  `json:"amount"`
	ExpiresAt Time      `json:"expires_at"`
}

// ConnectsExpired says that the time of a lot ran out, and with it what was left
// in it.
type ConnectsExpired struct {
	Lot    int      `json:"lot"` // its number in the account
	Amount Connects `json:"amount"`
}

func (*JobApplied) EventType() string        { return "JobApplied" }
func (*ConnectsGranted) EventType() string   { return "ConnectsGranted" }
func (*ConnectsPurchased) EventType() string { return "ConnectsPurchased" }
func (*ConnectsSpent) EventType() string     { return "ConnectsSpent" }
func (*ConnectsReturned) EventType() string  { return "ConnectsReturned" }
func (*ConnectsExpired) EventType() string   { return "ConnectsExpired" }
