package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

// TestOfferContract is fine print F15: direct offers, and what there is of a contract
// until one is accepted.
func TestOfferContract(t *testing.T) {
	hourlyOffered := offeredContract(func(e *event.ContractOffered) {
		e.Kind, e.HourlyRate, e.WeeklyLimitMinutes, e.ManualTimeAllowed, e.Category = event.KindHourly, 3000, 60, true, "web"
	})
	hourlyStarted := &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindHourly, Via: event.ViaDirect,
		Category: "web", HourlyRate: 3000, WeeklyLimitMinutes: 60, ManualTimeAllowed: true}
	fixedStarted := fixed[2].events[0]
	with := func(change func(*OfferContract)) OfferContract { return edited(offerContract, change) }
	same := func(*event.ContractOffered) {}
	accept := AcceptContract{contract}
	closeAs := func(cause event.OfferClosing) CloseContractOffer { return CloseContractOffer{contract, cause} }
	const declined, withdrawn, expired = event.OfferClosedDeclined, event.OfferClosedWithdrawn, event.OfferClosedExpired
	closedAs := func(cause event.OfferClosing) event.Event { return &event.ContractOfferClosed{Cause: cause} }
	taken := contractOffer.and(contractSaw(t0, fixedStarted))

	rows := table{
		"F15 an offer": given(accounts).when(t0, offerContract).then(offeredContract(same)).by(event.ActorClient),
		"F15 an hourly offer": given(accounts).
			when(t0, with(func(c *OfferContract) { hourlyOffer(c); c.ManualTimeAllowed, c.Category = ptr(true), "web" })).then(hourlyOffered),
		"F2 hourly without a rate":        given(accounts).when(t0, with(func(c *OfferContract) { hourlyOffer(c); c.HourlyRate = nil })).rejected(Invalid),
		"F2 hourly with a rate of 0":      given(accounts).when(t0, with(func(c *OfferContract) { hourlyOffer(c); c.HourlyRate = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"F2 hourly with a limit of 0":     given(accounts).when(t0, with(func(c *OfferContract) { hourlyOffer(c); c.WeeklyLimitMinutes = ptr(int64(0)) })).rejected(Invalid),
		"F2 fixed with a rate":            given(accounts).when(t0, with(func(c *OfferContract) { c.HourlyRate = ptr(event.Money(5)) })).rejected(Invalid),
		"F15 an id that is offered":       given(contractOffer).when(t0, offerContract).rejected(AlreadyExists),
		"F15 an id that was offered":      given(contractOffer, offerTakenBack).when(t0, offerContract).rejected(AlreadyExists),
		"F15 an id of a contract":         given(fixed).when(t0, offerContract).rejected(AlreadyExists),
		"F15 no start under an offer":     given(contractOffer).when(t0, startFixed).rejected(AlreadyExists),
		"F15 no start under a closed one": given(contractOffer, offerTakenBack).when(t0, startFixed).rejected(AlreadyExists),
		"N10 an id of a proposal":         given(accounts, proposalOf(contract)).when(t0, offerContract).rejected(AlreadyExists),
		"D6 under hold": given(accounts, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockContracts, event.BlockProposals}})).
			when(t0, offerContract).then(offeredContract(same)),
		"E1 the client's job": given(posted).when(t0, offerContract).then(offeredContract(same)),
		"E1 a closed one":     given(posted, jobSaw(t0, &event.JobClosed{Reason: event.CloseFilled})).when(t0, offerContract).rejected(WrongState),
		"E1 another's":        given(accounts, jobSaw(t0, &event.JobPosted{Client: nobody, Kind: event.KindFixed})).when(t0, offerContract).rejected(NotFound),
		"E1 another's, closed, of a suspended client": given(accounts, jobSaw(t0, &event.JobPosted{Client: nobody, Kind: event.KindFixed}), clientDid(t0, &event.ClientSuspended{})).
			when(t0, offerContract).rejected(NotFound),

		"F15 accepted on its terms":            given(contractOffer).when(t0, accept).then(fixedStarted).by(event.ActorFreelancer),
		"F15 an hourly one":                    given(accounts, contractSaw(t0, hourlyOffered)).when(t0, accept).then(hourlyStarted),
		"F15 accepting what is not there":      given(accounts).when(t0, accept).rejected(NotFound),
		"F15 accepting twice":                  given(taken).when(t0, accept).rejected(WrongState),
		"F15 accepting what started otherwise": given(fixed).when(t0, accept).rejected(WrongState),
		"F15 accepting a closed one":           given(contractOffer, offerTakenBack).when(after(9, 0), accept).rejected(WrongState),
		"C3 accepting a second before":         given(contractOffer).when(after(7, -1), accept).then(fixedStarted),
		"C3 accepting at expires_at":           given(contractOffer).when(after(7, 0), accept).rejected(Expired),
		"E1 its job is not asked then":         given(contractOffer, jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindFixed}, &event.JobRemoved{})).when(t0, accept).then(fixedStarted),
		"A1 a closed one of a suspended client": given(contractOffer, offerTakenBack, clientDid(t0, &event.ClientSuspended{})).
			when(t0, accept).rejected(ClientSuspended),
		"D7 the freelancer accepted the terms": given(contractOffer, freelancerDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, accept).under(func(t *Terms) { t.RequiredVersion = "2" }).then(fixedStarted),
		"D7 the client's acceptance is not the freelancer's": given(contractOffer, clientDid(t0, &event.TermsAccepted{Version: "2"})).
			when(t0, accept).under(func(t *Terms) { t.RequiredVersion = "2" }).rejected(TermsNotAccepted),

		"F15 declined":                       given(contractOffer).when(t0, closeAs(declined)).then(closedAs(declined)).by(event.ActorFreelancer),
		"F15 withdrawn":                      given(contractOffer).when(after(7, -1), closeAs(withdrawn)).then(closedAs(withdrawn)).by(event.ActorClient),
		"F15 expired":                        given(contractOffer).when(after(7, 0), closeAs(expired)).then(closedAs(expired)).by(event.ActorTimer),
		"F15 expired too early":              given(contractOffer).when(after(7, -1), closeAs(expired)).rejected(TooEarly),
		"F15 declined too late":              given(contractOffer).when(after(7, 0), closeAs(declined)).rejected(Expired),
		"F15 withdrawn too late":             given(contractOffer).when(after(7, 0), closeAs(withdrawn)).rejected(Expired),
		"F15 closing what is not there":      given(accounts).when(t0, closeAs(declined)).rejected(NotFound),
		"F15 closing twice, early":           given(contractOffer, offerTakenBack).when(t0, closeAs(expired)).rejected(WrongState),
		"F15 closing what was accepted":      given(taken).when(after(9, 0), closeAs(expired)).rejected(WrongState),
		"F15 closing what started otherwise": given(fixed).when(t0, closeAs(declined)).rejected(WrongState),
		"D4 closing asks no account": given(contractOffer, clientDid(t0, &event.ClientBarred{}), freelancerDid(t0, &event.FreelancerClosed{})).
			when(t0, closeAs(withdrawn)).then(closedAs(withdrawn)),
		"F15 it is a contract from its acceptance on": given(taken).
			when(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: 10000}).then(add(funded)),
		"D5 a complaint about an offer": given(contractOffer).
			when(t0, RecordComplaint{Client: client, Freelancer: freelancer, Contract: contract, Reason: "rude"}).rejected(NotFound),
	}
	for _, c := range []Command{
		PauseContract{contract, ""}, ResumeContract{contract, ""}, ChangeWeeklyLimit{contract, 60}, PayBonus{contract, 1}, GiveRefund{contract, 1},
		EndContract{contract, event.SideClient, "done"}, AddMilestone{Contract: contract, Milestone: funded, Amount: 1}, FundMilestone{contract, funded},
		tracked, DeleteSegment{contract, t0}, InvoiceWeek{contract, week1}, PayWeek{contract, week1, ""}, OpenDispute{contract, dispute1, event.SideClient, 1, "late", event.Week{}},
		AnswerDispute{contract, dispute1, event.AnswerAccept}, LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}, PublishFeedback{contract},
	} {
		rows["F15 there is no contract yet: "+CommandName(c)] = given(contractOffer).when(monday, c).rejected(NotFound)
		rows["F15 nor any more: "+CommandName(c)] = given(contractOffer, offerTakenBack).when(monday, c).rejected(NotFound)
	}
	rows.run(t)
}
