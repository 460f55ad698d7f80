package aggregate

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
)

func TestConnects(t *testing.T) {
	other := uuid.MustParse("60000000-0000-4000-8000-000000000009")
	late, later := after(10, 0), after(20, 0)
	three := posted.and(freelancerDid(t0, granted(1, 4, later), granted(2, 1, late), granted(3, 4, later), granted(4, 9, aYearOn)))
	gone := three.and(freelancerDid(late, &event.ConnectsExpired{Lot: 2, Amount: 1}))
	purchased := &event.ConnectsPurchased{Lot: 2, Amount: 3, ExpiresAt: aYearOn}
	leapDay := on("2016-02-29T23:59:59Z")

	table{
		"a grant makes a lot":             given(accounts).when(t0, GrantConnects{freelancer, 10}).then(granted(1, 10, aYearOn)).by(event.ActorPlatform),
		"a purchase makes the next":       given(able).when(t0, PurchaseConnects{freelancer, 3}).then(purchased).by(event.ActorFreelancer),
		"lots are numbered for good":      given(able, freelancerDid(t0, spent(1, 10))).when(t0, PurchaseConnects{freelancer, 3}).then(purchased),
		"a year is twelve months":         given(accounts).when(leapDay, GrantConnects{freelancer, 1}).then(granted(1, 1, on("2017-02-28T23:59:59Z"))),
		"the first to expire goes first":  given(three).when(t0, spendConnects).then(&event.ConnectsSpent{Proposal: proposal, Job: job, Lot: 2, Amount: 1}, spent(1, 4), spent(3, 1)).by(event.ActorFreelancer),
		"not what has expired":            given(three).when(late, spendConnects).then(spent(1, 4), spent(3, 2)),
		"nor when the timer has said so":  given(gone).when(late, spendConnects).then(spent(1, 4), spent(3, 2)),
		"nor what else has":               given(three).when(later, spendConnects).then(spent(4, 6)),
		"each proposal is paid once":      given(paid).when(t0, spendConnects).rejected(WrongState),
		"another is paid by itself":       given(paid, freelancerDid(t0, granted(2, 2, late))).when(t0, SpendConnects{freelancer, other, job}).then(&event.ConnectsSpent{Proposal: other, Job: job, Lot: 2, Amount: 2}, &event.ConnectsSpent{Proposal: other, Job: job, Lot: 1, Amount: 4}),
		"a lot expires with what is left": given(paid).when(aYearOn, ExpireConnects{freelancer, 1}).then(&event.ConnectsExpired{Lot: 1, Amount: 4}).by(event.ActorTimer),
		"C3 not a second before":          given(paid).when(aYearOn-1, ExpireConnects{freelancer, 1}).rejected(TooEarly),
		"nothing is left of a spent lot":  given(able, freelancerDid(t0, spent(1, 10))).when(aYearOn, ExpireConnects{freelancer, 1}).rejected(WrongState),
		"nothing is left of it early":     given(able, freelancerDid(t0, spent(1, 10))).when(t0, ExpireConnects{freelancer, 1}).rejected(WrongState),
		"an expired lot does not again":   given(gone).when(late, ExpireConnects{freelancer, 2}).rejected(WrongState),
		"there is no such lot":            given(gone).when(late, ExpireConnects{freelancer, 5}).rejected(NotFound),
		"C4 an expiry beyond the calendar": given(accounts).when(on("9999-12-31T00:00:00Z"), GrantConnects{freelancer, 1}).
			then(granted(1, 1, on("9999-12-31T23:59:59Z"))),
	}.run(t)
}

// TestReturnConnects is when Connects come back: the client cancelled the job
// before a hire, or it was removed for the terms of service.
func TestReturnConnects(t *testing.T) {
	back := ReturnConnects{freelancer, proposal}
	closed := func(reason event.CloseReason) fact { return jobSaw(t0, &event.JobClosed{Reason: reason}) }
	removed := func(reason event.RemoveReason) fact { return jobSaw(t0, &event.JobRemoved{Reason: reason}) }
	hired := offerOpen.and(proposalSaw(t0, &event.OfferAccepted{Contract: contract}))
	cancelled := closed(event.CloseCancelled)
	others := proposing(event.ViaProposal, 6)
	others.Freelancer = nobody
	again := freelancerDid(t0, returned(2, 6, aYearOn))
	late := after(400, 0)

	table{
		"the job was cancelled":                 given(proposed, cancelled).when(t0, back).then(returned(2, 6, aYearOn)).by(event.ActorPlatform),
		"in an interview":                       given(interviewing, cancelled).when(t0, back).then(returned(2, 6, aYearOn)),
		"with an offer open":                    given(offerOpen, cancelled).when(t0, back).then(returned(2, 6, aYearOn)),
		"it was removed for tos":                given(proposed, removed(event.RemoveTOS)).when(t0, back).then(returned(2, 6, aYearOn)),
		"removed for tos after a hire":          given(hired, removed(event.RemoveTOS)).when(t0, back).then(returned(2, 6, aYearOn)),
		"removed for tos though it expired":     given(proposed, closed(event.CloseExpired), removed(event.RemoveTOS)).when(t0, back).then(returned(2, 6, aYearOn)),
		"the proposal was withdrawn before":     given(proposed, proposalSaw(t0, &event.ProposalWithdrawn{}), cancelled).when(t0, back).then(returned(2, 6, aYearOn)),
		"it expires a year after it came back":  given(proposed, cancelled).when(late, back).then(returned(2, 6, late.AddMonths(12))),
		"the proposal never came to be":         given(paid).when(t0, back).then(returned(2, 6, aYearOn)),
		"its id was another's":                  given(paid, proposalSaw(t0, others)).when(t0, back).then(returned(2, 6, aYearOn)),
		"once":                                  given(proposed, cancelled, again).when(t0, back).rejected(WrongState),
		"once, if it never came to be":          given(paid, again).when(t0, back).rejected(WrongState),
		"not of an open job":                    given(proposed).when(t0, back).rejected(WrongState),
		"not when the job expired":              given(proposed, closed(event.CloseExpired)).when(t0, back).rejected(WrongState),
		"not when it was filled":                given(proposed, closed(event.CloseFilled)).when(t0, back).rejected(WrongState),
		"not when it was removed for another":   given(proposed, removed(event.RemoveOther)).when(t0, back).rejected(WrongState),
		"not on withdrawal":                     given(proposed, proposalSaw(t0, &event.ProposalWithdrawn{})).when(t0, back).rejected(WrongState),
		"not on decline":                        given(proposed, proposalSaw(t0, &event.ProposalDeclined{})).when(t0, back).rejected(WrongState),
		"not when it led to the hire":           given(hired, cancelled).when(t0, back).rejected(WrongState),
		"not of a free proposal":                given(posted, proposalSaw(t0, proposing(event.ViaInvite, 0)), cancelled).when(t0, back).rejected(NotFound),
		"not what another paid":                 given(proposed, cancelled, fact{event.FreelancerStream(nobody), t0, events{&event.FreelancerRegistered{}}}).when(t0, ReturnConnects{nobody, proposal}).rejected(NotFound),
		"several lots come back as one":         given(able, freelancerDid(t0, granted(2, 9, aYearOn), spent(1, 4), spent(2, 2))).when(t0, back).then(returned(3, 6, aYearOn)),
		"what is paid again comes back again":   given(paid, again, freelancerDid(t0, spent(2, 6))).when(t0, back).then(returned(3, 6, aYearOn)),
		"and is what was paid the second time":  given(paid, again, freelancerDid(t0, spent(2, 5))).when(t0, back).then(returned(3, 5, aYearOn)),
		"C3 a refund of Connects long expired":  given(proposed, cancelled, freelancerDid(aYearOn, &event.ConnectsExpired{Lot: 1, Amount: 4})).when(aYearOn, back).then(returned(2, 6, aYearOn.AddMonths(12))),
		"C2 checked against the account's time": given(proposed, cancelled, freelancerDid(late, &event.PhoneVerified{})).when(late-1, back).rejected(OutOfOrder),
	}.run(t)
}

func TestStanding(t *testing.T) {
	score := &event.JobSuccessAssessed{ScoreBP: ptr(9231), Displayed: ptr(92), Policy: "2024-09"}
	top, plus := event.BadgeTopRated, event.BadgeTopRatedPlus
	has := freelancerDid(t0, &event.BadgeAwarded{Badge: top})
	table{
		"B16 a score is kept":             given(accounts).when(t0, assess).then(score).by(event.ActorTimer),
		"B16 and again without a change":  given(accounts, freelancerDid(t0, score)).when(t0, assess).then(score),
		"none is kept as none":            given(accounts).when(t0, scored(nil, nil, "2015")).then(&event.JobSuccessAssessed{Policy: "2015"}),
		"without its score it is invalid": given(accounts).when(t0, AssessJobSuccess{freelancer}).rejected(Invalid),
		"A1 but not found before that":    given(accounts).when(t0, AssessJobSuccess{nobody}).rejected(NotFound),
		"A1 and out of order":             given(accounts).when(t0-1, AssessJobSuccess{freelancer}).rejected(OutOfOrder),
		"a badge is awarded":              given(accounts).when(t0, AwardBadge{freelancer, top}).then(&event.BadgeAwarded{Badge: top}).by(event.ActorPlatform),
		"each by itself":                  given(accounts, has).when(t0, AwardBadge{freelancer, plus}).then(&event.BadgeAwarded{Badge: plus}),
		"D1 once":                         given(accounts, has).when(t0, AwardBadge{freelancer, top}).rejected(WrongState),
		"it is lost":                      given(accounts, has).when(t0, LoseBadge{freelancer, top, []string{"profile_100"}}).then(&event.BadgeLost{Badge: top, Unmet: []string{"profile_100"}}).by(event.ActorPlatform),
		"D1 not without having it":        given(accounts, has).when(t0, LoseBadge{freelancer, plus, []string{"profile_100"}}).rejected(WrongState),
		"D1 and awarded again": given(accounts, has, freelancerDid(t0, &event.BadgeLost{Badge: top})).
			when(t0, AwardBadge{freelancer, top}).then(&event.BadgeAwarded{Badge: top}),
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
		s, ok := x.spentOn(p)
		require.Equal(t, amount > 0, ok)
		if ok {
			require.Equal(t, amount, s.amount)
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
		"InterviewHeld", "OfferAccepted", "OfferDeclined", "OfferExpired", "JobClosed", "JobRemoved", string(NotEnoughConnects))
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
