package aggregate

import (
	"math"
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

func edited[C Command](c C, change func(*C)) C {
	change(&c)
	return c
}

func TestStartContract(t *testing.T) {
	started := func(change func(*event.ContractStarted)) *event.ContractStarted {
		e := event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}
		change(&e)
		return &e
	}
	fixedWith := func(change func(*StartContract)) StartContract { return edited(startFixed, change) }
	hourlyWith := func(change func(*StartContract)) StartContract { return edited(startHourly, change) }
	hours := func(e *event.ContractStarted) {
		e.Kind, e.HourlyRate, e.WeeklyLimitMinutes = event.KindHourly, 3000, 60
	}

	table{
		"F1 an invite that nobody knows": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, nobody })).
			then(started(func(e *event.ContractStarted) { e.Via, e.Invite = event.ViaInvite, nobody })).by(event.ActorClient),
		"F1 via invite without its id": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via = event.ViaInvite })).
			then(started(func(e *event.ContractStarted) { e.Via = event.ViaInvite })),
		"F1 a proposal that nobody knows": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal, c.Category = event.ViaProposal, nobody, "web" })).
			then(started(func(e *event.ContractStarted) { e.Via, e.Proposal, e.Category = event.ViaProposal, nobody, "web" })),
		"F1 an invite that was accepted": given(accepted).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, invite })).
			then(started(func(e *event.ContractStarted) { e.Via, e.Invite = event.ViaInvite, invite })),
		"F1 it may open several contracts": given(accepted, fact{event.ContractStream(nobody), t0, fixed[2].events}).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, invite })).
			then(started(func(e *event.ContractStarted) { e.Via, e.Invite = event.ViaInvite, invite })),
		"F1 an invite that was not": given(sent).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, invite })).rejected(WrongState),
		"F1 an invite that was declined": given(sent, inviteSaw(t0, &event.InviteDeclined{})).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, invite })).rejected(WrongState),
		"F1 another's invite": given(accounts, invitesToo).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, otherInvite })).rejected(NotFound),
		"F1 another's proposal": given(accounts, fact{event.ProposalStream(proposal), t0, []event.Event{&event.ProposalSubmitted{Job: job, Client: client, Freelancer: nobody, Via: event.ViaProposal}}}).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal = event.ViaProposal, proposal })).rejected(NotFound),
		"F1 a proposal hired for another contract": given(hired(1, 2)).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal = event.ViaProposal, proposal })).rejected(WrongState),
		"F1 a proposal that is not hired": given(hiring(1, 2)).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal = event.ViaProposal, proposal })).rejected(WrongState),
		"F1 without an origin":      given(accounts).when(t0, startFixed).then(started(func(*event.ContractStarted) {})).by(event.ActorClient),
		"F1 via direct":             given(accounts).when(t0, fixedWith(func(c *StartContract) { c.Via = event.ViaDirect })).rejected(Invalid),
		"E1 the client's job, open": given(posted).when(t0, startFixed).then(started(func(*event.ContractStarted) {})),
		"E1 the client's job, removed": given(posted, jobSaw(t0, &event.JobRemoved{Reason: event.RemoveTOS})).
			when(t0, startFixed).then(started(func(*event.ContractStarted) {})),
		"E1 another client's job": given(accounts, jobSaw(t0, &event.JobPosted{Client: nobody, Kind: event.KindFixed})).when(t0, startFixed).rejected(NotFound),
		"C2 no clock is asked": given(accounts, clientDid(after(9, 0), &event.PaymentMethodVerified{}), freelancerDid(after(9, 0), &event.IdentityVerified{})).
			when(t0, startFixed).then(started(func(*event.ContractStarted) {})),
		"D7 the terms are not asked": given(accounts).when(t0, startFixed).
			under(func(t *Terms) { t.RequiredVersion = "2" }).then(started(func(*event.ContractStarted) {})),
		"D6 a hold that blocks proposals alone": given(accounts, freelancerDid(t0, &event.HoldPlaced{Kind: event.HoldQuality, Blocks: []event.HoldBlock{event.BlockProposals}})).
			when(t0, startFixed).then(started(func(*event.ContractStarted) {})),
		"what was agreed": given(accounts).when(t0, fixedWith(func(c *StartContract) { c.Description = "a menu" })).
			then(started(func(e *event.ContractStarted) { e.Description = "a menu" })),

		"F1 an invite with via proposal": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaProposal, invite })).rejected(Invalid),
		"F1 a proposal with via invite": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal = event.ViaInvite, invite })).rejected(Invalid),
		"F1 an invite with via direct": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Invite = event.ViaDirect, invite })).rejected(Invalid),
		"F1 a proposal with via direct": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.Via, c.Proposal = event.ViaDirect, invite })).rejected(Invalid),

		"F2 hourly, manual time forbidden by default": given(accounts).when(t0, startHourly).then(started(hours)),
		"F2 hourly with manual time": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.ManualTimeAllowed = ptr(true) })).
			then(started(func(e *event.ContractStarted) { hours(e); e.ManualTimeAllowed = true })),
		"F2 hourly without manual time": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.ManualTimeAllowed = ptr(false) })).then(started(hours)),
		"F2 hourly without rate": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.HourlyRate = nil })).rejected(Invalid),
		"F2 hourly with a rate of 0": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.HourlyRate = ptr(event.Money(0)) })).rejected(InvalidAmount),
		"F2 hourly without limit": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.WeeklyLimitMinutes = nil })).rejected(Invalid),
		"F2 hourly with a limit of 0": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.WeeklyLimitMinutes = ptr(int64(0)) })).rejected(Invalid),
		"F2 a rate and a limit of 0": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) {
				c.HourlyRate, c.WeeklyLimitMinutes = ptr(event.Money(-1)), ptr(int64(0))
			})).rejected(Invalid),
		"F2 no upper limit": given(accounts).
			when(t0, hourlyWith(func(c *StartContract) { c.HourlyRate, c.WeeklyLimitMinutes = ptr(huge), ptr(int64(math.MaxInt64)) })).
			then(started(func(e *event.ContractStarted) {
				e.Kind, e.HourlyRate, e.WeeklyLimitMinutes = event.KindHourly, huge, math.MaxInt64
			})),
		"F2 fixed with a rate": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.HourlyRate = ptr(event.Money(-1)) })).rejected(Invalid),
		"F2 fixed with a limit": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.WeeklyLimitMinutes = ptr(int64(60)) })).rejected(Invalid),
		"F2 fixed with manual time": given(accounts).
			when(t0, fixedWith(func(c *StartContract) { c.ManualTimeAllowed = ptr(false) })).rejected(Invalid),
	}.run(t)
}

func TestKindsPauseAndEnd(t *testing.T) {
	m := uuid.MustParse("40000000-0000-4000-8000-000000000009")
	end := func(by event.Side) EndContract { return EndContract{contract, by, "done"} }
	pause, resume := PauseContract{contract, event.ActorClient}, ResumeContract{contract, event.ActorClient}

	rows := table{
		"F3 AddMilestone on hourly":  given(hourly).when(t0, AddMilestone{Contract: contract, Milestone: m, Amount: 1}).rejected(WrongState),
		"F3 FundMilestone on hourly": given(hourly).when(t0, FundMilestone{contract, m}).rejected(NotFound),
		"F3 SubmitWork on hourly":    given(hourly).when(t0, SubmitWork{contract, m}).rejected(NotFound),
		"F3 LogSegment on fixed":     given(fixed).when(later, tracked).rejected(WrongState),
		"F3 manual LogSegment on fixed": given(fixed).
			when(t0, edited(tracked, func(c *LogSegment) { c.Kind = event.SegmentManual })).rejected(WrongState),
		"F3 ChangeWeeklyLimit on fixed": given(fixed).when(t0, ChangeWeeklyLimit{contract, 60}).rejected(WrongState),
		"F3 DeleteSegment on fixed":     given(fixed).when(t0, DeleteSegment{contract, t0}).rejected(NotFound),
		"F3 InvoiceWeek on fixed":       given(fixed).when(monday, InvoiceWeek{contract, week1}).rejected(NotFound),
		"F3 PayWeek on fixed":           given(fixed).when(reviewed, PayWeek{contract, week1, ""}).rejected(NotFound),
		"F4 no one is named":            given(fixed).when(t0, PauseContract{contract, ""}).then(&event.ContractPaused{}).by(event.ActorPlatform),
		"F4 the timer pauses nothing":   given(fixed).when(t0, PauseContract{contract, event.ActorTimer}).rejected(Invalid),
		"F4 the timer resumes nothing":  given(fixed, paused).when(t0, ResumeContract{contract, event.ActorTimer}).rejected(Invalid),
		"F4 pause a paused one":         given(fixed, paused).when(t0, pause).rejected(WrongState),
		"F4 resume an active one":       given(fixed).when(t0, resume).rejected(WrongState),
		"F4 pause an ended one":         given(endFixed).when(t0, pause).rejected(WrongState),
		"F4 resume an ended one":        given(fixed, paused, endedNow).when(t0, resume).rejected(WrongState),
		"F4 pause a resumed one":        given(fixed, paused, contractSaw(t0, &event.ContractResumed{})).when(t0, pause).then(&event.ContractPaused{}),
		"F5 paused: SubmitWork":         given(milestones, paused).when(t0, SubmitWork{contract, funded}).rejected(WrongState),
		"F5 paused: LogSegment":         given(hourly, paused).when(t0, tracked).rejected(WrongState),
		"F5 paused: DeleteSegment":      given(worked, paused).when(t0, DeleteSegment{contract, t0}).rejected(WrongState),
		"F5 paused: AddMilestone":       given(fixed, paused).when(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: 10000}).then(add(funded)),
		"F5 paused: FundMilestone":      given(milestones, paused).when(t0, FundMilestone{contract, unfunded}).then(fund(unfunded)),
		"F5 paused: ReleaseMilestone": given(milestones, paused).
			when(t0, ReleaseMilestone{contract, funded, nil}).then(release(funded, 10000, event.ReleasedByClient)),
		"F5 paused: RequestChanges": given(milestones, paused).
			when(t0, RequestChanges{contract, submitted}).then(&event.ChangesRequested{Milestone: submitted}),
		"F5 paused: AutoReleaseMilestone": given(milestones, paused).
			when(after(14, 0), AutoReleaseMilestone{contract, submitted}).then(release(submitted, 10000, event.ReleasedAuto)),
		"F5 paused: LapseEscrowRefund": given(milestones, paused).
			when(after(7, 0), LapseEscrowRefund{contract, requested}).then(refund(requested, 10000, event.RefundLapsed)),
		"F5 paused: AcceptEscrowRefund": given(milestones, paused).
			when(t0, AcceptEscrowRefund{contract, requested}).then(refund(requested, 10000, event.RefundAccepted)),
		"F5 paused: ChangeWeeklyLimit": given(hourly, paused).
			when(t0, ChangeWeeklyLimit{contract, 30}).then(&event.WeeklyLimitChanged{WeeklyLimitMinutes: 30}).by(event.ActorClient),
		"F5 paused: InvoiceWeek": given(worked, paused).
			when(monday, InvoiceWeek{contract, week1}).then(&event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed}),
		"F5 paused: PayWeek": given(billed, paused).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}),
		"F6 ended: LogSegment":          given(endHourly).when(t0, tracked).rejected(WrongState),
		"F6 ended: ChangeWeeklyLimit":   given(endHourly).when(t0, ChangeWeeklyLimit{contract, 60}).rejected(WrongState),
		"F6 ended: EndContract":         given(endFixed).when(t0, end(event.SideFreelancer)).rejected(WrongState),
		"F6 ended: EndContract, client": given(endFixed).when(t0, end(event.SideClient)).rejected(WrongState),
		"F6 ended: PayBonus": given(endFixed).
			when(after(400, 0), PayBonus{contract, 5}).then(&event.BonusPaid{Amount: 5}).by(event.ActorClient),
		"F6 ended: GiveRefund": given(fixed, contractSaw(t0, &event.BonusPaid{Amount: 5}), endedNow).
			when(after(400, 0), GiveRefund{contract, 5}).then(&event.RefundGiven{Amount: 5}).by(event.ActorFreelancer),
		"F6 ended: InvoiceWeek": given(worked, endedNow).
			when(monday, InvoiceWeek{contract, week1}).
			then(&event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed}).by(event.ActorTimer),
		"F6 ended: PayWeek": given(billed, endedNow).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}).by(event.ActorTimer),
		"F6 ended: DeleteSegment":          given(worked, endedNow).when(t0, DeleteSegment{contract, t0}).rejected(WrongState),
		"F6 ended: invoiced DeleteSegment": given(billed, endedNow).when(monday, DeleteSegment{contract, t0}).rejected(WrongState),
		"F6 ended: OpenDispute": given(endFixed).
			when(t0, OpenDispute{contract, dispute1, event.SideClient, 5000, "late", event.Week{}}).
			then(openedOver(dispute1, 5000, event.SideClient, event.LapseNothing)),
		"F13 by the client, active": given(fixed).when(t0, end(event.SideClient)).then(endedBy(event.SideClient)).by(event.ActorClient),
		"F13 by the client, paused": given(fixed, paused).when(t0, end(event.SideClient)).then(endedBy(event.SideClient)),
		"F13 by the freelancer, paused": given(fixed, paused).
			when(t0, end(event.SideFreelancer)).then(endedBy(event.SideFreelancer)).by(event.ActorFreelancer),
		"F13 by the client with escrow": given(milestones).when(t0, end(event.SideClient)).rejected(EscrowNotEmpty),
		"F13 escrow is all that stands in the way: unfunded milestones do not": given(fixed, contractSaw(t0, add(unfunded))).
			when(t0, end(event.SideClient)).then(endedBy(event.SideClient)),
		"F13 nor do weeks that are not paid": given(billed, weekSaw(week2, t0, logged(after(7, 0)))).
			when(t0, end(event.SideClient)).then(endedBy(event.SideClient)),
		"F13 a freelancer who ends gives it all": given(milestones).
			when(t0, end(event.SideFreelancer)).
			then(append(emptied.events, endedBy(event.SideFreelancer))...).by(event.ActorFreelancer),
		"F13 also what is left of a milestone": given(milestones, contractSaw(t0, release(submitted, 9999, event.ReleasedByClient))).
			when(t0, end(event.SideFreelancer)).then(
			refund(funded, 10000, event.RefundEndedByFreelancer), refund(submitted, 1, event.RefundEndedByFreelancer),
			refund(requested, 10000, event.RefundEndedByFreelancer), endedBy(event.SideFreelancer)),
	}
	for _, actor := range []event.Actor{event.ActorClient, event.ActorFreelancer, event.ActorPlatform} {
		rows["F4 pause by "+string(actor)] = given(fixed).when(t0, PauseContract{contract, actor}).then(&event.ContractPaused{}).by(actor)
		rows["F4 resume by "+string(actor)] = given(fixed, paused).when(t0, ResumeContract{contract, actor}).then(&event.ContractResumed{}).by(actor)
	}
	over := milestones.and(emptied, endedNow)
	for _, c := range []Command{
		AddMilestone{Contract: contract, Milestone: m, Amount: 1}, FundMilestone{contract, unfunded}, SubmitWork{contract, funded}, RequestChanges{contract, submitted},
		ReleaseMilestone{contract, funded, nil}, AutoReleaseMilestone{contract, submitted}, RequestEscrowRefund{contract, funded},
		AcceptEscrowRefund{contract, requested}, RefuseEscrowRefund{contract, requested}, LapseEscrowRefund{contract, requested},
	} {
		rows["F6 ended: "+CommandName(c)] = given(over).when(after(14, 0), c).rejected(WrongState)
		if name := CommandName(c); name != "AddMilestone" {
			rows["F3 no such milestone: "+name] = given(endFixed).when(t0, c).rejected(NotFound)
		}
	}
	rows.run(t)
}

// TestMoney is fine print F14 and L3: what is paid, and where sums end.
func TestMoney(t *testing.T) {
	paid := milestones.and(contractSaw(t0, &event.BonusPaid{Amount: 50})) // 10,000 of a milestone and 50
	full := contractSaw(t0, &event.BonusPaid{Amount: huge})
	table{
		"F14 a refund of all that was paid": given(paid).when(t0, GiveRefund{contract, 10050}).then(&event.RefundGiven{Amount: 10050}),
		"F14 one more than was paid":        given(paid).when(t0, GiveRefund{contract, 10051}).rejected(ExceedsPaid),
		"F14 what was given back counts": given(paid, contractSaw(t0, &event.RefundGiven{Amount: 10000})).
			when(t0, GiveRefund{contract, 51}).rejected(ExceedsPaid),
		"F14 down to 0": given(paid, contractSaw(t0, &event.RefundGiven{Amount: 10000})).
			when(t0, GiveRefund{contract, 50}).then(&event.RefundGiven{Amount: 50}),
		"F14 hours count": given(hourly, contractSaw(t0, &event.HoursPaid{Week: week1, Amount: 7})).
			when(t0, GiveRefund{contract, 7}).then(&event.RefundGiven{Amount: 7}),
		"F14 escrow that is held does not": given(fixed, contractSaw(t0, add(funded), fund(funded))).
			when(t0, GiveRefund{contract, 1}).rejected(ExceedsPaid),
		"F14 escrow that was refunded does not": given(fixed, contractSaw(t0, add(funded), fund(funded), refund(funded, 10000, event.RefundByDispute))).
			when(t0, GiveRefund{contract, 1}).rejected(ExceedsPaid),
		"F14 with a dispute open":        given(paid, disputed).when(t0, GiveRefund{contract, 1}).then(&event.RefundGiven{Amount: 1}),
		"F14 while paused":               given(paid, paused).when(t0, GiveRefund{contract, 1}).then(&event.RefundGiven{Amount: 1}),
		"L3 a bonus as large as 64 bits": given(fixed).when(t0, PayBonus{contract, huge}).then(&event.BonusPaid{Amount: huge}),
		"L3 one more":                    given(fixed, full).when(t0, PayBonus{contract, 1}).rejected(InvalidAmount),
		"L3 a milestone after it":        given(fixed, full).when(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: 1}).rejected(InvalidAmount),
		"L3 refunds make no room: sums are gross": given(fixed, full, contractSaw(t0, &event.RefundGiven{Amount: huge})).
			when(t0, PayBonus{contract, 1}).rejected(InvalidAmount),
		"L3 all of it can be given back": given(fixed, full).when(t0, GiveRefund{contract, huge}).then(&event.RefundGiven{Amount: huge}),
		"L3 the largest milestone": given(fixed).
			when(t0, AddMilestone{Contract: contract, Milestone: funded, Amount: huge}).then(&event.MilestoneAdded{Milestone: funded, Amount: huge}),
		"L3 a second milestone beside it": given(fixed, contractSaw(t0, &event.MilestoneAdded{Milestone: funded, Amount: huge})).
			when(t0, AddMilestone{Contract: contract, Milestone: submitted, Amount: 1}).rejected(InvalidAmount),
		"L3 hours that fit no more": given(billed, contractSaw(t0, &event.BonusPaid{Amount: huge - 499})).
			when(reviewed, PayWeek{contract, week1, ""}).rejected(InvalidAmount),
		"L3 hours that just fit": given(billed, contractSaw(t0, &event.BonusPaid{Amount: huge - 500})).
			when(reviewed, PayWeek{contract, week1, ""}).then(&event.HoursPaid{Week: week1, Minutes: 10, Amount: 500}),
		"L3 shares that overflow do not add up": given(fixed, contractSaw(t0, openDispute(dispute1, huge))).
			when(t0, ProposeSettlement{contract, dispute1, huge, huge}).rejected(InvalidAmount),
		"L3 a dispute may be about any amount": given(fixed, contractSaw(t0, openDispute(dispute1, huge))).
			when(t0, ResolveDispute{contract, dispute1, huge, 0, event.DecidedByArbitration}).
			then(&event.DisputeResolved{Dispute: dispute1, ToFreelancer: huge, DecidedBy: event.DecidedByArbitration}),
	}.run(t)
}
