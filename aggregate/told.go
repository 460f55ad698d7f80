package aggregate

import (
	"cmp"

	"github.com/marketcore/marketplace/event"
)

// without is a period that never ends.
const without = 1 << 30

// told are terms in which periods that are 0 are what the deadlines of events say,
// at least 1. A deadline that no period leads to is not what they come to then. A moment
// of contact that is not set is the interview where the events have one, else later.
func (t Terms) told(at event.Time, events []event.Event) Terms {
	unknown := func(period *int, told int) {
		if *period == 0 {
			*period = max(told, 1)
		}
	}
	for _, e := range events {
		switch e := e.(type) {
		case *event.InviteSent:
			unknown(&t.InviteDays, days(at, e.ExpiresAt))
		case *event.WorkSubmitted:
			unknown(&t.AutoReleaseDays, days(at, e.AutoReleaseAt))
		case *event.EscrowRefundRequested:
			unknown(&t.EscrowRefundDays, days(at, e.RespondBy))
		case *event.DisputeOpened:
			if (e.Week == event.Week{}) {
				unknown(&t.DisputeAnswerDays, days(at, e.RespondBy))
			} else {
				unknown(&t.WeekDisputeAnswerDays, days(at, e.RespondBy))
			}
		case *event.ContractOffered:
			unknown(&t.OfferDays, days(at, e.ExpiresAt))
		case *event.ContractEnded:
			unknown(&t.FeedbackDays, days(at.Date().Start(), e.FeedbackClosesAt)-1)
			unknown(&t.ResponseDays, days(at.Date().Start(), e.ResponsesCloseAt)-1)
		case *event.FeedbackChangeEnabled:
			unknown(&t.FeedbackChangeDays, days(at, e.ChangeClosesAt))
		case *event.ContactExchanged:
			t.ContactAt = cmp.Or(t.ContactAt, ContactAtInterview)
		case *event.OfferMade:
			unknown(&t.OfferDays, days(at, e.ExpiresAt))
		case *event.ConnectsGranted:
			unknown(&t.ConnectsMonths, months(at, e.ExpiresAt))
		case *event.ConnectsPurchased:
			unknown(&t.ConnectsMonths, months(at, e.ExpiresAt))
		case *event.ConnectsReturned:
			unknown(&t.ConnectsMonths, months(at, e.ExpiresAt))
		}
	}
	unknown(&t.DisputeDays, without)
	t.ContactAt = cmp.Or(t.ContactAt, ContactAtContract)
	return t
}

// days are the days of 24 hours from a moment to another, a part of one being one:
// the last second of the year 9999 stands for all that would be later.
func days(from, to event.Time) int {
	const day = 24 * 3600
	return int((to - from + day - 1) / day)
}

// months are the calendar months from a moment to another, a part of one being one
// (see days).
func months(from, to event.Time) int {
	a, b := from.Std(), to.Std()
	n := 12*(b.Year()-a.Year()) + int(b.Month()-a.Month())
	if from.AddMonths(n) < to {
		n++
	}
	return n
}
