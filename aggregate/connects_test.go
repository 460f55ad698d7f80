package aggregate

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

func TestConnects(t *testing.T) {
	late, later := after(10, 0), after(20, 0)
	three := posted.and(freelancerDid(t0, granted(1, 4, later), granted(2, 1, late), granted(3, 4, later), granted(4, 9, aYearOn)))
	gone := three.and(freelancerDid(late, &event.ConnectsExpired{Lot: 2, Amount: 1}))
	purchased := &event.ConnectsPurchased{Lot: 2, Amount: 3, ExpiresAt: aYearOn}
	grant := GrantConnects{Freelancer: freelancer, N: 10}
	of := func(change func(*GrantConnects)) GrantConnects { return edited(grant, change) }
	leapDay := on("2016-02-29T23:59:59Z")
	takes := func(lots ...*event.ConnectsSpent) []event.Event {
		all := []event.Event{applying(6)}
		for _, l := range lots {
			all = append(all, l)
		}
		return all
	}
	given10 := func(reason event.GrantReason) *event.ConnectsGranted {
		return editedEvent(granted(1, 10, aYearOn), func(e *event.ConnectsGranted) { e.Reason = reason })
	}

	table{
		"a grant makes a lot":             given(accounts).when(t0, grant).then(granted(1, 10, aYearOn)).by(event.ActorPlatform),
		"for a reason":                    given(accounts).when(t0, of(func(c *GrantConnects) { c.Reason = event.GrantSignup })).then(given10(event.GrantSignup)),
		"until a moment":                  given(accounts).when(t0, of(func(c *GrantConnects) { c.ExpiresAt = &late })).then(granted(1, 10, late)),
		"N1 not until now":                given(accounts).when(late, of(func(c *GrantConnects) { c.ExpiresAt = &late })).rejected(Invalid),
		"N1 until a second later":         given(accounts).when(late-1, of(func(c *GrantConnects) { c.ExpiresAt = &late })).then(granted(1, 10, late)),
		"an allowance":                    given(accounts).when(t0, monthly).then(allowance(1, "2016-01")),
		"M1 an allowance once":            given(accounts, freelancerDid(t0, allowance(1, "2016-01"))).when(t0, monthly).rejected(AlreadyGiven),
		"M1 for each month":               given(accounts, freelancerDid(t0, allowance(1, "2015-12"))).when(t0, monthly).then(allowance(2, "2016-01")),
		"N1 of a month to come":           given(accounts).when(t0, edited(monthly, func(c *GrantConnects) { c.Month = "2016-02" })).rejected(Invalid),
		"N1 in the month's first second":  given(accounts).when(on("2016-02-01T00:00:00Z"), edited(monthly, func(c *GrantConnects) { c.Month, c.ExpiresAt = "2016-02", ptr(aYearOn) })).then(allowance(1, "2016-02")),
		"N1 not a second before":          given(accounts).when(on("2016-01-31T23:59:59Z"), edited(monthly, func(c *GrantConnects) { c.Month, c.ExpiresAt = "2016-02", ptr(aYearOn) })).rejected(Invalid),
		"N1 monthly of no month":          given(accounts).when(t0, edited(monthly, func(c *GrantConnects) { c.Month = "" })).rejected(Invalid),
		"N1 a month of a bonus":           given(accounts).when(t0, edited(monthly, func(c *GrantConnects) { c.Reason = event.GrantBonus })).rejected(Invalid),
		"N1 a month that is none":         given(accounts).when(t0, edited(monthly, func(c *GrantConnects) { c.Month = "2015-13" })).rejected(Invalid),
		"D4 to a suspended freelancer":    given(accounts, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, grant).then(granted(1, 10, aYearOn)),
		"a purchase makes the next":       given(able).when(t0, PurchaseConnects{freelancer, 3}).then(purchased).by(event.ActorFreelancer),
		"lots are numbered for good":      given(able, freelancerDid(t0, spent(1, 10))).when(t0, PurchaseConnects{freelancer, 3}).then(purchased),
		"a year is twelve months":         given(accounts).when(leapDay, of(func(c *GrantConnects) { c.N = 1 })).then(granted(1, 1, on("2017-02-28T23:59:59Z"))),
		"the first to expire goes first":  given(three).when(t0, apply).then(takes(spent(2, 1), spent(1, 4), spent(3, 1))...).by(event.ActorFreelancer),
		"N5 not what ends in this second": given(three).when(late, apply).then(takes(spent(1, 4), spent(3, 2))...),
		"N5 but in the one before":        given(three).when(late-1, apply).then(takes(spent(2, 1), spent(1, 4), spent(3, 1))...),
		"nor when the timer has said so":  given(gone).when(late, apply).then(takes(spent(1, 4), spent(3, 2))...),
		"nor what else has":               given(three).when(later, apply).then(takes(spent(4, 6))...),
		"a lot expires with what is left": given(paid).when(aYearOn, ExpireConnects{freelancer, 1}).then(&event.ConnectsExpired{Lot: 1, Amount: 4}).by(event.ActorTimer),
		"C3 not a second before":          given(paid).when(aYearOn-1, ExpireConnects{freelancer, 1}).rejected(TooEarly),
		"nothing is left of a spent lot":  given(able, freelancerDid(t0, spent(1, 10))).when(aYearOn, ExpireConnects{freelancer, 1}).rejected(WrongState),
		"M1 nothing is left of it early":  given(able, freelancerDid(t0, spent(1, 10))).when(t0, ExpireConnects{freelancer, 1}).rejected(WrongState),
		"an expired lot does not again":   given(gone).when(late, ExpireConnects{freelancer, 2}).rejected(WrongState),
		"there is no such lot":            given(gone).when(late, ExpireConnects{freelancer, 5}).rejected(NotFound),
		"M1 no such lot before a clock":   given(gone).when(t0, ExpireConnects{freelancer, 5}).rejected(NotFound),
		"C4 an expiry beyond the calendar": given(accounts).when(on("9999-12-31T00:00:00Z"), of(func(c *GrantConnects) { c.N = 1 })).
			then(granted(1, 1, on("9999-12-31T23:59:59Z"))),
	}.run(t)
}

// TestReturnConnects is when Connects come back: the client cancelled the job
// before a hire, or it was removed for the terms of service (fine print N6).
func TestReturnConnects(t *testing.T) {
	back := ReturnConnects{freelancer, proposal}
	hired := offerOpen.and(proposalSaw(t0, &event.OfferAccepted{Contract: proposal}))
	cancelled := closedJob(event.CloseCancelled)
	later := func(at event.Time, e event.Event) fact { return proposalSaw(at, e) }
	gone, declined, hires := &event.ProposalWithdrawn{}, &event.ProposalDeclined{}, &event.OfferAccepted{Contract: proposal}
	others := proposing(event.ViaProposal, 6)
	others.Freelancer = nobody
	again := freelancerDid(t0, returned(2, 6, aYearOn))
	late := after(400, 0)
	comes := func(past ...past) test {
		return given(past...).when(t0.AddDays(1), back).then(returned(2, 6, aYearOn.AddDays(1)))
	}
	stays := func(past ...past) test { return given(past...).when(t0.AddDays(1), back).rejected(WrongState) }

	table{
		"N6 the job was cancelled":                given(proposed, cancelled).when(t0, back).then(returned(2, 6, aYearOn)).by(event.ActorPlatform),
		"N6 its client was barred":                comes(proposed, closedJob(event.CloseSanctioned)),
		"N6 taken up":                             comes(interviewing, cancelled),
		"N6 with an offer open":                   comes(offerOpen, cancelled),
		"N6 it was removed for tos":               comes(proposed, removedJob(event.RemoveTOS)),
		"N6 removed for tos after a hire":         comes(hired, removedJob(event.RemoveTOS)),
		"N6 removed for tos though it expired":    comes(proposed, closedJob(event.CloseExpired), removedJob(event.RemoveTOS)),
		"N6 cancelled, then removed for another":  comes(proposed, cancelled, removedJob(event.RemoveOther)),
		"N6 withdrawn a second after the end":     comes(proposed, cancelled, later(t0+1, gone)),
		"N6 declined a second after the end":      comes(proposed, cancelled, later(t0+1, declined)),
		"N6 hired a second after the end":         comes(offerOpen, cancelled, later(t0+1, hires)),
		"N6 withdrawn in the second of the end":   stays(proposed, cancelled, later(t0, gone)),
		"N6 declined in the second of the end":    stays(proposed, cancelled, later(t0, declined)),
		"N6 hired in the second of the end":       stays(offerOpen, cancelled, later(t0, hires)),
		"N6 withdrawn before a removal for tos":   stays(proposed, later(t0, gone), removedJob(event.RemoveTOS)),
		"N6 declined before a removal for tos":    stays(proposed, later(t0, declined), removedJob(event.RemoveTOS)),
		"N6 withdrawn before one of two ends":     comes(proposed, cancelled, later(t0+1, gone), jobSaw(t0+2, &event.JobRemoved{Reason: event.RemoveTOS})),
		"N6 hired before the bar, then tos":       comes(hired, closedJob(event.CloseSanctioned), removedJob(event.RemoveTOS)),
		"N6 submitted after the end":              comes(paid, cancelled, proposalSaw(t0+1, proposing(event.ViaProposal, 6))),
		"N6 the proposal never came to be":        comes(paid),
		"N6 its id was another's":                 comes(paid, proposalSaw(t0, others)),
		"it expires a year after it came back":    given(proposed, cancelled).when(late, back).then(returned(2, 6, late.AddMonths(12))),
		"once":                                    stays(proposed, cancelled, again),
		"once, if it never came to be":            stays(paid, again),
		"N6 not of an open job":                   stays(proposed),
		"N6 not when the job expired":             stays(proposed, closedJob(event.CloseExpired)),
		"N6 not when it was filled":               stays(proposed, closedJob(event.CloseFilled)),
		"N6 not when it was removed for another":  stays(proposed, removedJob(event.RemoveOther)),
		"N6 not on withdrawal":                    stays(proposed, later(t0, gone)),
		"N6 not on decline":                       stays(proposed, later(t0, declined)),
		"N6 not when it led to the hire":          stays(hired, cancelled),
		"M1 not of a free proposal":               given(posted, proposalSaw(t0, proposing(event.ViaInvite, 0)), cancelled).when(t0, back).rejected(NotFound),
		"M1 not of an application that cost none": given(posted, freelancerDid(t0, applying(0)), cancelled).when(t0, back).rejected(NotFound),
		"M1 not what another paid":                given(proposed, cancelled, fact{event.FreelancerStream(nobody), t0, events{&event.FreelancerRegistered{}}}).when(t0, ReturnConnects{nobody, proposal}).rejected(NotFound),
		"several lots come back as one":           given(able, freelancerDid(t0, granted(2, 9, aYearOn), applying(6), spent(1, 4), spent(2, 2))).when(t0, back).then(returned(3, 6, aYearOn)),
		"what is paid again comes back again":     given(paid, again, freelancerDid(t0, applying(6), spent(2, 6))).when(t0, back).then(returned(3, 6, aYearOn)),
		"and is what was paid the second time":    given(paid, again, freelancerDid(t0, applying(5), spent(2, 5))).when(t0, back).then(returned(3, 5, aYearOn)),
		"S1 what the first edition spent":         given(able, freelancerDid(t0, granted(2, 9, aYearOn), spent(1, 4), spent(2, 2))).when(t0, back).then(returned(3, 6, aYearOn)),
		"C3 a refund of Connects long expired":    given(proposed, cancelled, freelancerDid(aYearOn, &event.ConnectsExpired{Lot: 1, Amount: 4})).when(aYearOn, back).then(returned(2, 6, aYearOn.AddMonths(12))),
		"C2 checked against the account's time":   given(proposed, cancelled, freelancerDid(late, &event.PhoneVerified{})).when(late-1, back).rejected(OutOfOrder),
	}.run(t)
}

// wallet is the Connects of one account, kept from its events alone and without
// a look at the aggregate.
type wallet struct {
	granted, purchased, returned, spent, expired event.Connects
	lots                                         map[int]lot
	on                                           map[uuid.UUID]event.Connects // by proposal, what did not come back
}

func newWallet() *wallet {
	return &wallet{lots: map[int]lot{}, on: map[uuid.UUID]event.Connects{}}
}

func (w *wallet) held() (total event.Connects) {
	for _, l := range w.lots {
		total += l.left
	}
	return total
}

// book books one event and checks that it may be: no lot goes below 0, and no
// Connects are spent while some that expire earlier are there.
func (w *wallet) book(t require.TestingT, at event.Time, e event.Event) {
	receive := func(sum *event.Connects, number int, amount event.Connects, expires event.Time) {
		require.NotContains(t, w.lots, number)
		require.Positive(t, amount)
		require.Greater(t, expires, at)
		*sum += amount
		w.lots[number] = lot{number, amount, expires}
	}
	take := func(sum *event.Connects, number int, amount event.Connects) {
		l := w.lots[number]
		require.Positive(t, amount)
		require.GreaterOrEqual(t, l.left, amount)
		*sum += amount
		l.left -= amount
		w.lots[number] = l
	}
	switch e := e.(type) {
	case *event.ConnectsGranted:
		receive(&w.granted, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsPurchased:
		receive(&w.purchased, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsReturned:
		require.Equal(t, w.on[e.Proposal], e.Amount)
		w.on[e.Proposal] = 0
		receive(&w.returned, e.Lot, e.Amount, e.ExpiresAt)
	case *event.ConnectsSpent:
		expires := w.lots[e.Lot].expiresAt
		require.Less(t, at, expires, "spent in time")
		for _, l := range w.lots {
			if l.left > 0 && at < l.expiresAt {
				require.GreaterOrEqual(t, l.expiresAt, expires, "first-expiring first")
			}
		}
		w.on[e.Proposal] += e.Amount
		take(&w.spent, e.Lot, e.Amount)
	case *event.ConnectsExpired:
		require.GreaterOrEqual(t, at, w.lots[e.Lot].expiresAt)
		require.Equal(t, w.lots[e.Lot].left, e.Amount, "with all that is left")
		take(&w.expired, e.Lot, e.Amount)
	}
	require.Equal(t, w.granted+w.purchased+w.returned, w.spent+w.expired+w.held(), "granted + purchased + returned = spent + expired + held")
}

func (w *wallet) agree(t require.TestingT, f *freelancerAggregate) {
	x := &f.connects
	require.Equal(t, []event.Connects{w.granted + w.purchased + w.returned, w.spent + w.expired}, []event.Connects{x.received, x.gone})
	var held event.Connects
	for _, l := range x.lots {
		require.Equal(t, w.lots[l.number], l)
		held += l.left
	}
	require.Equal(t, w.held(), held)
	for p, amount := range w.on {
		a, stands := x.applied(p)
		require.True(t, stands || amount == 0, "what was spent is an application's")
		if stands {
			require.Equal(t, amount, a.spent)
			require.LessOrEqual(t, a.spent, a.price)
		}
	}
}

// TestConnectsConservation is the law over random histories of jobs, proposals
// and Connects: at every event, granted + purchased + returned = spent + expired
// + held, nothing is below 0, and every proposal was paid or answers an invite.
func TestConnectsConservation(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		newHistory(t, seen).live(generator{40, mostlyFixed}, themes["hiring"], 150)
	})
	reached(t, seen,
		"ConnectsPurchased", "ConnectsSpent", "ConnectsReturned", "ConnectsExpired", "ProposalSubmitted", "ProposalWithdrawn", "ProposalDeclined",
		"JobApplied", "InterviewStarted", "InterviewHeld", "OfferAccepted", "OfferDeclined", "OfferExpired", "JobClosed", "JobRemoved", string(NotEnoughConnects))
}

// TestConnectsAreAsserted: the assertion that every movement of Connects runs
// through fails for books out of order.
func TestConnectsAreAsserted(t *testing.T) {
	e := spent(1, 6)
	require.NoError(t, (&connects{received: 10, gone: 6, lots: []lot{{1, 4, aYearOn}}}).check(e))
	for name, books := range map[string]connects{
		"Connects appear":    {received: 10, gone: 6, lots: []lot{{1, 5, aYearOn}}},
		"Connects disappear": {received: 10, gone: 6, lots: []lot{{1, 3, aYearOn}}},
	} {
		var broken *InvariantError
		require.ErrorAs(t, books.check(e), &broken, name)
	}
}
