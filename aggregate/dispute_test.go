package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestWhileDisputed is fine print I1: escrow stands still, all else goes on.
func TestWhileDisputed(t *testing.T) {
	now := after(20, 0)
	pausedToo := disputed.all().and(paused)
	stopped := []Command{
		FundMilestone{contract, unfunded}, ReleaseMilestone{contract, funded, nil}, AutoReleaseMilestone{contract, submitted},
		AcceptEscrowRefund{contract, requested}, LapseEscrowRefund{contract, requested}, ResumeContract{contract, ""},
		EndContract{contract, event.SideClient, "done"}, EndContract{contract, event.SideFreelancer, "done"},
	}
	m := dispute2
	overNothing := func(amount event.Money) *event.DisputeOpened {
		return openedOver(dispute1, amount, event.SideClient, event.LapseNothing)
	}
	rows := table{
		"I1 stopped: PayWeek of the disputed week": given(billed, overWeek).when(now, PayWeek{contract, week1, ""}).rejected(DisputeOpen),
		"I1 PayWeek of another week goes on": given(billed, contractSaw(t0, disputeWeek(t0, dispute1, week2, 5))).
			when(now, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}),
		"I1 EndContract is stopped on hourly, too":    given(billed, overWeek).when(now, EndContract{contract, event.SideClient, "done"}).rejected(DisputeOpen),
		"I1 ResumeContract is stopped on hourly, too": given(billed, overWeek, paused).when(now, ResumeContract{contract, ""}).rejected(DisputeOpen),
		"I1 RequestChanges goes on": given(milestones, pausedToo).
			when(now, RequestChanges{contract, submitted}).then(&event.ChangesRequested{Milestone: submitted}),
		"I1 RequestEscrowRefund goes on": given(milestones, pausedToo).
			when(t0, RequestEscrowRefund{contract, funded}).
			then(&event.EscrowRefundRequested{Milestone: funded, Amount: 10000, RespondBy: after(7, 0)}),
		"I1 RefuseEscrowRefund goes on": given(milestones, pausedToo).
			when(now, RefuseEscrowRefund{contract, requested}).then(&event.EscrowRefundRefused{Milestone: requested}),
		"I1 AddMilestone goes on": given(milestones, pausedToo).when(now, AddMilestone{Contract: contract, Milestone: m, Amount: 10000}).then(add(m)),
		"I1 ChangeWeeklyLimit goes on": given(hourly, overWeek, paused).
			when(now, ChangeWeeklyLimit{contract, 1}).then(&event.WeeklyLimitChanged{WeeklyLimitMinutes: 1}),
		"I1 InvoiceWeek goes on": given(worked, overWeek, paused).
			when(monday, InvoiceWeek{contract, week1}).then(&event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed}),
		"I1 PayBonus goes on":   given(milestones, pausedToo).when(now, PayBonus{contract, 1}).then(&event.BonusPaid{Amount: 1}),
		"I1 GiveRefund goes on": given(milestones, pausedToo).when(now, GiveRefund{contract, 10000}).then(&event.RefundGiven{Amount: 10000}),
		"I1 feedback goes on": given(endFixed, disputed).
			when(t0, LeaveFeedback{Contract: contract, By: event.SideClient, Scores: fives()}).
			then(&event.FeedbackSubmitted{By: event.SideClient, Scores: fives(), Overall: 500}),
		"I1 SubmitWork is stopped by the pause alone": given(milestones, pausedToo).when(now, SubmitWork{contract, funded}).rejected(WrongState),
		"I1 LogSegment is stopped by the pause alone": given(hourly, overWeek, paused).when(now, tracked).rejected(WrongState),
		"I1 escrow moves again after the dispute": given(milestones, disputed, contractSaw(t0, &event.DisputeCancelled{Dispute: dispute1})).
			when(now, ReleaseMilestone{contract, funded, nil}).then(release(funded, 10000, event.ReleasedByClient)),

		"I2 an active contract is paused": given(milestones).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).
			then(openDispute(dispute1, 5000), &event.ContractPaused{}).by(event.ActorClient),
		"I2 a paused one stays as it is": given(milestones, paused).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).then(openDispute(dispute1, 5000)),
		"I2 an ended one stays as it is": given(endFixed).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).then(overNothing(5000)),
		"I2 no end of a dispute resumes: work is still stopped": given(milestones, pausedToo, contractSaw(t0, &event.DisputeCancelled{Dispute: dispute1})).
			when(now, SubmitWork{contract, funded}).rejected(WrongState),
		"I2 the sides resume": given(milestones, pausedToo, contractSaw(t0, &event.DisputeCancelled{Dispute: dispute1})).
			when(now, ResumeContract{contract, event.ActorClient}).then(&event.ContractResumed{}),

		"I3 exactly what escrow holds": given(milestones, paused).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 30000, "late", event.Week{}}).then(openDispute(dispute1, 30000)),
		"I3 more than escrow holds": given(milestones).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 30001, "late", event.Week{}}).rejected(ExceedsEscrow),
		"I3 any amount where nothing is funded": given(fixed, paused, contractSaw(t0, add(unfunded))).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 777777, "late", event.Week{}}).then(overNothing(777777)),
		"I3 any amount after the end": given(milestones, emptied, endedNow).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 777777, "late", event.Week{}}).then(overNothing(777777)),
		"escrow would go to the freelancer who opened it": given(milestones, paused).
			when(t0, OpenDispute{contract, dispute1, event.SideFreelancer, 5000, "late", event.Week{}}).
			then(openedOver(dispute1, 5000, event.SideFreelancer, event.LapseReleases)).by(event.ActorFreelancer),

		"C3 a dispute a second before end + 30 days": given(endFixed).
			when(after(30, -1), OpenDispute{contract, dispute1, event.SideClient, 1, "late", event.Week{}}).
			then(&event.DisputeOpened{Dispute: dispute1, By: event.SideClient, Amount: 1, RespondBy: after(35, -1), OnLapse: event.LapseNothing, Reason: "late"}),
		"C3 a dispute exactly at end + 30 days": given(endFixed).
			when(after(30, 0), OpenDispute{contract, dispute1, event.SideClient, 1, "late", event.Week{}}).rejected(TooLate),
		"a running contract can be disputed at any time": given(fixed, paused).
			when(after(900, 0), OpenDispute{contract, dispute1, event.SideFreelancer, 1, "late", event.Week{}}).
			then(&event.DisputeOpened{Dispute: dispute1, By: event.SideFreelancer, Amount: 1, RespondBy: after(905, 0), OnLapse: event.LapseNothing, Reason: "late"}).by(event.ActorFreelancer),
	}
	for _, c := range stopped {
		rows["I1 stopped: "+CommandName(c)+by(c)] = given(milestones, pausedToo).when(now, c).rejected(DisputeOpen)
	}
	rows.run(t)
}

func by(c Command) string {
	if end, ok := c.(EndContract); ok {
		return " by " + string(end.By)
	}
	return ""
}

// TestResolution is fine print I4 and I5: which milestones the shares come from.
func TestResolution(t *testing.T) {
	over := func(amount event.Money) facts { return milestones.and(contractSaw(t0, openDispute(dispute1, amount))) }
	resolve := func(toFreelancer, toClient event.Money) ResolveDispute {
		return ResolveDispute{contract, dispute1, toFreelancer, toClient, event.DecidedByMediation}
	}
	resolved := func(toFreelancer, toClient event.Money) *event.DisputeResolved {
		return &event.DisputeResolved{Dispute: dispute1, ToFreelancer: toFreelancer, ToClient: toClient, DecidedBy: event.DecidedByMediation}
	}
	released := func(m uuid.UUID, amount event.Money) event.Event { return release(m, amount, event.ReleasedByDispute) }
	refunded := func(m uuid.UUID, amount event.Money) event.Event { return refund(m, amount, event.RefundByDispute) }
	proposed := &event.SettlementProposed{Dispute: dispute1, ToFreelancer: 1, ToClient: 4999}
	decided := contractSaw(t0, resolved(4000, 1000), released(funded, 4000), refunded(funded, 1000))

	table{
		"I4 part of the first milestone": given(over(5000)).
			when(t0, resolve(4000, 1000)).
			then(resolved(4000, 1000), released(funded, 4000), refunded(funded, 1000)).by(event.ActorPlatform),
		"I4 in the order they were added": given(over(30000)).
			when(t0, resolve(15000, 15000)).
			then(resolved(15000, 15000), released(funded, 10000), released(submitted, 5000), refunded(submitted, 5000), refunded(requested, 10000)),
		"I4 all to the freelancer": given(over(30000)).
			when(t0, resolve(30000, 0)).
			then(resolved(30000, 0), released(funded, 10000), released(submitted, 10000), released(requested, 10000)),
		"I4 all to the client": given(over(20000)).
			when(t0, resolve(0, 20000)).then(resolved(0, 20000), refunded(funded, 10000), refunded(submitted, 10000)),
		"I4 a border that falls between milestones": given(over(20000)).
			when(t0, resolve(10000, 10000)).then(resolved(10000, 10000), released(funded, 10000), refunded(submitted, 10000)),
		"I4 without escrow no money moves": given(endFixed, contractSaw(t0, openedOver(dispute1, 5000, event.SideClient, event.LapseNothing))).
			when(t0, resolve(5000, 0)).then(resolved(5000, 0)),
		"C6 one of the first edition moves escrow when it is resolved": given(milestones, contractSaw(t0, firstEdition(dispute1, 5000))).
			when(t0, resolve(4000, 1000)).then(resolved(4000, 1000), released(funded, 4000), refunded(funded, 1000)),
		"C6 nor hours, of the first edition": given(billed, contractSaw(t0, firstEdition(dispute1, 5000))).
			when(t0, resolve(0, 5000)).then(resolved(0, 5000)),
		"I4 a touched milestone is funded with the rest": given(over(5000), decided).
			when(t0, ReleaseMilestone{contract, funded, nil}).then(release(funded, 5000, event.ReleasedByClient)),
		"I4 a touched milestone without rest is closed": given(over(10000), contractSaw(t0, resolved(10000, 0), released(funded, 10000))).
			when(t0, ReleaseMilestone{contract, funded, nil}).rejected(WrongState),
		"I4 a submission not touched keeps its clock": given(over(5000), decided).
			when(after(14, 0), AutoReleaseMilestone{contract, submitted}).then(release(submitted, 10000, event.ReleasedAuto)),
		"I4 a request not touched stands": given(over(5000), decided).
			when(after(7, 0), LapseEscrowRefund{contract, requested}).then(refund(requested, 10000, event.RefundLapsed)),
		"I4 a request that is touched is answered": given(over(30000), contractSaw(t0, resolved(0, 30000), refunded(funded, 10000), refunded(submitted, 10000), refunded(requested, 10000))).
			when(after(7, 0), LapseEscrowRefund{contract, requested}).rejected(WrongState),
		"I4 a partly moved request is answered": given(over(20001), contractSaw(t0, resolved(20001, 0), released(funded, 10000), released(submitted, 10000), released(requested, 1))).
			when(t0, AcceptEscrowRefund{contract, requested}).rejected(WrongState),
		"I5 a share of 0": given(over(5000)).
			when(t0, ProposeSettlement{contract, dispute1, 0, 5000}).
			then(&event.SettlementProposed{Dispute: dispute1, ToClient: 5000}).by(event.ActorPlatform),
		"I5 a proposal that does not add up": given(over(5000)).
			when(t0, ProposeSettlement{contract, dispute1, 0, 4999}).rejected(InvalidAmount),
		"I5 a decision that does not add up":               given(over(5000)).when(t0, resolve(5000, 1)).rejected(InvalidAmount),
		"I5 a negative share, before the dispute is there": given(fixed).when(t0, resolve(-1, 5001)).rejected(InvalidAmount),
		"I5 a negative share of a proposal":                given(fixed).when(t0, ProposeSettlement{contract, dispute1, 5001, -1}).rejected(InvalidAmount),
		"I5 shares of a closed dispute do not add up":      given(over(5000), decided).when(t0, resolve(1, 1)).rejected(WrongState),
		"I5 a proposal needs no answer":                    given(over(5000)).when(t0, ProposeSettlement{contract, dispute1, 1, 4999}).then(proposed),
	}.run(t)
}

// TestDisputeStates is fine print I6 to I8: every command on a dispute in every state.
func TestDisputeStates(t *testing.T) {
	open := fixed.and(contractSaw(t0, openedOver(dispute1, 5000, event.SideClient, event.LapseNothing)))
	resolved := &event.DisputeResolved{Dispute: dispute1, ToFreelancer: 5000, DecidedBy: event.DecidedBySettlement}
	lapsed, cancelled := &event.DisputeLapsed{Dispute: dispute1}, &event.DisputeCancelled{Dispute: dispute1}
	contested := &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerContest}
	accepted := &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerAccept}
	settlement := &event.SettlementProposed{Dispute: dispute1, ToFreelancer: 5000}
	answer, lapse := AnswerDispute{contract, dispute1, event.AnswerContest}, LapseDispute{contract, dispute1}
	propose := ProposeSettlement{contract, dispute1, 5000, 0}
	resolve := ResolveDispute{contract, dispute1, 5000, 0, event.DecidedBySettlement}
	cancel := CancelDispute{contract, dispute1, ""}
	now := after(5, 0)
	saw := func(e ...event.Event) fact { return contractSaw(t0, e...) }

	rows := table{
		"I6 open → answered":                                   given(open).when(t0, answer).then(contested).by(event.ActorFreelancer),
		"I6 open → lapsed":                                     given(open).when(now, lapse).then(lapsed).by(event.ActorTimer),
		"C3 lapse a second before respond_by":                  given(open).when(now-1, lapse).rejected(TooEarly),
		"F12 answering after respond_by":                       given(open).when(after(9, 0), answer).then(contested),
		"I6 open → resolved, no answer and no proposal needed": given(open).when(t0, resolve).then(resolved).by(event.ActorPlatform),
		"I6 open → cancelled":                                  given(open).when(t0, cancel).then(cancelled).by(event.ActorPlatform),
		"I6 answered → not answered again":                     given(open, saw(contested)).when(now, answer).rejected(WrongState),
		"I6 answered → not lapsed":                             given(open, saw(contested)).when(now, lapse).rejected(WrongState),
		"I6 answered → not lapsed early":                       given(open, saw(contested)).when(t0, lapse).rejected(WrongState),
		"I6 answered → resolved":                               given(open, saw(contested)).when(now, resolve).then(resolved),
		"I6 answered → cancelled":                              given(open, saw(contested)).when(now, cancel).then(cancelled),
		"I6 open → accepted, which closes it":                  given(open).when(t0, edited(answer, func(c *AnswerDispute) { c.Answer = event.AnswerAccept })).then(accepted).by(event.ActorFreelancer),
		"C6 accepted, of the first edition: not closed":        given(fixed, saw(firstEdition(dispute1, 5000), accepted)).when(now, resolve).then(resolved),
		"C6 accepted, of the first edition: no lapse":          given(fixed, saw(firstEdition(dispute1, 5000), accepted)).when(now, lapse).rejected(WrongState),
		"I6 a proposal":                                        given(open).when(t0, propose).then(settlement),
		"I6 any number of proposals":                           given(open, saw(settlement, contested, settlement)).when(t0, propose).then(settlement),
		"I6 proposed → answered":                               given(open, saw(settlement)).when(t0, answer).then(contested),
		"I6 proposed → lapsed":                                 given(open, saw(settlement)).when(now, lapse).then(lapsed),
		"I6 decided by arbitration without a proposal": given(open).
			when(t0, edited(resolve, func(c *ResolveDispute) { c.DecidedBy = event.DecidedByArbitration })).
			then(&event.DisputeResolved{Dispute: dispute1, ToFreelancer: 5000, DecidedBy: event.DecidedByArbitration}),
		"I6 cancelled moves no escrow": given(milestones, saw(openDispute(dispute1, 5000), cancelled)).
			when(t0, ReleaseMilestone{contract, funded, nil}).then(release(funded, 10000, event.ReleasedByClient)),
		"I6 the client answers a freelancer's dispute": given(fixed, saw(openedOver(dispute1, 1, event.SideFreelancer, event.LapseNothing))).
			when(t0, answer).then(contested).by(event.ActorClient),
		"I7 by the judge": given(fixed).when(t0, OpenDispute{contract, dispute1, "platform", 5000, "late", event.Week{}}).rejected(Invalid),
		"I7 cancelled by the other side": given(open).
			when(t0, CancelDispute{contract, dispute1, event.ActorFreelancer}).then(cancelled).by(event.ActorFreelancer),
		"I7 cancelled by the client":    given(open).when(t0, CancelDispute{contract, dispute1, event.ActorClient}).then(cancelled).by(event.ActorClient),
		"I7 the timer cancels nothing":  given(open).when(t0, CancelDispute{contract, dispute1, event.ActorTimer}).rejected(Invalid),
		"I8 a second while one is open": given(open).when(t0, OpenDispute{contract, dispute2, event.SideClient, 5000, "late", event.Week{}}).rejected(DisputeOpen),
		"I8 the same id again": given(open, saw(cancelled)).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).rejected(AlreadyExists),
		"I8 the same id while it is open": given(open).when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).rejected(AlreadyExists),
		"I8 the first is untouched by the second": given(open, saw(cancelled), contractSaw(t0, openDispute(dispute2, 100))).
			when(t0, resolve).rejected(WrongState),
	}
	for name, end := range map[string]event.Event{"accepted": accepted, "lapsed": lapsed, "resolved": resolved, "cancelled": cancelled} {
		for _, c := range []Command{answer, lapse, propose, resolve, cancel} {
			rows["I6 "+name+" is final: "+CommandName(c)] = given(open, saw(end)).when(now, c).rejected(WrongState)
		}
		rows["I8 a second after one "+name] = given(open, paused, saw(end)).
			when(t0, OpenDispute{contract, dispute2, event.SideClient, 5000, "late", event.Week{}}).then(openedOver(dispute2, 5000, event.SideClient, event.LapseNothing))
	}
	rows.run(t)
}

// TestEscrowAfterDispute is fine print I4: an accept and a lapse give the whole amount
// to who opened the dispute, milestone by milestone.
func TestEscrowAfterDispute(t *testing.T) {
	opened := func(by event.Side, amount event.Money) facts {
		lapse := map[event.Side]event.DisputeLapse{event.SideClient: event.LapseRefunds, event.SideFreelancer: event.LapseReleases}[by]
		return milestones.and(contractSaw(t0, openedOver(dispute1, amount, by, lapse)))
	}
	accept := AnswerDispute{contract, dispute1, event.AnswerAccept}
	accepted := &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerAccept}
	lapse, lapsed := LapseDispute{contract, dispute1}, &event.DisputeLapsed{Dispute: dispute1}
	released := func(m uuid.UUID, amount event.Money) event.Event { return release(m, amount, event.ReleasedByDispute) }
	refunded := func(m uuid.UUID, amount event.Money) event.Event { return refund(m, amount, event.RefundByDispute) }
	after5 := after(5, 0)
	first := contractSaw(t0, firstEdition(dispute1, 15000))
	done := opened(event.SideClient, 15000).and(contractSaw(t0, lapsed, refunded(funded, 10000), refunded(submitted, 5000)))
	table{
		"I4 the client's, accepted": given(opened(event.SideClient, 15000)).
			when(t0, accept).then(accepted, refunded(funded, 10000), refunded(submitted, 5000)).by(event.ActorFreelancer),
		"I4 the freelancer's, accepted": given(opened(event.SideFreelancer, 15000)).
			when(t0, accept).then(accepted, released(funded, 10000), released(submitted, 5000)).by(event.ActorClient),
		"I4 the client's, lapsed": given(opened(event.SideClient, 15000)).
			when(after5, lapse).then(lapsed, refunded(funded, 10000), refunded(submitted, 5000)).by(event.ActorTimer),
		"I4 the freelancer's, lapsed": given(opened(event.SideFreelancer, 30000)).
			when(after5, lapse).then(lapsed, released(funded, 10000), released(submitted, 10000), released(requested, 10000)),
		"I4 contested moves nothing": given(opened(event.SideClient, 15000)).
			when(t0, AnswerDispute{contract, dispute1, event.AnswerContest}).then(&event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerContest}),
		"I4 a touched milestone is closed":             given(done).when(t0, ReleaseMilestone{contract, funded, nil}).rejected(WrongState),
		"I4 a submission that is touched is answered":  given(done).when(after(14, 0), AutoReleaseMilestone{contract, submitted}).rejected(WrongState),
		"I4 the rest can be released":                  given(done).when(t0, ReleaseMilestone{contract, submitted, nil}).then(release(submitted, 5000, event.ReleasedByClient)),
		"I4 a milestone not touched keeps its request": given(done).when(after(7, 0), LapseEscrowRefund{contract, requested}).then(refund(requested, 10000, event.RefundLapsed)),
		"C6 of the first edition, lapsed":              given(milestones, first).when(after5, lapse).then(lapsed),
		"C6 of the first edition, accepted":            given(milestones, first).when(t0, accept).then(accepted),
	}.run(t)
}
