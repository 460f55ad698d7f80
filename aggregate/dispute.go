package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// dispute is one dispute over a contract. A closed one has lapsed, was resolved
// or cancelled.
type dispute struct {
	id        uuid.UUID
	by        event.Side
	amount    event.Money
	respondBy event.Time
	answered  bool
	closed    bool
}

// disputes of a contract: at most one is open at a time.
type disputes struct {
	all  []*dispute
	open *dispute
}

func (x *disputes) find(id uuid.UUID) *dispute {
	for _, p := range x.all {
		if p.id == id {
			return p
		}
	}
	return nil
}

func (x *disputes) clone() disputes {
	copied := disputes{all: make([]*dispute, len(x.all))}
	for i, p := range x.all {
		mine := *p
		copied.all[i] = &mine
		if p == x.open {
			copied.open = &mine
		}
	}
	return copied
}

func (x *disputes) evolve(e event.Event) error {
	var id uuid.UUID
	answers, closes, fits := false, false, true
	switch e := e.(type) {
	case *event.DisputeOpened:
		if x.open != nil || x.find(e.Dispute) != nil || e.Amount <= 0 {
			return invariantError(e, "a dispute is open, or has this id, or there is no amount")
		}
		x.open = &dispute{id: e.Dispute, by: e.By, amount: e.Amount, respondBy: e.RespondBy}
		x.all = append(x.all, x.open)
		return nil
	case *event.DisputeAnswered:
		id, answers = e.Dispute, true
	case *event.SettlementProposed:
		id, fits = e.Dispute, x.shares(e.ToFreelancer, e.ToClient)
	case *event.DisputeLapsed:
		id, closes, fits = e.Dispute, true, x.open != nil && !x.open.answered
	case *event.DisputeResolved:
		id, closes, fits = e.Dispute, true, x.shares(e.ToFreelancer, e.ToClient)
	case *event.DisputeCancelled:
		id, closes = e.Dispute, true
	}
	if x.open == nil || x.open.id != id || !fits || (answers && x.open.answered) {
		return invariantError(e, "dispute %v is not open, was answered, or its shares do not add up", id)
	}
	x.open.answered = x.open.answered || answers
	if closes {
		x.open.closed = true
		x.open = nil
	}
	return nil
}

// shares reports whether two shares make up the amount of the open dispute.
func (x *disputes) shares(toFreelancer, toClient event.Money) bool {
	return x.open != nil && x.open.splits(toFreelancer, toClient)
}

func (p *dispute) splits(toFreelancer, toClient event.Money) bool {
	total, ok := sum(toFreelancer, toClient)
	return ok && toFreelancer >= 0 && toClient >= 0 && total == p.amount
}

func (p *dispute) other() event.Side {
	if p.by == event.SideClient {
		return event.SideFreelancer
	}
	return event.SideClient
}
