package market

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// connectsLot is what is left of a lot of Connects.
type connectsLot struct {
	number  int
	left    event.Connects
	expires event.Time
}

// connects moves a freelancer's Connects a few times: lots that begin, of which some run
// out soon, and what goes out of them.
func (m *Market) connects(freelancer uuid.UUID) {
	at, stream := m.moment(), event.FreelancerStream(freelancer)
	var lots []connectsLot
	var spent event.ConnectsSpent // what did not come back
	begin := func() (int, event.Connects, event.Time) {
		l := connectsLot{len(lots) + 1, event.Connects(1 + m.IntN(60)), at.AddDays(1 + m.IntN(400))}
		lots = append(lots, l)
		return l.number, l.left, l.expires
	}
	for range m.IntN(20) {
		at += event.Time(m.IntN(40 * 24 * 3600))
		switch m.IntN(7) {
		case 0:
			lot, amount, expires := begin()
			m.add(at, stream, &event.ConnectsGranted{Lot: lot, Amount: amount, Reason: event.GrantMonthly, Month: at.Month(), ExpiresAt: expires})
		case 1:
			lot, amount, expires := begin()
			m.add(at, stream, &event.ConnectsGranted{Lot: lot, Amount: amount, Reason: event.GrantOther, ExpiresAt: expires})
		case 2:
			lot, amount, expires := begin()
			m.add(at, stream, &event.ConnectsPurchased{Lot: lot, Amount: amount, ExpiresAt: expires})
		case 3:
			if spent.Amount > 0 {
				lots = append(lots, connectsLot{len(lots) + 1, spent.Amount, at.AddMonths(12)})
				m.add(at, stream, &event.ConnectsReturned{Proposal: spent.Proposal, Lot: len(lots), Amount: spent.Amount, ExpiresAt: at.AddMonths(12)})
				spent.Amount = 0
			}
		default:
			m.moveConnects(at, stream, lots, &spent)
		}
	}
}

// moveConnects takes something out of the first lot that has something left, and keeps
// what it spent.
func (m *Market) moveConnects(at event.Time, stream string, lots []connectsLot, spent *event.ConnectsSpent) {
	for i := range lots {
		l := &lots[i]
		switch {
		case l.left == 0:
			continue
		case at >= l.expires:
			m.add(at, stream, &event.ConnectsExpired{Lot: l.number, Amount: l.left})
			l.left = 0
		default:
			e := event.ConnectsSpent{Proposal: m.ID(), Job: m.ID(), Lot: l.number, Amount: min(l.left, event.Connects(1+m.IntN(16)))}
			l.left -= e.Amount
			m.add(at, stream, &event.JobApplied{Job: e.Job, Proposal: e.Proposal, Connects: e.Amount}, &e)
			*spent = e
		}
		return
	}
}
