package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var (
	week2     = event.WeekOf(after(7, 0))
	monday    = on("2016-01-11T12:00:00Z") // when week1 can be invoiced
	tracked   = LogSegment{Contract: contract, Start: t0.AddSeconds(600), Kind: event.SegmentTracked, Activity: 5, Screenshot: true}
	lockWeek  = last(weekSaw(week1, t0, &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed}))
	empty     = weekSaw(week2, on("2016-01-18T12:00:00Z"), logged(after(7, 0)), &event.SegmentDeleted{Start: after(7, 0)}, &event.WeekInvoiced{ReviewEndsAt: reviewed})
	overWeek  = contractSaw(t0, disputeWeek(t0, dispute1, week1, 500))
	cancelled = contractSaw(t0, disputeWeek(t0, dispute1, week1, 500), &event.DisputeCancelled{Dispute: dispute1})
)

var diaryOrders = []ordered{
	{situation{past: worked, at: later, cmd: tracked}, []fault{
		{Invalid, edit(func(c *LogSegment) { c.Activity = 11 })},
		{NotFound, with(func(c *LogSegment) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(endedNow)},
		{ManualTimeForbidden, edit(func(c *LogSegment) { c.Kind = event.SegmentManual })},
		{WeekLocked, lockWeek},
		{DuplicateSegment, edit(func(c *LogSegment) { c.Start = t0 })},
		{TooEarly, edit(func(c *LogSegment) { c.Start = t0.AddSeconds(-600) })},
		{InFuture, at(later - 1)},
		{TooLate, at(monday)},
	}},
	{situation{past: worked, at: later, cmd: tracked}, []fault{
		{WrongState, last(contractSaw(t0, &event.ContractPaused{}))},
		{ManualTimeForbidden, edit(func(c *LogSegment) { c.Kind = event.SegmentManual })},
		{DuplicateSegment, first(weekSaw(week1, t0, logged(tracked.Start)))},
	}},
	{situation{past: worked, at: later, cmd: DeleteSegment{contract, t0}}, []fault{
		{Invalid, edit(func(c *DeleteSegment) { c.Start++ })},
		{NotFound, with(func(c *DeleteSegment) *uuid.UUID { return &c.Contract }, nobody)},
		{NotFound, edit(func(c *DeleteSegment) { c.Start = c.Start.AddSeconds(600) })},
		{OutOfOrder, outOfOrder},
		{WrongState, last(endedNow)},
		{WeekLocked, lockWeek},
		{TooLate, at(monday)},
	}},
	{situation{past: worked, at: monday, cmd: InvoiceWeek{contract, week1}}, []fault{
		{Invalid, edit(func(c *InvoiceWeek) { c.Week.Number = 54 })},
		{NotFound, with(func(c *InvoiceWeek) *uuid.UUID { return &c.Contract }, nobody)},
		{NotFound, edit(func(c *InvoiceWeek) { c.Week = week2 })},
		{OutOfOrder, outOfOrder},
		{WeekLocked, lockWeek},
		{TooEarly, at(monday - 1)},
	}},
	{situation{past: expensive, at: monday, cmd: InvoiceWeek{contract, week1}}, []fault{
		{WeekLocked, lockWeek},
		{TooEarly, at(monday - 1)},
		{InvalidAmount, last(contractSaw(t0, &event.WeeklyLimitChanged{WeeklyLimitMinutes: 70}), weekSaw(week1, t0, logged(t0.AddSeconds(3600))))},
	}},
	{situation{past: billed, at: reviewed, cmd: PayWeek{contract, week1, event.ActorTimer}}, []fault{
		{Invalid, edit(func(c *PayWeek) { c.Actor = event.ActorClient })},
		{NotFound, with(func(c *PayWeek) *uuid.UUID { return &c.Contract }, nobody)},
		{NotFound, edit(func(c *PayWeek) { c.Week.Number = 30 })},
		{OutOfOrder, outOfOrder},
		{DisputeOpen, last(bare)},
		{WrongState, first(contractSaw(t0, &event.HoursPaid{Week: week1, Amount: 1}))},
		{TooEarly, at(reviewed - 1)},
		{InvalidAmount, first(contractSaw(t0, &event.BonusPaid{Amount: huge - 499}))},
	}},
	{situation{past: billed.and(empty), at: reviewed, cmd: PayWeek{contract, week1, ""}}, []fault{
		{DisputeOpen, last(bare)},
		{WrongState, edit(func(c *PayWeek) { c.Week = week2 })},
	}},
	{situation{past: worked, at: reviewed, cmd: PayWeek{contract, week1, ""},
		last: facts{invoiced}}, []fault{
		{DisputeOpen, last(overWeek)},
		{WrongState, func(s *situation) { s.last = s.last[1:] }},
		{TooEarly, at(reviewed - 1)},
	}},
	{situation{past: billed, at: monday, cmd: PayWeek{contract, week1, event.ActorPlatform}, first: facts{cancelled}}, []fault{
		{NotFound, with(func(c *PayWeek) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, func(s *situation) { s.first = s.first[1:] }},
		{InvalidAmount, last(contractSaw(t0, &event.BonusPaid{Amount: huge - 499}))},
	}},
}

// expensive is a week whose hour costs as much as 64 bits can say.
var expensive = accounts.and(
	contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
		Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: huge, WeeklyLimitMinutes: 60}),
	weekSaw(week1, t0, logged(t0), logged(t0.AddSeconds(600)), logged(t0.AddSeconds(1200)),
		logged(t0.AddSeconds(1800)), logged(t0.AddSeconds(2400)), logged(t0.AddSeconds(3000))))

func onDispute[C Command](c C, moment event.Time, id func(*C) *uuid.UUID, contractID func(*C) *uuid.UUID, faults ...fault) ordered {
	return ordered{situation{past: milestones.and(disputed), at: moment, cmd: c}, append([]fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(contractID, nobody)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(contractSaw(t0, &event.DisputeCancelled{Dispute: dispute1}))},
	}, faults...)}
}

var disputeOrders = []ordered{
	{situation{past: milestones, at: t0, cmd: OpenDispute{contract, dispute2, event.SideClient, 30000, "late", event.Week{}}}, []fault{
		{Invalid, edit(func(c *OpenDispute) { c.Reason = "" })},
		{InvalidAmount, edit(func(c *OpenDispute) { c.Amount = 0 })},
		{NotFound, with(func(c *OpenDispute) *uuid.UUID { return &c.Contract }, nobody)},
		{AlreadyExists, func(s *situation) {
			s.first = s.first.and(contractSaw(t0, openDispute(dispute2, 1), &event.DisputeCancelled{Dispute: dispute2}))
		}},
		{OutOfOrder, outOfOrder},
		{DisputeOpen, last(disputed)},
		{ExceedsEscrow, edit(func(c *OpenDispute) { c.Amount = 30001 })},
	}},
	{situation{past: endFixed, at: after(30, -1), cmd: OpenDispute{contract, dispute2, event.SideFreelancer, 30000, "late", event.Week{}}}, []fault{
		{Invalid, edit(func(c *OpenDispute) { c.By = "judge" })},
		{NotFound, edit(func(c *OpenDispute) { c.By, c.Week = event.SideClient, week1 })},
		{OutOfOrder, outOfOrder},
		{DisputeOpen, last(disputed)},
		{TooLate, at(after(30, 0))},
	}},
	{situation{past: billed, at: reviewed - 1, cmd: OpenDispute{contract, dispute2, event.SideClient, 500, "late", week1}}, []fault{
		{Invalid, edit(func(c *OpenDispute) { c.By = event.SideFreelancer })},
		{InvalidAmount, edit(func(c *OpenDispute) { c.Amount = 0 })},
		{AlreadyExists, last(contractSaw(t0, disputeWeek(t0, dispute2, week2, 500)))},
		{NotFound, edit(func(c *OpenDispute) { c.Week.Number = 30 })},
		{OutOfOrder, outOfOrder},
		{DisputeOpen, first(overWeek)},
		{WrongState, func(s *situation) { s.past = worked }},
		{TooLate, at(reviewed)},
		{ExceedsInvoice, edit(func(c *OpenDispute) { c.Amount = 501 })},
	}},
	{situation{past: billed, at: reviewed - 1, cmd: OpenDispute{contract, dispute2, event.SideClient, 500, "late", week1}}, []fault{
		{WrongState, last(contractSaw(monday, &event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}))},
		{TooLate, at(reviewed)},
		{ExceedsInvoice, edit(func(c *OpenDispute) { c.Amount = 501 })},
	}},
	onDispute(AnswerDispute{contract, dispute1, event.AnswerContest}, t0,
		func(c *AnswerDispute) *uuid.UUID { return &c.Dispute }, func(c *AnswerDispute) *uuid.UUID { return &c.Contract },
		fault{WrongState, first(contractSaw(t0, &event.DisputeAnswered{Dispute: dispute1}))}),
	onDispute(LapseDispute{contract, dispute1}, after(5, 0),
		func(c *LapseDispute) *uuid.UUID { return &c.Dispute }, func(c *LapseDispute) *uuid.UUID { return &c.Contract },
		fault{WrongState, first(contractSaw(t0, &event.DisputeAnswered{Dispute: dispute1}))},
		fault{TooEarly, at(after(5, -1))}),
	onDispute(ProposeSettlement{contract, dispute1, 5000, 0}, t0,
		func(c *ProposeSettlement) *uuid.UUID { return &c.Dispute }, func(c *ProposeSettlement) *uuid.UUID { return &c.Contract },
		fault{InvalidAmount, edit(func(c *ProposeSettlement) { c.ToClient = 1 })}),
	onDispute(ResolveDispute{contract, dispute1, 2000, 3000, event.DecidedByMediation}, t0,
		func(c *ResolveDispute) *uuid.UUID { return &c.Dispute }, func(c *ResolveDispute) *uuid.UUID { return &c.Contract },
		fault{InvalidAmount, edit(func(c *ResolveDispute) { c.ToClient = 2999 })}),
	{situation{past: milestones.and(disputed), at: t0, cmd: ResolveDispute{contract, dispute1, 2000, 3000, event.DecidedByMediation}}, []fault{
		{Invalid, edit(func(c *ResolveDispute) { c.DecidedBy = "" })},
		{InvalidAmount, edit(func(c *ResolveDispute) { c.ToClient, c.ToFreelancer = -1, 5001 })},
		{NotFound, with(func(c *ResolveDispute) *uuid.UUID { return &c.Dispute }, nobody)},
	}},
	onDispute(CancelDispute{contract, dispute1, ""}, t0,
		func(c *CancelDispute) *uuid.UUID { return &c.Dispute }, func(c *CancelDispute) *uuid.UUID { return &c.Contract }),
}
