package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

type disputeState uint8

const (
	disputeOpen     disputeState = iota
	disputeAnswered              // as open, but it does not lapse
	disputeAccepted              // final, like all that follow
	disputeLapsed
	disputeResolved
	disputeCancelled
)

// dispute is one dispute over a fixed-price contract or over a week of an hourly one.
type dispute struct {
	id        uuid.UUID
	by        event.Side
	week      event.Week // none on fixed price, nor of the first edition
	amount    event.Money
	respondBy event.Time
	onLapse   event.DisputeLapse // none of the first edition
	state     disputeState
}

func (p *dispute) open() bool { return p.state <= disputeAnswered }

// bare reports whether the dispute is one of the first edition. On an hourly contract
// it is over all weeks, as far as their payment goes (fine print C6).
func (p *dispute) bare() bool { return p.onLapse == "" }

// refuses reports whether the dispute ended so that hours are refused for the cause.
func (p *dispute) refuses(cause event.RefusalCause) bool {
	switch p.state {
	case disputeAccepted:
		return cause == event.RefusedAccepted
	case disputeLapsed:
		return cause == event.RefusedLapsed
	case disputeResolved:
		return cause == event.RefusedRuled
	}
	return false
}

// disputes of a contract, in the order in which they were opened.
type disputes struct {
	all []*dispute
}

// last is the newest dispute of which something holds.
func (x *disputes) last(holds func(*dispute) bool) *dispute {
	for i := len(x.all) - 1; i >= 0; i-- {
		if holds(x.all[i]) {
			return x.all[i]
		}
	}
	return nil
}

func (x *disputes) find(id uuid.UUID) *dispute {
	return x.last(func(p *dispute) bool { return p.id == id })
}

// open is one that is open.
func (x *disputes) open() *dispute { return x.last((*dispute).open) }

// over is the one over a week that was not cancelled: there is no second.
func (x *disputes) over(w event.Week) *dispute {
	return x.last(func(p *dispute) bool { return p.week == w && p.state != disputeCancelled })
}

// blocking is an open one that keeps a week of an hourly contract from being paid.
func (x *disputes) blocking(w event.Week) *dispute {
	return x.last(func(p *dispute) bool { return p.open() && (p.week == w || p.bare()) })
}

// touched reports whether a week of an hourly contract was ever disputed.
func (x *disputes) touched(w event.Week) bool {
	return x.last(func(p *dispute) bool { return p.week == w || p.bare() }) != nil
}

func (x *disputes) clone() disputes {
	copied := disputes{all: make([]*dispute, len(x.all))}
	for i, p := range x.all {
		mine := *p
		copied.all[i] = &mine
	}
	return copied
}

func (x *disputes) evolve(e event.Event) error {
	switch e := e.(type) {
	case *event.DisputeOpened:
		if x.find(e.Dispute) != nil || e.Amount <= 0 {
			return invariantError(e, "a dispute has this id, or there is no amount")
		}
		x.all = append(x.all, &dispute{
			id: e.Dispute, by: e.By, week: e.Week, amount: e.Amount, respondBy: e.RespondBy, onLapse: e.OnLapse,
		})
	case *event.DisputeAnswered:
		p := x.find(e.Dispute)
		if p == nil || p.state != disputeOpen {
			return invariantError(e, "dispute %v is not open, or was answered", e.Dispute)
		}
		p.state = disputeAnswered
		if e.Answer == event.AnswerAccept && !p.bare() {
			p.state = disputeAccepted
		}
	case *event.DisputeLapsed:
		return x.close(e, e.Dispute, disputeLapsed, func(p *dispute) bool { return p.state == disputeOpen })
	case *event.SettlementProposed:
		p := x.find(e.Dispute)
		return ensure(p != nil && p.open() && p.splits(e.ToFreelancer, e.ToClient), e, "the dispute is not open, or its shares do not add up")
	case *event.DisputeResolved:
		return x.close(e, e.Dispute, disputeResolved, func(p *dispute) bool { return p.splits(e.ToFreelancer, e.ToClient) })
	case *event.DisputeCancelled:
		return x.close(e, e.Dispute, disputeCancelled, func(*dispute) bool { return true })
	}
	return nil
}

// close ends an open dispute of which something holds.
func (x *disputes) close(e event.Event, id uuid.UUID, state disputeState, holds func(*dispute) bool) error {
	p := x.find(id)
	if p == nil || !p.open() || !holds(p) {
		return invariantError(e, "dispute %v is not open, was answered, or its shares do not add up", id)
	}
	p.state = state
	return nil
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
