package aggregate

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// ledger is the money of one contract, kept from its events alone and without
// a look at the aggregate: accounts that amounts move between.
type ledger struct {
	funded, released, refunded  event.Money
	hours, bonuses, givenBack   event.Money
	held                        map[uuid.UUID]event.Money // by milestone
	amount                      map[uuid.UUID]event.Money // agreed, by milestone
	disputed                    map[uuid.UUID]*event.DisputeOpened
	invoiced                    map[event.Week]event.Money
	hoursPaid, hoursRefused     map[event.Week]event.Money
	owedFreelancer, owedClients event.Money // of a resolution whose money is yet to move
}

func newLedger() *ledger {
	return &ledger{held: map[uuid.UUID]event.Money{}, amount: map[uuid.UUID]event.Money{}, disputed: map[uuid.UUID]*event.DisputeOpened{},
		invoiced: map[event.Week]event.Money{}, hoursPaid: map[event.Week]event.Money{}, hoursRefused: map[event.Week]event.Money{}}
}

func (l *ledger) inEscrow() event.Money {
	var total event.Money
	for _, held := range l.held {
		total += held
	}
	return total
}

func (l *ledger) paid() event.Money { return l.released + l.hours + l.bonuses - l.givenBack }

func (l *ledger) book(t require.TestingT, e event.Event) {
	if _, moves := e.(*event.MilestoneReleased); !moves {
		require.Zero(t, l.owedFreelancer, "a resolution's releases follow it at once: %s", e.EventType())
	}
	switch e := e.(type) {
	case *event.MilestoneAdded:
		l.amount[e.Milestone] = e.Amount
	case *event.MilestoneFunded:
		require.Equal(t, l.amount[e.Milestone], e.Amount, "funded in full")
		l.funded += e.Amount
		l.held[e.Milestone] += e.Amount
	case *event.MilestoneReleased:
		require.Positive(t, e.Amount)
		l.released += e.Amount
		l.held[e.Milestone] -= e.Amount
		if e.Cause == event.ReleasedByDispute {
			l.owedFreelancer -= e.Amount
			require.GreaterOrEqual(t, l.owedFreelancer, event.Money(0))
		}
	case *event.EscrowRefunded:
		require.Positive(t, e.Amount)
		l.refunded += e.Amount
		l.held[e.Milestone] -= e.Amount
		if e.Cause == event.RefundByDispute {
			l.owedClients -= e.Amount
			require.GreaterOrEqual(t, l.owedClients, event.Money(0))
		}
	case *event.DisputeOpened:
		l.disputed[e.Dispute] = e
		if held := l.inEscrow(); held > 0 {
			require.LessOrEqual(t, e.Amount, held)
		}
	case *event.DisputeResolved:
		require.Equal(t, l.disputed[e.Dispute].Amount, e.ToFreelancer+e.ToClient)
		if l.inEscrow() > 0 {
			l.owedFreelancer, l.owedClients = e.ToFreelancer, e.ToClient
		}
	case *event.DisputeAnswered:
		if e.Answer == event.AnswerAccept {
			l.owe(l.disputed[e.Dispute])
		}
	case *event.DisputeLapsed:
		l.owe(l.disputed[e.Dispute])
	case *event.HoursRefused:
		require.Positive(t, e.Amount)
		l.hoursRefused[e.Week] += e.Amount
		require.Zero(t, l.hoursPaid[e.Week], "hours are refused before the rest is paid")
		require.LessOrEqual(t, l.hoursRefused[e.Week], l.invoiced[e.Week])
	case *event.HoursPaid:
		require.Positive(t, e.Amount)
		l.hours += e.Amount
		l.hoursPaid[e.Week] += e.Amount
		require.Equal(t, l.invoiced[e.Week], l.hoursPaid[e.Week]+l.hoursRefused[e.Week], "nothing stays open")
	case *event.BonusPaid:
		require.Positive(t, e.Amount)
		l.bonuses += e.Amount
	case *event.RefundGiven:
		require.Positive(t, e.Amount)
		l.givenBack += e.Amount
	case *event.ContractEnded:
		require.Zero(t, l.inEscrow(), "an ended contract holds no escrow")
	}
	for m, held := range l.held {
		require.GreaterOrEqual(t, held, event.Money(0), "milestone %v", m)
	}
	require.Equal(t, l.funded, l.released+l.refunded+l.inEscrow(), "funded = released + refunded + held")
	require.GreaterOrEqual(t, l.paid(), event.Money(0), "paid is never below 0")
}

// owe is what a dispute over escrow comes to for who opened it.
func (l *ledger) owe(p *event.DisputeOpened) {
	switch p.OnLapse {
	case event.LapseReleases:
		l.owedFreelancer = p.Amount
	case event.LapseRefunds:
		l.owedClients = p.Amount
	}
}

// agree compares the aggregate's books with the ledger's.
func (l *ledger) agree(t require.TestingT, c *contractAggregate) {
	x := &c.escrow
	require.Equal(t, []event.Money{l.funded, l.released, l.refunded, l.inEscrow(), l.paid()},
		[]event.Money{x.funded, x.released, x.refunded, x.held, c.paid()})
	require.Equal(t, x.funded, x.released+x.refunded+x.held)
	for _, m := range x.milestones {
		require.Equal(t, l.held[m.id], m.held)
		require.Equal(t, m.held > 0, m.state != milestoneUnfunded && m.state != milestoneClosed)
	}
}

// TestConservationIsAsserted: the assertion that every movement of escrow runs
// through fails for books out of order, whichever line is wrong.
func TestConservationIsAsserted(t *testing.T) {
	e := release(funded, 40, event.ReleasedByClient)
	require.NoError(t, (&escrow{funded: 100, released: 40, refunded: 10, held: 50}).check(e, &milestone{held: 50}, 40))
	for name, books := range map[string]struct {
		escrow escrow
		left   event.Money
		amount event.Money
	}{
		"money appears":             {escrow{funded: 100, released: 41, refunded: 10, held: 50}, 50, 40},
		"money disappears":          {escrow{funded: 100, released: 40, refunded: 10, held: 49}, 49, 40},
		"escrow below 0":            {escrow{funded: 100, released: 110, held: -10}, 0, 40},
		"a milestone below 0":       {escrow{funded: 100, released: 40, refunded: 10, held: 50}, -1, 40},
		"nothing moves":             {escrow{funded: 100, released: 40, refunded: 10, held: 50}, 50, 0},
		"money moves the wrong way": {escrow{funded: 100, released: 40, refunded: 10, held: 50}, 50, -1},
	} {
		var broken *InvariantError
		require.ErrorAs(t, books.escrow.check(e, &milestone{held: books.left}, books.amount), &broken, name)
	}
}
