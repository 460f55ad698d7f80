package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestWeekDisputes is fine print I3 and I8 to I10: disputes over weeks, and the hours
// that they refuse.
func TestWeekDisputes(t *testing.T) {
	open := func(d uuid.UUID, amount event.Money) OpenDispute {
		return OpenDispute{contract, d, event.SideClient, amount, "late", week1}
	}
	saw := func(e ...event.Event) fact { return contractSaw(monday, e...) }
	opened := func(d uuid.UUID, amount event.Money) *event.DisputeOpened {
		return disputeWeek(monday, d, week1, amount)
	}
	refused := func(amount event.Money, cause event.RefusalCause) event.Event {
		return &event.HoursRefused{Week: week1, Amount: amount, Cause: cause}
	}
	monday2, reviewed2 := on("2016-01-18T12:00:00Z"), on("2016-01-23T00:00:00Z")
	invoiced2 := weekSaw(week2, monday2, logged(after(7, 0)), &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed2})
	cancelled := &event.DisputeCancelled{Dispute: dispute1}
	accept, accepted := AnswerDispute{contract, dispute1, event.AnswerAccept}, &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerAccept}
	contested := &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerContest}
	lapse, lapsed := LapseDispute{contract, dispute1}, &event.DisputeLapsed{Dispute: dispute1}
	resolve := func(toFreelancer, toClient event.Money) ResolveDispute {
		return ResolveDispute{contract, dispute1, toFreelancer, toClient, event.DecidedByArbitration}
	}
	resolved := func(toFreelancer, toClient event.Money) event.Event {
		return &event.DisputeResolved{Dispute: dispute1, ToFreelancer: toFreelancer, ToClient: toClient, DecidedBy: event.DecidedByArbitration}
	}
	// 120 minutes at 30.00 an hour, of which some are protected.
	protected := func(minutes int64) facts {
		return hourly.and(weekSaw(week1, t0, logged(t0)), weekSaw(week1, monday, &event.WeekInvoiced{Minutes: 120, ProtectedMinutes: minutes, Amount: 6000, ReviewEndsAt: reviewed}))
	}
	// 20 minutes at 0.05 an hour, 1.67, of which 10 are protected, 0.83.
	cheap := accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 5, WeeklyLimitMinutes: 60}),
		weekSaw(week1, t0, logged(t0)), weekSaw(week1, monday, &event.WeekInvoiced{Minutes: 20, ProtectedMinutes: 10, Amount: 2, ReviewEndsAt: reviewed}))
	late := monday.AddDays(3)
	over := func(amount event.Money) fact { return saw(opened(dispute1, amount)) }

	table{
		"I3 exactly the invoice":                 given(billed, paused).when(monday, open(dispute1, 500)).then(opened(dispute1, 500)).by(event.ActorClient),
		"I3 more than the invoice":               given(billed).when(monday, open(dispute1, 501)).rejected(ExceedsInvoice),
		"A2 more than the invoice, after review": given(billed).when(reviewed, open(dispute1, 501)).rejected(TooLate),
		"I2 it pauses an active contract":        given(billed).when(monday, open(dispute1, 500)).then(opened(dispute1, 500), &event.ContractPaused{}),
		"C3 a second before the review ends": given(billed, paused).
			when(reviewed-1, open(dispute1, 5)).then(disputeWeek(reviewed-1, dispute1, week1, 5)),
		"C3 in the second in which it ends": given(billed).when(reviewed, open(dispute1, 5)).rejected(TooLate),
		"I9 by the freelancer":              given(billed).when(monday, edited(open(dispute1, 5), func(c *OpenDispute) { c.By = event.SideFreelancer })).rejected(Invalid),
		"I9 a week that there is not":       given(billed).when(monday, edited(open(dispute1, 5), func(c *OpenDispute) { c.Week = event.Week{Year: 2017, Number: 53} })).rejected(Invalid),
		"I9 no week":                        given(billed).when(monday, edited(open(dispute1, 5), func(c *OpenDispute) { c.Week = event.Week{} })).rejected(WrongState),
		"I9 no week, with one open":         given(billed, over(5)).when(monday, edited(open(dispute2, 5), func(c *OpenDispute) { c.Week = event.Week{} })).rejected(WrongState),
		"I9 no week, by the freelancer": given(billed).
			when(monday, edited(open(dispute1, 5), func(c *OpenDispute) { c.Week, c.By = event.Week{}, event.SideFreelancer })).rejected(WrongState),
		"I9 a week nobody worked in":     given(billed).when(monday, edited(open(dispute1, 5), func(c *OpenDispute) { c.Week = week2 })).rejected(NotFound),
		"A2 a fixed contract's week":     given(fixed).when(monday, open(dispute1, 5)).rejected(NotFound),
		"I9 not invoiced":                given(worked).when(monday, open(dispute1, 5)).rejected(WrongState),
		"I9 paid":                        given(billed, saw(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500})).when(monday, open(dispute1, 5)).rejected(WrongState),
		"I9 paid, after the review":      given(billed, saw(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500})).when(reviewed, open(dispute1, 5)).rejected(WrongState),
		"I9 an ended contract's week":    given(billed, endedNow).when(monday, open(dispute1, 5)).then(opened(dispute1, 5)),
		"I9 the end is not asked":        given(late2016, contractSaw(t0, endedBy(event.SideClient))).when(after(100, 0), edited(open(dispute1, 5), func(c *OpenDispute) {})).then(disputeWeek(after(100, 0), dispute1, week1, 5)),
		"I8 a second over the same week": given(billed, over(5)).when(monday, open(dispute2, 5)).rejected(DisputeOpen),
		"I8 over another week, while one is open": given(billed, invoiced2, over(5), contractSaw(monday, &event.ContractPaused{})).
			when(monday2, edited(open(dispute2, 5), func(c *OpenDispute) { c.Week = week2 })).then(disputeWeek(monday2, dispute2, week2, 5)),
		"I8 again, when the first was cancelled": given(billed, paused, over(5), saw(cancelled)).when(monday, open(dispute2, 5)).then(opened(dispute2, 5)),
		"I8 not when it was accepted":            given(billed, over(5), saw(accepted)).when(monday, open(dispute2, 5)).rejected(WrongState),
		"I8 not when it lapsed":                  given(billed, over(5), saw(lapsed)).when(monday, open(dispute2, 5)).rejected(WrongState),
		"I8 not when it was resolved":            given(billed, over(5), saw(resolved(5, 0))).when(monday, open(dispute2, 5)).rejected(WrongState),
		"I8 nor after the review":                given(billed, over(5), saw(resolved(5, 0))).when(reviewed, open(dispute2, 5)).rejected(WrongState),
		"C6 one of the first edition is over no week": given(billed, paused, bare).
			when(monday, open(dispute2, 5)).then(opened(dispute2, 5)),

		"I10 accepted: the amount": given(protected(120), over(600)).
			when(monday, accept).then(accepted, refused(600, event.RefusedAccepted)).by(event.ActorFreelancer),
		"I10 contested: nothing": given(protected(0), over(600)).
			when(monday, edited(accept, func(c *AnswerDispute) { c.Answer = event.AnswerContest })).then(contested),
		"I10 lapsed: all of it, where nothing is protected": given(protected(0), over(6000)).
			when(late, lapse).then(lapsed, refused(6000, event.RefusedLapsed)).by(event.ActorTimer),
		"I10 lapsed: only what is not protected":              given(protected(100), over(6000)).when(late, lapse).then(lapsed, refused(1000, event.RefusedLapsed)),
		"I10 lapsed: the amount, where that is less":          given(protected(100), over(999)).when(late, lapse).then(lapsed, refused(999, event.RefusedLapsed)),
		"I10 lapsed: just as much":                            given(protected(100), over(1000)).when(late, lapse).then(lapsed, refused(1000, event.RefusedLapsed)),
		"I10 lapsed: nothing, where all is protected":         given(protected(120), over(6000)).when(late, lapse).then(lapsed),
		"I10 lapsed: what is protected rounds half up":        given(cheap, over(2)).when(late, lapse).then(lapsed, refused(1, event.RefusedLapsed)),
		"C3 the lapse of a week, a second before":             given(protected(0), over(6000)).when(late-1, lapse).rejected(TooEarly),
		"I10 ruled: what the client gets":                     given(protected(120), over(600)).when(monday, resolve(200, 400)).then(resolved(200, 400), refused(400, event.RefusedRuled)).by(event.ActorPlatform),
		"I10 ruled: nothing for the client":                   given(protected(120), over(600)).when(monday, resolve(600, 0)).then(resolved(600, 0)),
		"I10 cancelled: nothing":                              given(protected(0), over(600)).when(monday, CancelDispute{contract, dispute1, ""}).then(cancelled),
		"I5 the shares are of the amount, not of the invoice": given(protected(0), over(600)).when(monday, resolve(5000, 1000)).rejected(InvalidAmount),
		"F14 what was refused was never paid": given(protected(0), over(600), saw(accepted, refused(600, event.RefusedAccepted))).
			when(monday, GiveRefund{contract, 1}).rejected(ExceedsPaid),
	}.run(t)
}

// late2016 is a week whose invoice came so late that its review goes on when the 30 days
// after the contract's end are over.
var late2016 = worked.and(weekSaw(week1, after(99, 0), &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: after(102, 0)}))
