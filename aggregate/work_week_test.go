package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

func TestWorkDiary(t *testing.T) {
	manualAllowed := accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
		Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 3000, WeeklyLimitMinutes: 60, ManualTimeAllowed: true}))
	manual := edited(tracked, func(c *LogSegment) { c.Kind = event.SegmentManual })
	manualLogged := logged(tracked.Start)
	manualLogged.Kind = event.SegmentManual
	bare := LogSegment{Contract: contract, Start: t0, Kind: event.SegmentTracked}
	start := func(at event.Time) LogSegment { return edited(tracked, func(c *LogSegment) { c.Start = at }) }
	deleted := weekSaw(week1, t0, &event.SegmentDeleted{Start: t0})

	table{
		"G1 a segment without activity and screenshot": given(hourly).
			when(t0, bare).then(&event.SegmentLogged{Start: t0, Kind: event.SegmentTracked}).by(event.ActorFreelancer),
		"G1 manual time has them, too":         given(manualAllowed).when(t0, manual).then(manualLogged),
		"G1 manual time where it is forbidden": given(hourly).when(t0, manual).rejected(ManualTimeForbidden),
		"G2 before the contract's start":       given(hourly).when(t0, start(t0.AddDays(-700))).then(logged(t0.AddDays(-700))),
		"G2 after the moment of logging":       given(hourly).when(t0, start(t0.AddDays(700))).then(logged(t0.AddDays(700))),
		"G2 five minutes past":                 given(hourly).when(t0, start(t0.AddSeconds(300))).rejected(Invalid),
		"G2 a second past":                     given(hourly).when(t0, start(t0.AddSeconds(1))).rejected(Invalid),
		"G2 before 1970 it is aligned as well": given(hourly).
			when(t0, start(on("1969-12-31T23:50:00Z"))).then(logged(on("1969-12-31T23:50:00Z"))),
		"G2 and not aligned": given(hourly).when(t0, start(on("1969-12-31T23:50:01Z"))).rejected(Invalid),
		"G2 the calendar's first segment": given(hourly).
			when(t0, start(on("0001-01-01T00:00:00Z"))).then(logged(on("0001-01-01T00:00:00Z"))),
		"G2 the calendar's last segment": given(hourly).
			when(t0, start(on("9999-12-31T23:50:00Z"))).then(logged(on("9999-12-31T23:50:00Z"))),
		"G2 a moment outside the calendar": given(hourly).when(t0, start(on("0001-01-01T00:00:00Z").AddSeconds(0)-600)).rejected(Invalid),
		"G2 a resumed contract logs again": given(hourly, paused, contractSaw(t0, &event.ContractResumed{})).
			when(t0, tracked).then(logged(tracked.Start)),
		"G3 a deleted start is free again": given(worked, deleted).when(t0, start(t0)).then(logged(t0)),
		"G3 a start that is logged":        given(worked).when(t0, start(t0)).rejected(DuplicateSegment),
		"G3 the same start on another contract": given(worked, fact{event.ContractStream(nobody), t0, hourly[2].events}).
			when(t0, edited(start(t0), func(c *LogSegment) { c.Contract = nobody })).then(logged(t0)),
		"G3 deleting": given(worked).
			when(t0, DeleteSegment{contract, t0}).then(&event.SegmentDeleted{Start: t0}).by(event.ActorFreelancer),
		"G3 deleting an unknown one":                  given(worked).when(t0, DeleteSegment{contract, tracked.Start}).rejected(NotFound),
		"G3 deleting a deleted one":                   given(worked, deleted).when(t0, DeleteSegment{contract, t0}).rejected(NotFound),
		"G3 deleting an unknown one in a locked week": given(billed).when(monday, DeleteSegment{contract, tracked.Start}).rejected(NotFound),
		"G3 deleting a logged one in a locked week":   given(billed).when(monday, DeleteSegment{contract, t0}).rejected(WeekLocked),
		"G3 deleting from a week without stream":      given(worked).when(t0, DeleteSegment{contract, after(7, 0)}).rejected(NotFound),
		"G9 LogSegment reads the contract's state":    given(worked, endedNow).when(t0, tracked).rejected(WrongState),
		"G9 PayWeek reads the week's amount": given(worked, weekSaw(week1, t0, &event.WeekInvoiced{Minutes: 10, Amount: 77, ReviewEndsAt: reviewed})).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 77}),
		"G9 no clock is compared: the contract's was later": given(hourly, contractSaw(after(30, 0), &event.BonusPaid{Amount: 1})).
			when(t0, tracked).then(logged(tracked.Start)),
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

// TestPayWeek is fine print G8: the order of its checks and who may pay when.
func TestPayWeek(t *testing.T) {
	byTimer, byPlatform := PayWeek{contract, week1, event.ActorTimer}, PayWeek{contract, week1, event.ActorPlatform}
	hoursPaid := &event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}
	paid := contractSaw(monday, hoursPaid)
	over := func(e event.Event) fact { return contractSaw(t0, openDispute(dispute1, 5000), e) }
	zero := weekSaw(week1, monday, &event.SegmentDeleted{Start: t0}, &event.WeekInvoiced{ReviewEndsAt: reviewed})
	rows := table{
		"C3 exactly at review_ends_at":               given(billed).when(reviewed, byTimer).then(hoursPaid).by(event.ActorTimer),
		"C3 a second before":                         given(billed).when(reviewed-1, byTimer).rejected(TooEarly),
		"G8 without actor it is the timer":           given(billed).when(reviewed, PayWeek{contract, week1, ""}).then(hoursPaid).by(event.ActorTimer),
		"G8 without actor, too early":                given(billed).when(reviewed-1, PayWeek{contract, week1, ""}).rejected(TooEarly),
		"G8 the client does not pay by this command": given(billed).when(reviewed, PayWeek{contract, week1, event.ActorClient}).rejected(Invalid),
		"G8 the platform without any dispute":        given(billed).when(reviewed, byPlatform).rejected(WrongState),
		"G8 the platform while a dispute is open":    given(billed, disputed).when(reviewed, byPlatform).rejected(DisputeOpen),
		"G8 the timer while a dispute is open":       given(billed, disputed).when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 not invoiced":                            given(worked).when(reviewed, byTimer).rejected(WrongState),
		"G8 not invoiced, with a dispute open":       given(worked, disputed).when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 already paid":                            given(billed, paid).when(reviewed, byTimer).rejected(WrongState),
		"G8 already paid, before review_ends_at":     given(billed, paid).when(monday, byTimer).rejected(WrongState),
		"G8 already paid, with a dispute open": given(billed, paid, contractSaw(monday, openDispute(dispute1, 1))).
			when(reviewed, byTimer).rejected(DisputeOpen),
		"G8 amount 0":                                 given(worked, zero).when(reviewed, byTimer).rejected(WrongState),
		"G8 amount 0, before review_ends_at":          given(worked, zero).when(monday, byTimer).rejected(WrongState),
		"G8 a week nobody worked in":                  given(billed).when(reviewed, PayWeek{contract, week2, ""}).rejected(NotFound),
		"G8 a week nobody worked in, by the platform": given(billed).when(reviewed, PayWeek{contract, week2, event.ActorPlatform}).rejected(NotFound),
		"G8 two weeks are paid apart": given(billed, paid, weekSaw(week2, on("2016-01-18T12:00:00Z"), logged(after(7, 0)),
			&event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: on("2016-01-23T00:00:00Z")})).
			when(on("2016-01-23T00:00:00Z"), PayWeek{contract, week2, ""}).then(&event.HoursPaid{Week: week2, Minutes: 10, Amount: 500}),
	}
	for name, end := range map[string]event.Event{
		"cancelled": &event.DisputeCancelled{Dispute: dispute1},
		"lapsed":    &event.DisputeLapsed{Dispute: dispute1},
		"resolved":  &event.DisputeResolved{Dispute: dispute1, ToFreelancer: 5000, DecidedBy: event.DecidedByMediation},
	} {
		rows["G8 the platform after a dispute "+name+", at any time"] = given(billed, over(end)).
			when(monday, byPlatform).then(hoursPaid).by(event.ActorPlatform)
		rows["G8 the timer after a dispute "+name] = given(billed, over(end)).when(reviewed, byTimer).then(hoursPaid)
		rows["G8 the timer too early after a dispute "+name] = given(billed, over(end)).when(monday, byTimer).rejected(TooEarly)
	}
	rows.run(t)
}

// TestProtection is fine print L1: what is decided at logging, and at invoicing.
func TestProtection(t *testing.T) {
	trusted := facts{clientDid(t0, &event.PaymentMethodVerified{}), freelancerDid(t0, &event.IdentityVerified{})}
	memo := edited(tracked, func(c *LogSegment) { c.Memo = "menu page" })
	protected := logged(tracked.Start)
	protected.Memo, protected.Protectable = "menu page", true
	plain := *protected
	plain.Protectable = false

	logs := func(change func(*LogSegment), more ...past) test {
		c := edited(memo, change)
		e := &event.SegmentLogged{Start: c.Start, Kind: c.Kind, Activity: c.Activity, Screenshot: c.Screenshot, Memo: c.Memo}
		return given(hourly, trusted, facts(nil).and(more...)).when(t0, c).then(e)
	}
	segment := func(i int64, protectable bool) event.Event {
		e := logged(t0.AddSeconds(600 * i))
		e.Protectable = protectable
		return e
	}
	bill := func(limit int64, minutes, over, protected int64, amount event.Money, segments ...event.Event) test {
		return given(hourly, contractSaw(t0, &event.WeeklyLimitChanged{WeeklyLimitMinutes: limit}), weekSaw(week1, t0, segments...)).
			when(monday, InvoiceWeek{contract, week1}).then(&event.WeekInvoiced{
			Minutes: minutes, OverLimitMinutes: over, ProtectedMinutes: protected, Amount: amount, ReviewEndsAt: reviewed})
	}
	same := func(*LogSegment) {}
	hold := func(k event.HoldKind) fact { return freelancerDid(t0, &event.HoldPlaced{Kind: k}) }
	table{
		"L1 every condition holds": given(hourly, trusted).when(t0, memo).then(protected),
		"L1 without memo":          logs(func(c *LogSegment) { c.Memo = "" }),
		"L1 a memo of white space": logs(func(c *LogSegment) { c.Memo = " \u00a0\n" }),
		"L1 without activity":      logs(func(c *LogSegment) { c.Activity = 0 }),
		"L1 activity of 1 is enough": given(hourly, trusted).
			when(t0, edited(memo, func(c *LogSegment) { c.Activity = 1 })).
			then(&event.SegmentLogged{Start: memo.Start, Kind: memo.Kind, Activity: 1, Screenshot: true, Memo: memo.Memo, Protectable: true}),
		"L1 without screenshot":                   logs(func(c *LogSegment) { c.Screenshot = false }),
		"L1 the client's payment method is lost":  logs(same, clientDid(t0, &event.PaymentMethodLost{})),
		"L1 the freelancer's identity is revoked": logs(same, freelancerDid(t0, &event.IdentityVerificationRevoked{})),
		"L1 a payment hold":                       logs(same, hold(event.HoldPayment)),
		"L1 an identity hold":                     logs(same, hold(event.HoldIdentity)),
		"L1 a quality hold does not matter": given(hourly, trusted, hold(event.HoldQuality), hold(event.HoldCircumvention)).
			when(t0, memo).then(protected),
		"L1 a lifted hold does not matter": given(hourly, trusted, hold(event.HoldPayment), freelancerDid(t0, &event.HoldLifted{Kind: event.HoldPayment})).
			when(t0, memo).then(protected),
		"L1 accounts as they are read, whatever their clock": given(hourly, clientDid(after(9, 0), &event.PaymentMethodVerified{}), freelancerDid(after(9, 0), &event.IdentityVerified{})).
			when(t0, memo).then(protected),
		"L1 neither is verified":                          given(hourly).when(t0, memo).then(&plain),
		"L1 the limit is decided at invoicing":            bill(20, 30, 10, 20, 1000, segment(0, true), segment(1, true), segment(2, true)),
		"L1 a partly billed segment is not protected":     bill(19, 30, 11, 10, 950, segment(0, true), segment(1, true), segment(2, true)),
		"L1 the earliest are billed first, as they start": bill(10, 20, 10, 10, 500, segment(5, false), segment(1, true)),
		"L1 not as they were logged":                      bill(10, 20, 10, 0, 500, segment(5, true), segment(1, false)),
		"L1 only those that were protectable":             bill(60, 30, 0, 20, 1500, segment(0, true), segment(1, false), segment(2, true)),
		"L1 manual time never is": given(accounts, contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindHourly,
			Via: event.ViaDirect, HourlyRate: 3000, WeeklyLimitMinutes: 60, ManualTimeAllowed: true}), trusted).
			when(t0, edited(memo, func(c *LogSegment) { c.Kind = event.SegmentManual })).
			then(&event.SegmentLogged{Start: memo.Start, Kind: event.SegmentManual, Activity: 5, Screenshot: true, Memo: memo.Memo}),
	}.run(t)

	// The verified client of another contract does not matter.
	other := uuid.MustParse("c0000000-0000-4000-8000-000000000002")
	given(hourly, freelancerDid(t0, &event.IdentityVerified{}), fact{event.ClientStream(other), t0, []event.Event{&event.ClientRegistered{}, &event.PaymentMethodVerified{}}}).
		when(t0, memo).then(&plain).check(t)
}
