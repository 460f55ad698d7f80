package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

// TestPayWeek is fine print G8: the order of its checks, who may pay when, and what is
// left to pay.
func TestPayWeek(t *testing.T) {
	byTimer, byPlatform := PayWeek{contract, week1, event.ActorTimer}, PayWeek{contract, week1, event.ActorPlatform}
	hours := func(minutes int64, amount event.Money) *event.HoursPaid {
		return &event.HoursPaid{Week: week1, Minutes: minutes, Amount: amount}
	}
	hoursPaid := hours(10, 500)
	paid := contractSaw(monday, hoursPaid)
	disputed := contractSaw(monday, disputeWeek(monday, dispute1, week1, 500))
	over := func(amount event.Money, e ...event.Event) fact {
		return contractSaw(monday, append([]event.Event{disputeWeek(monday, dispute1, week1, amount)}, e...)...)
	}
	accept := &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerAccept}
	refused := func(amount event.Money, cause event.RefusalCause) event.Event {
		return &event.HoursRefused{Week: week1, Amount: amount, Cause: cause}
	}
	bare := contractSaw(monday, firstEdition(dispute1, 5000))
	zero := weekSaw(week1, monday, &event.SegmentDeleted{Start: t0}, &event.WeekInvoiced{ReviewEndsAt: reviewed})
	second := weekSaw(week2, on("2016-01-18T12:00:00Z"), logged(after(7, 0)),
		&event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: on("2016-01-23T00:00:00Z")})
	odd := worked.and(weekSaw(week1, monday, &event.WeekInvoiced{Minutes: 70, OverLimitMinutes: 10, Amount: 7, ReviewEndsAt: reviewed}))
	rows := table{
		"C3 exactly at review_ends_at":               given(billed).when(reviewed, byTimer).then(hoursPaid).by(event.ActorTimer),
		"C3 a second before":                         given(billed).when(reviewed-1, byTimer).rejected(TooEarly),
		"G8 without actor it is the timer":           given(billed).when(reviewed, PayWeek{contract, week1, ""}).then(hoursPaid).by(event.ActorTimer),
		"G8 without actor, too early":                given(billed).when(reviewed-1, PayWeek{contract, week1, ""}).rejected(TooEarly),
		"G8 the client does not pay by this command": given(billed).when(reviewed, PayWeek{contract, week1, event.ActorClient}).rejected(Invalid),
		"G8 the platform without any dispute":        given(billed).when(reviewed, byPlatform).rejected(WrongState),
		"G8 the platform after another week's dispute": given(billed, second, contractSaw(monday, disputeWeek(monday, dispute1, week2, 1), accept)).
			when(reviewed, byPlatform).rejected(WrongState),
		"G8 the platform while a dispute is open": given(billed, disputed).when(reviewed, byPlatform).rejected(DisputeOpen),
		"G8 the timer while a dispute is open":    given(billed, disputed).when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 while it is contested":                given(billed, over(500, &event.DisputeAnswered{Dispute: dispute1, Answer: event.AnswerContest})).when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 other weeks are paid as if there were none": given(billed, second, contractSaw(monday, disputeWeek(monday, dispute1, week2, 500))).
			when(reviewed, byTimer).then(hoursPaid),
		"G8 not invoiced":                             given(worked).when(reviewed, byTimer).rejected(WrongState),
		"G8 not invoiced, with a dispute open":        given(worked, disputed).when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 already paid":                             given(billed, paid).when(reviewed, byTimer).rejected(WrongState),
		"G8 already paid, before review_ends_at":      given(billed, paid).when(monday, byTimer).rejected(WrongState),
		"G8 amount 0":                                 given(worked, zero).when(reviewed, byTimer).rejected(WrongState),
		"G8 amount 0, before review_ends_at":          given(worked, zero).when(monday, byTimer).rejected(WrongState),
		"G8 a week nobody worked in":                  given(billed).when(reviewed, PayWeek{contract, week2, ""}).rejected(NotFound),
		"G8 a week nobody worked in, by the platform": given(billed).when(reviewed, PayWeek{contract, week2, event.ActorPlatform}).rejected(NotFound),
		"G8 two weeks are paid apart": given(billed, paid, second).
			when(on("2016-01-23T00:00:00Z"), PayWeek{contract, week2, ""}).then(&event.HoursPaid{Week: week2, Minutes: 10, Amount: 500}),
		"G8 less what was refused": given(billed, over(200, accept, refused(200, event.RefusedAccepted))).
			when(monday, byPlatform).then(hours(6, 300)).by(event.ActorPlatform),
		"G8 nothing is left": given(billed, over(500, accept, refused(500, event.RefusedAccepted))).
			when(reviewed, byTimer).rejected(WrongState),
		"G8 nothing is left, for the platform, early": given(billed, over(500, accept, refused(500, event.RefusedAccepted))).
			when(monday, byPlatform).rejected(WrongState),
		"G8 one is left": given(billed, over(499, accept, refused(499, event.RefusedAccepted))).when(reviewed, byTimer).then(hours(0, 1)),
		// 60 minutes for 7: an amount of 1 is 8.57 minutes of them, 2 is 17.14, 3.5 would be 30.
		"Q4 minutes half up, above":                                  given(odd, over(6, accept, refused(6, event.RefusedAccepted))).when(reviewed, byTimer).then(hours(9, 1)),
		"Q4 minutes half up, below":                                  given(odd, over(5, accept, refused(5, event.RefusedAccepted))).when(reviewed, byTimer).then(hours(17, 2)),
		"Q4 minutes half up, exactly half":                           given(worked, weekSaw(week1, monday, &event.WeekInvoiced{Minutes: 5, Amount: 10, ReviewEndsAt: reviewed}), over(9, accept, refused(9, event.RefusedAccepted))).when(reviewed, byTimer).then(hours(1, 1)),
		"Q4 minutes of all are all":                                  given(odd).when(reviewed, byTimer).then(hours(60, 7)),
		"C6 an open one of the first edition is in every week's way": given(billed, bare).when(reviewed, byTimer).rejected(DisputeOpen),
		"C6 also where it was accepted":                              given(billed, bare, contractSaw(monday, accept)).when(reviewed, byTimer).rejected(DisputeOpen),
		"C6 afterwards the platform may pay every week": given(billed, second, bare, contractSaw(monday, &event.DisputeLapsed{Dispute: dispute1})).
			when(monday, byPlatform).then(hoursPaid),
	}
	for name, end := range map[string][]event.Event{
		"cancelled":          {&event.DisputeCancelled{Dispute: dispute1}},
		"lapsed":             {&event.DisputeLapsed{Dispute: dispute1}},
		"resolved for hours": {&event.DisputeResolved{Dispute: dispute1, ToFreelancer: 500, DecidedBy: event.DecidedByMediation}},
	} {
		rows["G8 the platform after a dispute "+name+", at any time"] = given(billed, over(500, end...)).
			when(monday, byPlatform).then(hoursPaid).by(event.ActorPlatform)
		rows["G8 the timer after a dispute "+name] = given(billed, over(500, end...)).when(reviewed, byTimer).then(hoursPaid)
		rows["G8 the timer too early after a dispute "+name] = given(billed, over(500, end...)).when(monday, byTimer).rejected(TooEarly)
	}
	rows.run(t)
}
