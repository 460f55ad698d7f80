package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Connects are a freelancer's Connects as of a moment (fine print N7, Q5): what the
// freelancer can spend on proposals, in which lots it lies, and how it came to that.
type Connects struct {
	Freelancer uuid.UUID       `json:"freelancer"`
	AsOf       event.Time      `json:"as_of"`
	Balance    event.Connects  `json:"balance"` // what is left of the lots that have not run out
	Lots       []ConnectsLot   `json:"lots"`    // by number, used up and expired ones too
	History    []ConnectsEntry `json:"history"` // as in the account's stream
}

// ConnectsLot is Connects that came, and run out, together.
type ConnectsLot struct {
	Lot       int                     `json:"lot"`
	Kind      projection.ConnectsKind `json:"kind"`   // granted, purchased or returned
	Reason    *event.GrantReason      `json:"reason"` // nil but of what was granted
	Amount    event.Connects          `json:"amount"` // that came
	Left      event.Connects          `json:"left"`   // 0 from ExpiresAt on, whether or not ConnectsExpired was written
	ExpiresAt event.Time              `json:"expires_at"`
}

// ConnectsEntry is a movement of Connects, by one event.
type ConnectsEntry struct {
	At       event.Time              `json:"at"`
	Position event.Position          `json:"position"`
	Kind     projection.ConnectsKind `json:"kind"`
	Amount   event.Connects          `json:"amount"`
	Lot      int                     `json:"lot"`
	Proposal *uuid.UUID              `json:"proposal,omitempty"` // of spent and returned
	Job      *uuid.UUID              `json:"job,omitempty"`      // of spent
}

// ConnectsOf asks for a freelancer's Connects.
func ConnectsOf(freelancer uuid.UUID) Question[*Connects] {
	return ofFreelancer(freelancer, projection.PartConnects, func(h projection.FreelancerHistory, asOf event.Time, _ Policy) (*Connects, error) {
		lots, balance, err := connectsLots(h.Account, asOf)
		if err != nil {
			return nil, err
		}
		return &Connects{Freelancer: freelancer, AsOf: asOf, Balance: balance, Lots: lots, History: connectsHistory(h.Account, asOf)}, nil
	})
}

// connectsLots are the lots that began until the moment, with what is left of them. It
// fails with a *SumError.
func connectsLots(r *projection.FreelancerRecord, asOf event.Time) (lots []ConnectsLot, balance event.Connects, err error) {
	lots = []ConnectsLot{}
	number := func(l ConnectsLot, n int) int { return l.Lot - n }
	for i := range r.Connects {
		m := &r.Connects[i]
		if !m.By(asOf) {
			continue
		}
		at, there := slices.BinarySearchFunc(lots, m.Lot, number)
		switch {
		case m.Kind.Begins():
			l := ConnectsLot{Lot: m.Lot, Kind: m.Kind, Amount: m.Amount, Left: m.Amount, ExpiresAt: m.ExpiresAt}
			if m.Kind == projection.ConnectsGranted {
				reason := m.Reason
				l.Reason = &reason
			}
			lots = slices.Insert(lots, at, l)
		case there:
			lots[at].Left -= m.Amount
		}
	}
	var total sums
	for i := range lots {
		if l := &lots[i]; asOf >= l.ExpiresAt {
			l.Left = 0
		}
		add(&total, "connects_balance", &balance, lots[i].Left)
	}
	return lots, balance, total.err()
}

func connectsHistory(r *projection.FreelancerRecord, asOf event.Time) []ConnectsEntry {
	history := []ConnectsEntry{}
	for i := range r.Connects {
		m := r.Connects[i] // a copy, since answers outlive a view
		if !m.By(asOf) {
			continue
		}
		e := ConnectsEntry{At: m.At, Position: m.Position, Kind: m.Kind, Amount: m.Amount, Lot: m.Lot}
		switch m.Kind {
		case projection.ConnectsSpent:
			e.Proposal, e.Job = &m.Proposal, &m.Job
		case projection.ConnectsReturned:
			e.Proposal = &m.Proposal
		}
		history = append(history, e)
	}
	return history
}
