package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// PayWeek pays an invoiced week, less what was refused of it: the timer when its review
// is over, or the platform after a dispute over it.
type PayWeek struct {
	Contract uuid.UUID   `json:"contract"`
	Week     event.Week  `json:"week"`
	Actor    event.Actor `json:"actor,omitzero"` // timer, the default, or platform
}

func (c PayWeek) stream() string { return event.ContractStream(c.Contract) }

func (c PayWeek) validate() error {
	return oneOf(validateWeek(c, c.Contract, c.Week), "actor", payer(c.Actor), event.ActorTimer, event.ActorPlatform).err()
}

func payer(a event.Actor) event.Actor {
	if a == "" {
		return event.ActorTimer
	}
	return a
}

func (c PayWeek) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	w, err := existing[*workWeekAggregate](d, event.WorkWeekStream(c.Contract, c.Week))
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(k); err != nil {
		return nil, err
	}
	d.actor = payer(c.Actor)
	if d.actor == event.ActorPlatform && !k.disputes.touched(c.Week) {
		return nil, d.reject(WrongState, "the platform pays a week only after a dispute over it")
	}
	if p := k.disputes.blocking(c.Week); p != nil {
		return nil, d.reject(DisputeOpen, "dispute %v is open", p.id)
	}
	week := k.weeks[c.Week]
	left := w.amount - week.refused
	switch {
	case !w.invoiced:
		return nil, d.reject(WrongState, "week %v is not invoiced", c.Week)
	case week.paid:
		return nil, d.reject(WrongState, "week %v is paid", c.Week)
	case left <= 0:
		return nil, d.reject(WrongState, "week %v has nothing left to pay", c.Week)
	case d.actor == event.ActorTimer && d.at < w.reviewEndsAt:
		return nil, d.reject(TooEarly, "the week is under review until %v", w.reviewEndsAt)
	case !k.fits(left):
		return nil, d.reject(InvalidAmount, "the contract's sums would leave 64 bits")
	}
	return []event.Event{&event.HoursPaid{Week: c.Week, Minutes: w.minutesOf(left), Amount: left}}, nil
}
