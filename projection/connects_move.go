package projection

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ConnectsMove is a movement of a freelancer's Connects: a lot that begins, or what goes
// out of one. What is left in a lot is for questions to add up.
type ConnectsMove struct {
	Moment
	Kind   ConnectsKind
	Lot    int // its number in the account, from 1
	Amount event.Connects

	ExpiresAt event.Time        // of a lot that begins, when it runs out; else event.Never
	Reason    event.GrantReason // of what was granted
	Month     event.Month       // of a month's allowance
	Proposal  uuid.UUID         // for which they were spent, or came back
	Job       uuid.UUID         // to which it applies; of what was spent
}

// ConnectsKind is what moved Connects.
type ConnectsKind uint8

// The kinds of movements. The first three begin a lot, and those of a proposal may take
// from several.
const (
	ConnectsGranted ConnectsKind = iota
	ConnectsPurchased
	ConnectsReturned
	ConnectsSpent
	ConnectsExpired
)

var connectsWords = [...]string{
	ConnectsGranted: "granted", ConnectsPurchased: "purchased", ConnectsReturned: "returned",
	ConnectsSpent: "spent", ConnectsExpired: "expired",
}

// Begins reports whether a movement of the kind begins a lot.
func (k ConnectsKind) Begins() bool { return k <= ConnectsReturned }

// String is the kind's word.
func (k ConnectsKind) String() string { return connectsWords[k] }

// MarshalText writes the kind's word.
func (k ConnectsKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

func (m *ConnectsMove) tell(t *telling) {
	t.add(m.Moment, m.Kind.EventType(), field{name: "lot", value: strconv.Itoa(m.Lot)}, field{name: "amount", value: strconv.FormatInt(int64(m.Amount), 10)},
		field{name: "expires_at", value: m.ExpiresAt.String()}, field{name: "reason", value: string(m.Reason)}, field{name: "month", value: string(m.Month)},
		field{name: "proposal", value: m.Proposal.String()}, field{name: "job", value: m.Job.String()})
}

// connectsMove is what records keep of an event that moves Connects, but for when it
// happened.
func connectsMove(e event.Event) ConnectsMove {
	switch e := e.(type) {
	case *event.ConnectsGranted:
		return ConnectsMove{Kind: ConnectsGranted, Lot: e.Lot, Amount: e.Amount, ExpiresAt: e.ExpiresAt, Reason: e.Reason, Month: e.Month}
	case *event.ConnectsPurchased:
		return ConnectsMove{Kind: ConnectsPurchased, Lot: e.Lot, Amount: e.Amount, ExpiresAt: e.ExpiresAt}
	case *event.ConnectsReturned:
		return ConnectsMove{Kind: ConnectsReturned, Lot: e.Lot, Amount: e.Amount, ExpiresAt: e.ExpiresAt, Proposal: e.Proposal}
	case *event.ConnectsSpent:
		return ConnectsMove{Kind: ConnectsSpent, Lot: e.Lot, Amount: e.Amount, ExpiresAt: event.Never, Proposal: e.Proposal, Job: e.Job}
	case *event.ConnectsExpired:
		return ConnectsMove{Kind: ConnectsExpired, Lot: e.Lot, Amount: e.Amount, ExpiresAt: event.Never}
	}
	return ConnectsMove{}
}
