package aggregate

import (
	"strings"
	"testing"

	"github.com/marketcore/marketplace/event"
)

// TestMakeOffer is the terms of an offer (fine print N2).
func TestMakeOffer(t *testing.T) {
	price := MakeOffer{Proposal: proposal, Kind: event.KindFixed, Amount: ptr(event.Money(80000)), Message: "Welcome"}
	of := func(f func(*MakeOffer)) MakeOffer { return edited(price, f) }
	parts := func(list ...event.OfferMilestone) MakeOffer {
		return edited(fixedOffer, func(c *MakeOffer) { c.Milestones = list })
	}
	hours := func(f func(*MakeOffer)) MakeOffer { return edited(makeOffer, f) }
	one := event.OfferMilestone{Milestone: funded, Amount: 1}
	manual := editedEvent(offer(after(7, 0)), func(e *event.OfferMade) { e.ManualTimeAllowed = true })
	made := func(list []event.OfferMilestone) *event.OfferMade {
		return &event.OfferMade{Kind: event.KindFixed, Milestones: list, ExpiresAt: after(7, 0), Message: "Welcome"}
	}
	due := func(d event.Day) []event.OfferMilestone {
		return []event.OfferMilestone{{Milestone: funded, Amount: 1, Description: "menu", Due: d}}
	}
	many := manyParts(MaxOfferMilestones)
	long := func(n int) []event.OfferMilestone {
		return []event.OfferMilestone{{Milestone: funded, Amount: 1, Description: event.Text(strings.Repeat("x", n))}, {Milestone: unfunded, Amount: 1, Description: "x"}}
	}

	table{
		"N2 an amount is one milestone":  given(proposed).when(t0, price).then(made([]event.OfferMilestone{{Milestone: proposal, Amount: 80000}})).by(event.ActorClient),
		"N2 milestones":                  given(proposed).when(t0, fixedOffer).then(made(fixedOffer.Milestones)),
		"N2 an amount and milestones":    given(proposed).when(t0, of(func(c *MakeOffer) { c.Milestones = fixedOffer.Milestones })).rejected(Invalid),
		"N2 none of both":                given(proposed).when(t0, of(func(c *MakeOffer) { c.Amount = nil })).rejected(Invalid),
		"N2 an empty list":               given(proposed).when(t0, parts([]event.OfferMilestone{}...)).rejected(Invalid),
		"N2 a milestone twice":           given(proposed).when(t0, parts(one, one)).rejected(Invalid),
		"N2 a milestone of no id":        given(proposed).when(t0, parts(event.OfferMilestone{Amount: 1})).rejected(Invalid),
		"N2 a milestone of 0":            given(proposed).when(t0, parts(event.OfferMilestone{Milestone: funded})).rejected(InvalidAmount),
		"A1 twice before an amount of 0": given(proposed).when(t0, parts(event.OfferMilestone{Milestone: funded}, one)).rejected(Invalid),
		"a day that does not exist":      given(proposed).when(t0, parts(due("2015-02-29")...)).rejected(Invalid),
		"a day that is no date":          given(proposed).when(t0, parts(due("2016-02")...)).rejected(Invalid),
		"a day long past":                given(proposed).when(t0, parts(due("0001-01-01")...)).then(made(due("0001-01-01"))),
		"the last day":                   given(proposed).when(t0, parts(due("9999-12-31")...)).then(made(due("9999-12-31"))),
		"a day after the last":           given(proposed).when(t0, parts(due("10000-01-01")...)).rejected(Invalid),
		"A1 no day before an amount of 0": given(proposed).
			when(t0, parts(event.OfferMilestone{Milestone: funded, Due: "2015-02-29"})).rejected(Invalid),
		"a description not of text": given(proposed).
			when(t0, parts(event.OfferMilestone{Milestone: funded, Amount: 1, Description: "a\xffb"})).rejected(Invalid),
		"as many milestones as it has":   given(proposed).when(t0, parts(many...)).then(made(many)),
		"one more":                       given(proposed).when(t0, parts(manyParts(MaxOfferMilestones+1)...)).rejected(TooLarge),
		"descriptions that just fit":     given(proposed).when(t0, parts(long(MaxText-1)...)).then(made(long(MaxText - 1))),
		"descriptions too long in all":   given(proposed).when(t0, parts(long(MaxText)...)).rejected(TooLarge),
		"a description too long":         given(proposed).when(t0, parts(long(MaxText+1)...)).rejected(Invalid),
		"with manual time":               given(proposed).when(t0, hours(func(c *MakeOffer) { c.ManualTimeAllowed = ptr(true) })).then(manual),
		"F2 a price and a rate":          given(proposed).when(t0, of(func(c *MakeOffer) { c.HourlyRate = ptr(event.Money(1)) })).rejected(Invalid),
		"F2 a price and a limit":         given(proposed).when(t0, of(func(c *MakeOffer) { c.WeeklyLimitMinutes = ptr(int64(1)) })).rejected(Invalid),
		"F2 a price, manual time":        given(proposed).when(t0, of(func(c *MakeOffer) { c.ManualTimeAllowed = ptr(false) })).rejected(Invalid),
		"F2 a price of 0":                given(proposed).when(t0, of(func(c *MakeOffer) { c.Amount = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"F2 hourly with a price":         given(proposed).when(t0, hours(func(c *MakeOffer) { c.Amount = ptr(event.Money(1)) })).rejected(Invalid),
		"N2 hourly with milestones":      given(proposed).when(t0, hours(func(c *MakeOffer) { c.Milestones = fixedOffer.Milestones })).rejected(Invalid),
		"F2 hourly without a rate":       given(proposed).when(t0, hours(func(c *MakeOffer) { c.HourlyRate = nil })).rejected(Invalid),
		"F2 hourly without a limit":      given(proposed).when(t0, hours(func(c *MakeOffer) { c.WeeklyLimitMinutes = nil })).rejected(Invalid),
		"F2 a limit of 0":                given(proposed).when(t0, hours(func(c *MakeOffer) { c.WeeklyLimitMinutes = ptr(int64(0)) })).rejected(Invalid),
		"N2 another kind than the job's": given(proposed).when(t0, makeOffer).then(offer(after(7, 0))),
		"30 days of an enterprise":       given(proposed).when(t0, makeOffer).under(func(t *Terms) { t.OfferDays = 30 }).then(offer(after(30, 0))),
		"D4 a barred client":             given(proposed, barredClient).when(t0, makeOffer).rejected(ClientSuspended),
		"D4 a suspended freelancer":      given(proposed, freelancerDid(t0, &event.FreelancerSuspended{})).when(t0, makeOffer).rejected(FreelancerSuspended),
		"D6 a freelancer under hold":     given(proposed, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockContracts}})).when(t0, makeOffer).then(offer(after(7, 0))),
		"none for a closed job":          given(proposed, closedJob(event.CloseFilled)).when(t0, makeOffer).rejected(WrongState),
		"none for a removed job":         given(proposed, removedJob(event.RemoveTOS)).when(t0, makeOffer).rejected(WrongState),
		"none beside one past its time":  given(offerOpen).when(offerExpires, makeOffer).rejected(WrongState),
		"N9 another after an expiry":     given(offerOpen, proposalSaw(offerExpires, &event.OfferExpired{})).when(offerExpires, makeOffer).then(offer(after(14, 0))),
		"N9 another after a decline":     given(offerOpen, proposalSaw(t0, &event.OfferDeclined{})).when(after(1, 0), makeOffer).then(offer(after(8, 0))),
		"N9 another after a withdrawal":  given(offerOpen, proposalSaw(t0, &event.OfferWithdrawn{})).when(after(1, 0), makeOffer).then(offer(after(8, 0))),
	}.run(t)
}

// TestAnswerOffer is an offer's answers and its deadline.
func TestAnswerOffer(t *testing.T) {
	accept, expire := AcceptOffer{Proposal: proposal}, ExpireOffer{proposal}
	hires := &event.OfferAccepted{Contract: proposal}
	expired := proposalSaw(offerExpires, &event.OfferExpired{})
	second := offerOpen.and(expired, proposalSaw(offerExpires, offer(after(14, 0))))
	hold := func(part event.HoldBlock) fact {
		return freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: []event.HoldBlock{part}})
	}
	otherFreelancers := fact{event.ContractStream(proposal), t0, fixed[2].events}

	rows := table{
		"the contract has the proposal's id":    given(offerOpen).when(t0, accept).then(hires).by(event.ActorFreelancer),
		"N1 which may be said":                  given(offerOpen).when(t0, AcceptOffer{proposal, proposal}).then(hires),
		"N1 another may not":                    given(offerOpen).when(t0, AcceptOffer{proposal, contract}).rejected(Invalid),
		"N10 its id is in use":                  given(offerOpen, otherFreelancers).when(t0, accept).rejected(AlreadyExists),
		"N10 before a clock":                    given(offerOpen, otherFreelancers).when(t0-1, accept).rejected(AlreadyExists),
		"N9 of a closed job":                    given(offerOpen, closedJob(event.CloseFilled)).when(t0, accept).then(hires),
		"M1 not of a removed job":               given(offerOpen, removedJob(event.RemoveTOS)).when(t0, accept).rejected(WrongState),
		"A2 a removed job and a late answer":    given(offerOpen, removedJob(event.RemoveTOS)).when(offerExpires, accept).rejected(WrongState),
		"D4 not a barred client's":              given(offerOpen, barredClient).when(t0, accept).rejected(ClientSuspended),
		"A2 a barred client, late":              given(offerOpen, barredClient).when(offerExpires, accept).rejected(ClientSuspended),
		"D4 a barred client's is declined":      given(offerOpen, barredClient).when(t0, DeclineOffer{proposal, ""}).then(&event.OfferDeclined{}),
		"D6 a hold that blocks contracts":       given(offerOpen, hold(event.BlockContracts)).when(t0, accept).rejected(OnHold),
		"D6 a hold that blocks proposals":       given(offerOpen, hold(event.BlockProposals)).when(t0, accept).then(hires),
		"D7 the freelancer's terms":             given(offerOpen, clientDid(t0, &event.TermsAccepted{Version: "2"})).when(t0, accept).under(func(t *Terms) { t.RequiredVersion = "2" }).rejected(TermsNotAccepted),
		"C3 it expires exactly at expires_at":   given(offerOpen).when(offerExpires, expire).then(&event.OfferExpired{}).by(event.ActorTimer),
		"C3 not a second before":                given(offerOpen).when(offerExpires-1, expire).rejected(TooEarly),
		"C3 accepted in the last second":        given(offerOpen).when(offerExpires-1, accept).then(hires),
		"C3 and later as well":                  given(offerOpen).when(after(99, 0), expire).then(&event.OfferExpired{}),
		"E3 once":                               given(offerOpen, expired).when(offerExpires, expire).rejected(WrongState),
		"E3 not when it was accepted":           given(offerOpen, proposalSaw(t0, hires)).when(offerExpires, expire).rejected(WrongState),
		"E3 an expired one is not accepted":     given(offerOpen, expired).when(offerExpires, accept).rejected(WrongState),
		"a second offer has a time of its own":  given(second).when(after(14, -1), accept).then(hires),
		"a second offer is not late yet":        given(second).when(after(14, -1), expire).rejected(TooEarly),
		"S4 an old hire ends it as well":        given(offerOpen, proposalSaw(t0, &event.OfferAccepted{Contract: contract})).when(t0, accept).rejected(WrongState),
		"M2 withdrawn by the platform, late":    given(offerOpen).when(offerExpires, WithdrawOffer{proposal, event.OfferSanctioned}).rejected(Expired),
		"M2 withdrawn for another word":         given(offerOpen).when(t0, WithdrawOffer{proposal, "no budget"}).rejected(Invalid),
		"M2 a client that is not barred at all": given(offerOpen).when(t0, WithdrawOffer{proposal, event.OfferSanctioned}).then(&event.OfferWithdrawn{Reason: event.OfferSanctioned}).by(event.ActorPlatform),
	}
	for reason, actor := range map[event.OfferWithdrawal]event.Actor{
		"": event.ActorClient, event.OfferChangedMind: event.ActorClient, event.OfferHiredOther: event.ActorClient,
		event.OfferJobRemoved: event.ActorPlatform, event.OfferSanctioned: event.ActorPlatform,
	} {
		rows["withdrawn for "+string(reason)] = given(offerOpen).when(t0, WithdrawOffer{proposal, reason}).then(&event.OfferWithdrawn{Reason: reason}).by(actor)
	}
	for name, c := range map[string]Command{"acceptance": accept, "refusal": DeclineOffer{proposal, ""}, "withdrawal": WithdrawOffer{proposal, ""}} {
		rows["C3 "+name+" exactly at expires_at"] = given(offerOpen).when(offerExpires, c).rejected(Expired)
		rows["E3 "+name+" of a settled one after its time"] = given(offerOpen, proposalSaw(t0, &event.OfferDeclined{})).when(offerExpires, c).rejected(WrongState)
		rows["M1 "+name+" where none was made"] = given(proposed).when(t0, c).rejected(WrongState)
	}
	rows.run(t)
}
