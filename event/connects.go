package event

import "github.com/google/uuid"

// Connects is a number of Connects, the tokens that a proposal costs. They live
// in a freelancer's account, in lots that expire.
type Connects int64

// ConnectsGranted says that the platform gave Connects, which make a new lot.
type ConnectsGranted struct {
	Lot       int      `json:"lot"` // its number in the account, from 1
	Amount    Connects `json:"amount"`
	ExpiresAt Time     `json:"expires_at"`
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

func (*ConnectsGranted) EventType() string   { return "ConnectsGranted" }
func (*ConnectsPurchased) EventType() string { return "ConnectsPurchased" }
func (*ConnectsSpent) EventType() string     { return "ConnectsSpent" }
func (*ConnectsReturned) EventType() string  { return "ConnectsReturned" }
func (*ConnectsExpired) EventType() string   { return "ConnectsExpired" }
