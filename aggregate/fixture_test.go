package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// The cast of every test: a client, a freelancer, what is between them, and an
// id that is nobody's.
var (
	client     = uuid.MustParse("c0000000-0000-4000-8000-000000000001")
	freelancer = uuid.MustParse("f0000000-0000-4000-8000-000000000001")
	job        = uuid.MustParse("10000000-0000-4000-8000-000000000001")
	invite     = uuid.MustParse("20000000-0000-4000-8000-000000000001")
	proposal   = uuid.MustParse("60000000-0000-4000-8000-000000000001")
	interview  = uuid.MustParse("70000000-0000-4000-8000-000000000001")
	question   = uuid.MustParse("80000000-0000-4000-8000-000000000001")
	contract   = uuid.MustParse("30000000-0000-4000-8000-000000000001")
	dispute1   = uuid.MustParse("50000000-0000-4000-8000-000000000001")
	dispute2   = uuid.MustParse("50000000-0000-4000-8000-000000000002")
	nobody     = uuid.MustParse("eeeeeeee-0000-4000-8000-000000000001")

	// One milestone for each state.
	unfunded  = uuid.MustParse("40000000-0000-4000-8000-000000000001")
	funded    = uuid.MustParse("40000000-0000-4000-8000-000000000002")
	submitted = uuid.MustParse("40000000-0000-4000-8000-000000000003")
	requested = uuid.MustParse("40000000-0000-4000-8000-000000000004")
	closed    = uuid.MustParse("40000000-0000-4000-8000-000000000005")
)

func on(moment string) event.Time { return event.MustParseTime(moment) }

// t0 is a Monday morning.
var t0 = on("2016-01-04T09:00:00Z")

// after is some days and seconds after t0.
func after(days int, seconds int64) event.Time { return t0.AddDays(days).AddSeconds(seconds) }

func clientDid(at event.Time, events ...event.Event) fact {
	return fact{event.ClientStream(client), at, events}
}

func freelancerDid(at event.Time, events ...event.Event) fact {
	return fact{event.FreelancerStream(freelancer), at, events}
}

func inviteSaw(at event.Time, events ...event.Event) fact {
	return fact{event.InviteStream(invite), at, events}
}

func jobSaw(at event.Time, events ...event.Event) fact {
	return fact{event.JobStream(job), at, events}
}

func proposalSaw(at event.Time, events ...event.Event) fact {
	return fact{event.ProposalStream(proposal), at, events}
}

func interviewSaw(at event.Time, events ...event.Event) fact {
	return fact{event.InterviewStream(interview), at, events}
}

func contractSaw(at event.Time, events ...event.Event) fact {
	return fact{event.ContractStream(contract), at, events}
}

func weekSaw(w event.Week, at event.Time, events ...event.Event) fact {
	return fact{event.WorkWeekStream(contract, w), at, events}
}

var (
	accounts = facts{clientDid(t0, &event.ClientRegistered{}), freelancerDid(t0, &event.FreelancerRegistered{})}

	sent       = accounts.and(inviteSaw(t0, &event.InviteSent{Job: job, Client: client, Freelancer: freelancer, FreelancerAvailable: true, ExpiresAt: after(30, 0)}))
	sendInvite = SendInvite{Invite: invite, Job: job, Client: client, Freelancer: freelancer}

	accepted = sent.and(inviteSaw(t0, &event.InviteAccepted{CoverLetter: "Dear Ms."}, &event.ContactExchanged{}))

	postJob = PostJob{Job: job, Client: client, Kind: event.KindFixed, Connects: 6}
	posted  = accounts.and(jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindFixed, Connects: 6}))
	// able is a freelancer with ten Connects, of whom a proposal takes six.
	able           = posted.and(freelancerDid(t0, granted(1, 10, aYearOn)))
	submitProposal = SubmitProposal{Proposal: proposal, Job: job, Freelancer: freelancer, CoverLetter: "Dear Ms."}
	apply          = jobApplication{Freelancer: freelancer, Proposal: proposal, Job: job}
	paid           = able.and(freelancerDid(t0, applying(6), spent(1, 6)))
	proposed       = paid.and(proposalSaw(t0, proposing(event.ViaProposal, 6)))
	interviewing   = proposed.and(proposalSaw(t0, &event.InterviewStarted{}, &event.ContactExchanged{}))
	schedule       = ScheduleInterview{Interview: interview, Job: job, Proposals: []uuid.UUID{proposal}, Interviewers: []event.Text{"Ms. A", "Mr. B"},
		Format: event.FormatPanel, Channel: event.ChannelVideo, ScheduledAt: after(2, 0)}
	meeting   = interviewing.and(interviewSaw(t0, scheduled(after(2, 0))))
	makeOffer = MakeOffer{Proposal: proposal, Kind: event.KindHourly, HourlyRate: ptr(event.Money(3000)), WeeklyLimitMinutes: ptr(int64(60))}
	offerOpen = proposed.and(proposalSaw(t0, offer(after(7, 0))))

	startFixed = StartContract{Contract: contract, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}
	// startedFixed is what startFixed comes to; the contracts below began with an offer, or
	// in the first edition.
	startedFixed = &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal}
	fixed        = accounts.and(contractSaw(t0, &event.ContractStarted{
		Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaDirect}))

	startHourly = StartContract{Contract: contract, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindHourly, Via: event.ViaProposal,
		HourlyRate: ptr(event.Money(3000)), WeeklyLimitMinutes: ptr(int64(60))}
	hourly = accounts.and(contractSaw(t0, &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer,
		Kind: event.KindHourly, Via: event.ViaDirect, HourlyRate: 3000, WeeklyLimitMinutes: 60}))

	// milestones is a fixed-price contract with a milestone of 100.00 in each
	// state; escrow holds 300.00.
	milestones = fixed.and(
		contractSaw(t0, add(unfunded), add(funded), add(submitted), add(requested), add(closed),
			fund(funded), fund(submitted), fund(requested), fund(closed)),
		contractSaw(t0, &event.WorkSubmitted{Milestone: submitted, Attempt: 1, AutoReleaseAt: after(14, 0)},
			&event.EscrowRefundRequested{Milestone: requested, Amount: 10000, RespondBy: after(7, 0)},
			release(closed, 10000, event.ReleasedByClient)))

	paused   = contractSaw(t0, &event.ContractPaused{})
	endedBy  = func(by event.Side) *event.ContractEnded { return ended(by, on("2016-01-19T00:00:00Z")) }
	endedNow = contractSaw(t0, endedBy(event.SideClient))
	emptied  = contractSaw(t0, refund(funded, 10000, event.RefundEndedByFreelancer),
		refund(submitted, 10000, event.RefundEndedByFreelancer), refund(requested, 10000, event.RefundEndedByFreelancer))
	disputed  = contractSaw(t0, openDispute(dispute1, 5000))
	bare      = contractSaw(t0, firstEdition(dispute1, 5000))
	endFixed  = fixed.and(endedNow)
	endHourly = hourly.and(endedNow)

	week1    = event.WeekOf(t0)
	invoiced = weekSaw(week1, on("2016-01-11T12:00:00Z"), &event.WeekInvoiced{Minutes: 10, Amount: 500, ReviewEndsAt: reviewed})
	reviewed = on("2016-01-16T00:00:00Z")
	worked   = hourly.and(weekSaw(week1, t0, logged(t0)))
	billed   = worked.and(invoiced)

	// later is when the ten minutes of tracked are over.
	later = after(0, 1200)

	offerContract  = OfferContract{Contract: contract, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed}
	contractOffer  = accounts.and(contractSaw(t0, offeredContract(func(*event.ContractOffered) {})))
	offerTakenBack = contractSaw(t0, &event.ContractOfferClosed{Cause: event.OfferClosedWithdrawn})
)

func ptr[T any](v T) *T { return &v }

// aYearOn is when Connects expire that came at t0.
var aYearOn = on("2017-01-04T09:00:00Z")

func granted(lot int, amount event.Connects, expires event.Time) *event.ConnectsGranted {
	return &event.ConnectsGranted{Lot: lot, Amount: amount, Reason: event.GrantOther, ExpiresAt: expires}
}

func spent(lot int, amount event.Connects) *event.ConnectsSpent {
	return &event.ConnectsSpent{Proposal: proposal, Job: job, Lot: lot, Amount: amount}
}

// applying is what an application leaves on the account, beside what it takes.
func applying(connects event.Connects) *event.JobApplied {
	return &event.JobApplied{Job: job, Proposal: proposal, Connects: connects}
}

// scheduled is what schedule comes to, at a moment.
func scheduled(at event.Time) *event.InterviewScheduled {
	return &event.InterviewScheduled{Job: job, Client: client, Proposals: []uuid.UUID{proposal}, Interviewers: []event.Text{"Ms. A", "Mr. B"},
		Kind: event.FormatPanel, Channel: event.ChannelVideo, ScheduledAt: at}
}

func returned(lot int, amount event.Connects, expires event.Time) *event.ConnectsReturned {
	return &event.ConnectsReturned{Proposal: proposal, Lot: lot, Amount: amount, ExpiresAt: expires}
}

func proposing(via event.Via, connects event.Connects) *event.ProposalSubmitted {
	e := &event.ProposalSubmitted{Job: job, Client: client, Freelancer: freelancer, Via: via, Connects: connects, CoverLetter: "Dear Ms."}
	if via == event.ViaInvite {
		e.Invite = invite
	}
	return e
}

func offer(expires event.Time) *event.OfferMade {
	return &event.OfferMade{Kind: event.KindHourly, HourlyRate: 3000, WeeklyLimitMinutes: 60, ExpiresAt: expires}
}

func add(m uuid.UUID) *event.MilestoneAdded {
	return &event.MilestoneAdded{Milestone: m, Amount: 10000}
}

func fund(m uuid.UUID) *event.MilestoneFunded {
	return &event.MilestoneFunded{Milestone: m, Amount: 10000}
}

func release(m uuid.UUID, amount event.Money, cause event.ReleaseCause) *event.MilestoneReleased {
	return &event.MilestoneReleased{Milestone: m, Amount: amount, Cause: cause}
}

func refund(m uuid.UUID, amount event.Money, cause event.RefundCause) *event.EscrowRefunded {
	return &event.EscrowRefunded{Milestone: m, Amount: amount, Cause: cause}
}

func ended(by event.Side, closes event.Time) *event.ContractEnded {
	return &event.ContractEnded{By: by, FeedbackClosesAt: closes, ResponsesCloseAt: closes.AddDays(14), Reason: "done"}
}

// openDispute is the client's, over escrow.
func openDispute(id uuid.UUID, amount event.Money) *event.DisputeOpened {
	return openedOver(id, amount, event.SideClient, event.LapseRefunds)
}

func openedOver(id uuid.UUID, amount event.Money, by event.Side, lapse event.DisputeLapse) *event.DisputeOpened {
	return &event.DisputeOpened{Dispute: id, By: by, Amount: amount, RespondBy: after(5, 0), OnLapse: lapse, Reason: "late"}
}

// firstEdition is a dispute as logs of the first edition have it.
func firstEdition(id uuid.UUID, amount event.Money) *event.DisputeOpened {
	return openedOver(id, amount, event.SideClient, "")
}

// disputeWeek is a dispute over a week, opened at a moment.
func disputeWeek(at event.Time, id uuid.UUID, w event.Week, amount event.Money) *event.DisputeOpened {
	return &event.DisputeOpened{
		Dispute: id, By: event.SideClient, Week: w, Amount: amount, RespondBy: at.AddDays(3), OnLapse: event.LapseProtects, Reason: "late",
	}
}

// offeredContract is a direct offer, of fixed-price work unless changed.
func offeredContract(change func(*event.ContractOffered)) *event.ContractOffered {
	e := &event.ContractOffered{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, ExpiresAt: after(7, 0)}
	change(e)
	return e
}

// logged is a segment without a memo.
func logged(start event.Time) *event.SegmentLogged {
	return &event.SegmentLogged{
		Start: start, Kind: event.SegmentTracked, Activity: 5, Screenshot: true, Unprotected: event.UnprotectedNoMemo,
	}
}

func fives() event.Scores {
	return event.Scores{Skills: 5, Quality: 5, Availability: 5, Deadlines: 5, Communication: 5, Cooperation: 5}
}
