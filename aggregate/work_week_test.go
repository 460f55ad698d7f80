package aggregate

import (
	"testing"

	"github.com/marketcore/marketplace/event"
)

var hourlyWithManual = accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
	Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 3000, WeeklyLimitMinutes: 60, ManualTimeAllowed: true}))

func TestWorkDiary(t *testing.T) {
	manual := edited(tracked, func(c *LogSegment) { c.Kind = event.SegmentManual })
	manualLogged := logged(tracked.Start)
	manualLogged.Kind, manualLogged.Unprotected = event.SegmentManual, event.UnprotectedManual
	plain := LogSegment{Contract: contract, Start: t0, Kind: event.SegmentTracked}
	start := func(at event.Time) LogSegment { return edited(tracked, func(c *LogSegment) { c.Start = at }) }
	deleted := weekSaw(week1, t0, &event.SegmentDeleted{Start: t0})
	startedLate := accounts.and(contractSaw(after(0, 180), hourly[2].events...))
	contractOfferHourly := accounts.and(contractSaw(t0, offeredContract(func(e *event.ContractOffered) {
		e.Kind, e.HourlyRate, e.WeeklyLimitMinutes = event.KindHourly, 3000, 60
	})))
	acceptedHourly := hourly[2].events[0]

	table{
		"G1 a segment without activity and screenshot": given(hourly).
			when(later, plain).then(&event.SegmentLogged{Start: t0, Kind: event.SegmentTracked, Unprotected: event.UnprotectedNoMemo}).by(event.ActorFreelancer),
		"G1 manual time has them, too":         given(hourlyWithManual).when(later, manual).then(manualLogged),
		"G1 manual time where it is forbidden": given(hourly).when(later, manual).rejected(ManualTimeForbidden),
		"G2 at the contract's start":           given(hourly).when(later, start(t0)).then(logged(t0)),
		"G2 before the contract's start":       given(hourly).when(later, start(t0.AddSeconds(-600))).rejected(TooEarly),
		"G2 a contract started at 09:03 begins with 09:10": given(startedLate).
			when(later, start(t0.AddSeconds(600))).then(logged(t0.AddSeconds(600))),
		"G2 and not with 09:00": given(startedLate).when(later, start(t0)).rejected(TooEarly),
		"G2 an accepted offer starts at its acceptance": given(contractOfferHourly, contractSaw(after(0, 180), acceptedHourly)).
			when(later, start(t0)).rejected(TooEarly),
		"G2 in the second in which they are over": given(hourly).when(later, tracked).then(logged(tracked.Start)),
		"G2 a second before they are over":        given(hourly).when(later-1, tracked).rejected(InFuture),
		"G2 before they begin":                    given(hourly).when(t0, tracked).rejected(InFuture),
		"G2 the last of the week, as it ends": given(hourly).
			when(week1.End(), start(week1.End()-600)).then(logged(week1.End() - 600)),
		"G2 last week's, before Monday 12:00": given(hourly).when(monday-1, tracked).then(logged(tracked.Start)),
		"G2 last week's, at Monday 12:00":     given(hourly).when(monday, tracked).rejected(TooLate),
		"G2 the week's before last":           given(hourly).when(after(20, 0), tracked).rejected(TooLate),
		"G2 five minutes past":                given(hourly).when(later, start(t0.AddSeconds(300))).rejected(Invalid),
		"G2 a second past":                    given(hourly).when(later, start(t0.AddSeconds(1))).rejected(Invalid),
		"G2 before 1970 it is aligned as well": given(hourly).
			when(later, start(on("1969-12-31T23:50:00Z"))).rejected(TooEarly),
		"G2 and not aligned":               given(hourly).when(later, start(on("1969-12-31T23:50:01Z"))).rejected(Invalid),
		"G2 the calendar's last segment":   given(hourly).when(later, start(on("9999-12-31T23:50:00Z"))).rejected(InFuture),
		"G2 a moment outside the calendar": given(hourly).when(later, start(on("0001-01-01T00:00:00Z").AddSeconds(0)-600)).rejected(Invalid),
		"G2 a resumed contract logs again": given(hourly, paused, contractSaw(t0, &event.ContractResumed{})).
			when(later, tracked).then(logged(tracked.Start)),
		"A2 before the start in a closed week":      given(hourly).when(monday, start(t0.AddSeconds(-600))).rejected(TooEarly),
		"A2 an invoiced week is locked, not closed": given(billed).when(monday, tracked).rejected(WeekLocked),
		"A2 forbidden, locked, used": given(billed).
			when(monday, edited(start(t0), func(c *LogSegment) { c.Kind = event.SegmentManual })).rejected(ManualTimeForbidden),
		"A2 locked, used":                  given(billed).when(monday, start(t0)).rejected(WeekLocked),
		"A2 used, before it was":           given(worked, weekSaw(week1, t0, logged(t0.AddSeconds(-600)))).when(later, start(t0.AddSeconds(-600))).rejected(DuplicateSegment),
		"G3 a deleted start is free again": given(worked, deleted).when(later, start(t0)).then(logged(t0)),
		"G3 a start that is logged":        given(worked).when(later, start(t0)).rejected(DuplicateSegment),
		"G3 the same start on another contract": given(worked, fact{event.ContractStream(nobody), t0, hourly[2].events}).
			when(later, edited(start(t0), func(c *LogSegment) { c.Contract = nobody })).then(logged(t0)),
		"G3 deleting": given(worked).
			when(t0, DeleteSegment{contract, t0}).then(&event.SegmentDeleted{Start: t0}).by(event.ActorFreelancer),
		"G3 deleting an unknown one":                  given(worked).when(t0, DeleteSegment{contract, tracked.Start}).rejected(NotFound),
		"G3 deleting a deleted one":                   given(worked, deleted).when(t0, DeleteSegment{contract, t0}).rejected(NotFound),
		"G3 deleting an unknown one in a locked week": given(billed).when(monday, DeleteSegment{contract, tracked.Start}).rejected(NotFound),
		"G3 deleting a logged one in a locked week":   given(billed).when(monday, DeleteSegment{contract, t0}).rejected(WeekLocked),
		"G3 deleting while paused":                    given(worked, paused).when(t0, DeleteSegment{contract, t0}).rejected(WrongState),
		"G3 deleting after the end":                   given(worked, endedNow).when(t0, DeleteSegment{contract, t0}).rejected(WrongState),
		"G3 paused, in a locked week":                 given(billed, paused).when(monday, DeleteSegment{contract, t0}).rejected(WrongState),
		"G3 an unknown one, paused":                   given(worked, paused).when(t0, DeleteSegment{contract, tracked.Start}).rejected(NotFound),
		"G3 deleting before Monday 12:00":             given(worked).when(monday-1, DeleteSegment{contract, t0}).then(&event.SegmentDeleted{Start: t0}),
		"G3 deleting at Monday 12:00":                 given(worked).when(monday, DeleteSegment{contract, t0}).rejected(TooLate),
		"G3 deleting from a week without stream":      given(worked).when(t0, DeleteSegment{contract, after(7, 0)}).rejected(NotFound),
		"G9 LogSegment reads the contract's state":    given(worked, endedNow).when(later, tracked).rejected(WrongState),
		"G9 PayWeek reads the week's amount": given(worked, weekSaw(week1, t0, &event.WeekInvoiced{Minutes: 10, Amount: 77, ReviewEndsAt: reviewed})).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 77}),
		"G9 no clock is compared: the contract's was later": given(hourly, contractSaw(after(30, 0), &event.BonusPaid{Amount: 1})).
			when(later, tracked).then(logged(tracked.Start)),
		"L2 events of one second keep the stream's order": given(worked, deleted, weekSaw(week1, t0, logged(t0))).
			when(t0, DeleteSegment{contract, t0}).then(&event.SegmentDeleted{Start: t0}),
		"L2 a limit changed twice in a second: the last one": given(worked, contractSaw(t0, &event.WeeklyLimitChanged{WeeklyLimitMinutes: 1}, &event.WeeklyLimitChanged{WeeklyLimitMinutes: 6})).
			when(monday, InvoiceWeek{contract, week1}).
			then(&event.WeekInvoiced{Minutes: 10, OverLimitMinutes: 4, Amount: 300, ReviewEndsAt: reviewed}),
	}.run(t)
}

func TestInvoice(t *testing.T) {
	invoice := InvoiceWeek{contract, week1}
	invoiced := func(minutes, over int64, amount event.Money) *event.WeekInvoiced {
		return &event.WeekInvoiced{Minutes: minutes, OverLimitMinutes: over, Amount: amount, ReviewEndsAt: reviewed}
	}
	limit := func(at event.Time, minutes int64) fact {
		return contractSaw(at, &event.WeeklyLimitChanged{WeeklyLimitMinutes: minutes})
	}
	full := func() facts { // 80 minutes under a limit of 60
		f := hourly
		for i := range int64(8) {
			f = f.and(weekSaw(week1, t0, logged(t0.AddSeconds(600*i))))
		}
		return f
	}()
	rated := func(rate event.Money, limit int64) facts {
		return accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
			Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: rate, WeeklyLimitMinutes: limit}), weekSaw(week1, t0, logged(t0)))
	}
	weekEnd := on("2016-01-11T00:00:00Z")
	late := func(at, review string) test {
		e := invoiced(10, 0, 500)
		e.ReviewEndsAt = on(review)
		return given(worked).when(on(at), invoice).then(e)
	}
	wrong := func(year, number int) test {
		return given(worked).when(after(3000, 0), InvoiceWeek{contract, event.Week{Year: year, Number: number}}).rejected(Invalid)
	}

	table{
		"C3 exactly Monday 12:00":                          given(worked).when(monday, invoice).then(invoiced(10, 0, 500)).by(event.ActorTimer),
		"C3 a second before Monday 12:00":                  given(worked).when(monday-1, invoice).rejected(TooEarly),
		"G4 the limit of StartContract":                    given(full).when(monday, invoice).then(invoiced(80, 20, 3000)),
		"G4 a change in the running week, at once":         given(full, limit(t0, 80)).when(monday, invoice).then(invoiced(80, 0, 4000)),
		"G4 a change in the week's last second":            given(full, limit(weekEnd-1, 30)).when(monday, invoice).then(invoiced(80, 50, 1500)),
		"G4 a change at Monday 00:00:00 is the next one's": given(full, limit(weekEnd, 30)).when(monday, invoice).then(invoiced(80, 20, 3000)),
		"G4 a change after the week, before the invoice":   given(full, limit(monday, 30)).when(monday, invoice).then(invoiced(80, 20, 3000)),
		"G4 the last change before Monday": given(full, limit(t0, 10), limit(weekEnd-2, 20), limit(weekEnd, 70)).
			when(monday, invoice).then(invoiced(80, 60, 1000)),
		"G5 a limit that cuts a segment":             given(full, limit(t0, 65)).when(monday, invoice).then(invoiced(80, 15, 3250)),
		"G5 amounts round half up: 10 min of 0.03":   given(rated(3, 60)).when(monday, invoice).then(invoiced(10, 0, 1)),
		"G5 and down below the half: 10 min of 0.02": given(rated(2, 60)).when(monday, invoice).then(invoiced(10, 0, 0)),
		"G5 one minute of 0.30, half":                given(rated(30, 1)).when(monday, invoice).then(invoiced(10, 9, 1)),
		"G5 one minute of 0.29, less":                given(rated(29, 1)).when(monday, invoice).then(invoiced(10, 9, 0)),
		"G5 an hour of all that 64 bits hold":        given(expensive).when(monday, invoice).then(invoiced(60, 0, huge)),
		"L3 a minute more": given(expensive, limit(t0, 61), weekSaw(week1, t0, logged(t0.AddSeconds(3600)))).
			when(monday, invoice).rejected(InvalidAmount),
		"L3 59 minutes of it do not overflow on the way": given(accounts, contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
			Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: huge, WeeklyLimitMinutes: 59}), weekSaw(week1, t0, expensive[3].events...)).
			when(monday, invoice).then(invoiced(60, 1, 9069649169573862877)),
		"G6 a week without stream": given(hourly).when(monday, invoice).rejected(NotFound),
		"G6 all segments deleted": given(worked, weekSaw(week1, t0, &event.SegmentDeleted{Start: t0})).
			when(monday, invoice).then(invoiced(0, 0, 0)),
		"G6 invoiced twice":        given(billed).when(monday, invoice).rejected(WeekLocked),
		"G6 2017-W53":              wrong(2017, 53),
		"G6 2015-W54":              wrong(2015, 54),
		"G6 W00":                   wrong(2016, 0),
		"G6 no year":               wrong(0, 1),
		"G6 a year of five digits": wrong(10000, 1),
		"G6 2015-W53 exists": given(worked).
			when(monday, InvoiceWeek{contract, event.Week{Year: 2015, Number: 53}}).rejected(NotFound),
		"G6 a week of 2017-W53 is not paid": given(billed).
			when(reviewed, PayWeek{contract, event.Week{Year: 2017, Number: 53}, ""}).rejected(Invalid),
		"G7 on time, the Friday of that week":       late("2016-01-11T12:00:00Z", "2016-01-16T00:00:00Z"),
		"G7 late, on Friday's last second":          late("2016-01-15T23:59:59Z", "2016-01-16T00:00:00Z"),
		"G7 late, at Friday 24:00: the next Friday": late("2016-01-16T00:00:00Z", "2016-01-23T00:00:00Z"),
		"G7 late, on Sunday":                        late("2016-01-17T23:59:59Z", "2016-01-23T00:00:00Z"),
		"G7 late, on Monday":                        late("2016-02-29T00:00:00Z", "2016-03-05T00:00:00Z"),
	}.run(t)
}
