package aggregate

import (
	"math"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// rich takes a contract's sums to within 100 of what 64 bits hold.
var rich = contractSaw(t0, &event.BonusPaid{Amount: math.MaxInt64 - 60000})

const huge = event.Money(math.MaxInt64)

var (
	otherInvite = uuid.MustParse("20000000-0000-4000-8000-000000000002") // to somebody else
	openInvite  = uuid.MustParse("20000000-0000-4000-8000-000000000003")

	// startHire starts the contract of the proposal that hired is about.
	startHire = StartContract{Contract: proposal, Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal, Proposal: proposal}
)

func hourlyOffer(c *OfferContract) {
	c.Kind, c.HourlyRate, c.WeeklyLimitMinutes = event.KindHourly, ptr(event.Money(3000)), ptr(int64(60))
}

// proposalOf is a proposal under an id.
func proposalOf(id uuid.UUID) fact {
	return fact{event.ProposalStream(id), t0, []event.Event{&event.ProposalSubmitted{
		Job: job, Client: client, Freelancer: freelancer, Via: event.ViaProposal, CoverLetter: "Dear Ms."}}}
}

// hiring is an open offer of two milestones on a proposal.
func hiring(first, second event.Money) facts {
	return accounts.and(proposalOf(proposal), proposalSaw(t0, &event.OfferMade{Kind: event.KindFixed, ExpiresAt: after(7, 0), Milestones: []event.OfferMilestone{
		{Milestone: funded, Amount: first, Description: "menu", Due: "2016-02-29"}, {Milestone: unfunded, Amount: second}}}))
}

func hired(first, second event.Money) facts {
	return hiring(first, second).and(proposalSaw(t0, &event.OfferAccepted{Contract: proposal}))
}

// invitesToo are an invite of another freelancer and one that was not answered.
var invitesToo = facts{
	{event.InviteStream(otherInvite), t0, []event.Event{&event.InviteSent{Job: job, Client: client, Freelancer: nobody, ExpiresAt: after(30, 0)}}},
	{event.InviteStream(openInvite), t0, []event.Event{&event.InviteSent{Job: job, Client: client, Freelancer: freelancer, ExpiresAt: after(30, 0)}}},
}

var contractOrders = []ordered{
	{situation{past: accounts, at: t0, cmd: startFixed}, []fault{
		{Invalid, with(func(c *StartContract) *uuid.UUID { return &c.Invite }, invite)},
		{AlreadyExists, last(contractSaw(t0, &event.ContractStarted{Kind: event.KindFixed}))},
		{NotFound, with(func(c *StartContract) *uuid.UUID { return &c.Client }, nobody)},
		{NotFound, with(func(c *StartContract) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, last(jobSaw(t0, &event.JobPosted{Client: nobody, Kind: event.KindFixed}))},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
	}},
	{situation{past: accounts, at: t0, cmd: startHourly}, []fault{
		{Invalid, edit(func(c *StartContract) { c.WeeklyLimitMinutes = ptr(int64(0)) })},
		{InvalidAmount, edit(func(c *StartContract) { c.HourlyRate = ptr(event.Money(0)) })},
		{AlreadyExists, last(contractOffer[2:])},
		{NotFound, with(func(c *StartContract) *uuid.UUID { return &c.Client }, nobody)},
		{NotFound, with(func(c *StartContract) *uuid.UUID { return &c.Freelancer }, nobody)},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
	}},
	{situation{past: accepted.and(invitesToo), at: t0, cmd: edited(startFixed, func(c *StartContract) { c.Via, c.Invite = event.ViaInvite, invite })}, []fault{
		{Invalid, edit(func(c *StartContract) { c.Via = event.ViaProposal })},
		{NotFound, edit(func(c *StartContract) { c.Invite = otherInvite })},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
		{WrongState, edit(func(c *StartContract) { c.Invite = openInvite })},
	}},
	{situation{past: hired(5, 7), at: t0, cmd: startHire}, []fault{
		{AlreadyExists, last(fact{startHire.stream(), t0, fixed[2].events})},
		{NotFound, with(func(c *StartContract) *uuid.UUID { return &c.Job }, nobody)},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
		{WrongState, func(s *situation) { s.past = hiring(5, 7) }},
		{InvalidAmount, func(s *situation) { s.past = hired(huge, 1) }},
	}},
	{situation{past: accounts, at: t0, cmd: offerContract}, []fault{
		{Invalid, edit(func(c *OfferContract) { c.Kind = "" })},
		{AlreadyExists, last(proposalOf(contract))},
		{NotFound, with(func(c *OfferContract) *uuid.UUID { return &c.Client }, nobody)},
		{NotFound, with(func(c *OfferContract) *uuid.UUID { return &c.Freelancer }, nobody)},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{WrongState, last(jobSaw(t0, &event.JobPosted{Client: client, Kind: event.KindFixed}, &event.JobClosed{Reason: event.CloseFilled}))},
	}},
	{situation{past: accounts, at: t0, cmd: edited(offerContract, hourlyOffer)}, []fault{
		{Invalid, edit(func(c *OfferContract) { c.WeeklyLimitMinutes = nil })},
		{InvalidAmount, edit(func(c *OfferContract) { c.HourlyRate = ptr(event.Money(0)) })},
		{AlreadyExists, last(contractOffer[2:].and(offerTakenBack))},
		{NotFound, last(jobSaw(t0, &event.JobPosted{Client: nobody, Kind: event.KindFixed}))},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{TermsNotAccepted, requireTerms},
	}},
	{situation{past: contractOffer, at: after(7, -1), cmd: AcceptContract{contract}}, []fault{
		{Invalid, with(func(c *AcceptContract) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{NotFound, with(func(c *AcceptContract) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
		{TermsNotAccepted, requireTerms},
		{WrongState, last(offerTakenBack)},
		{Expired, at(after(7, 0))},
	}},
	{situation{past: contractOffer, at: after(7, -1), cmd: CloseContractOffer{contract, event.OfferClosedDeclined}}, []fault{
		{Invalid, edit(func(c *CloseContractOffer) { c.Cause = "" })},
		{NotFound, with(func(c *CloseContractOffer) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(offerTakenBack)},
		{Expired, at(after(7, 0))},
	}},
	{situation{past: contractOffer, at: after(7, 0), cmd: CloseContractOffer{contract, event.OfferClosedExpired}}, []fault{
		{NotFound, with(func(c *CloseContractOffer) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(offerTakenBack)},
		{TooEarly, at(after(7, -1))},
	}},
	{situation{past: fixed, at: t0, cmd: PauseContract{contract, event.ActorFreelancer}}, []fault{
		{Invalid, edit(func(c *PauseContract) { c.Actor = event.ActorTimer })},
		{NotFound, with(func(c *PauseContract) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(paused)},
	}},
	{situation{past: fixed.and(paused), at: t0, cmd: ResumeContract{contract, event.ActorClient}}, []fault{
		{Invalid, edit(func(c *ResumeContract) { c.Actor = event.ActorTimer })},
		{NotFound, with(func(c *ResumeContract) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(endedNow)},
		{DisputeOpen, last(disputed)},
	}},
	{situation{past: hourly, at: t0, cmd: ChangeWeeklyLimit{contract, 600}}, []fault{
		{Invalid, edit(func(c *ChangeWeeklyLimit) { c.WeeklyLimitMinutes = 0 })},
		{NotFound, with(func(c *ChangeWeeklyLimit) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(endedNow)},
	}},
	{situation{past: fixed, at: t0, cmd: PayBonus{contract, 60001}}, []fault{
		{Invalid, with(func(c *PayBonus) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{InvalidAmount, edit(func(c *PayBonus) { c.Amount = 0 })},
		{NotFound, with(func(c *PayBonus) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{InvalidAmount, last(rich)},
	}},
	{situation{past: fixed.and(contractSaw(t0, &event.BonusPaid{Amount: 100})), at: t0, cmd: GiveRefund{contract, 100}}, []fault{
		{Invalid, with(func(c *GiveRefund) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{InvalidAmount, edit(func(c *GiveRefund) { c.Amount = -5 })},
		{NotFound, with(func(c *GiveRefund) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{ExceedsPaid, last(contractSaw(t0, &event.RefundGiven{Amount: 1}))},
	}},
	{situation{past: fixed, at: t0, cmd: EndContract{contract, event.SideClient, "done"}}, []fault{
		{Invalid, edit(func(c *EndContract) { c.Reason = " " })},
		{NotFound, with(func(c *EndContract) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{DisputeOpen, last(disputed)},
		{EscrowNotEmpty, first(contractSaw(t0, add(funded), fund(funded)))},
	}},
	{situation{past: fixed, at: t0, cmd: EndContract{contract, event.SideFreelancer, "done"}}, []fault{
		{Invalid, edit(func(c *EndContract) { c.By = "" })},
		{NotFound, with(func(c *EndContract) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(endedNow)},
		{DisputeOpen, last(disputed)},
	}},
}

// onMilestone are the checks of a command on a milestone: those before its
// state, what an open dispute forbids (if it does), and those of its state.
func onMilestone[C Command](c C, moment event.Time, id func(*C) *uuid.UUID, contractID func(*C) *uuid.UUID, moves bool, faults ...fault) ordered {
	o := ordered{situation{past: milestones, at: moment, cmd: c}, []fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(contractID, nobody)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(emptied, endedNow)},
	}}
	if moves {
		o.faults = append(o.faults, fault{DisputeOpen, last(disputed)})
	}
	o.faults = append(o.faults, faults...)
	return o
}

func aim[C Command](code Code, id func(*C) *uuid.UUID, other uuid.UUID) fault {
	return fault{code, with(id, other)}
}

var milestoneOrders = []ordered{
	{situation{past: milestones, at: t0, cmd: AddMilestone{Contract: contract, Milestone: dispute1, Amount: 20000}}, []fault{
		{Invalid, with(func(c *AddMilestone) *uuid.UUID { return &c.Contract }, uuid.Nil)},
		{Invalid, edit(func(c *AddMilestone) { c.Due = "2016-02-30" })},
		{InvalidAmount, edit(func(c *AddMilestone) { c.Amount = 0 })},
		{NotFound, with(func(c *AddMilestone) *uuid.UUID { return &c.Contract }, nobody)},
		{AlreadyExists, with(func(c *AddMilestone) *uuid.UUID { return &c.Milestone }, closed)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(emptied, endedNow)},
		{InvalidAmount, last(rich)},
	}},
	{situation{past: milestones, at: t0, cmd: ReleaseMilestone{contract, submitted, ptr(event.Money(10000))}}, []fault{
		{Invalid, with(func(c *ReleaseMilestone) *uuid.UUID { return &c.Milestone }, uuid.Nil)},
		{InvalidAmount, edit(func(c *ReleaseMilestone) { c.Amount = ptr(event.Money(0)) })},
		{NotFound, with(func(c *ReleaseMilestone) *uuid.UUID { return &c.Contract }, nobody)},
		{NotFound, with(func(c *ReleaseMilestone) *uuid.UUID { return &c.Milestone }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(emptied, endedNow)},
		{DisputeOpen, last(disputed)},
		{NotFunded, with(func(c *ReleaseMilestone) *uuid.UUID { return &c.Milestone }, unfunded)},
		{WrongState, with(func(c *ReleaseMilestone) *uuid.UUID { return &c.Milestone }, requested)},
		{ExceedsEscrow, edit(func(c *ReleaseMilestone) { c.Amount = ptr(event.Money(10001)) })},
	}},
	onMilestone(FundMilestone{contract, unfunded}, t0,
		func(c *FundMilestone) *uuid.UUID { return &c.Milestone }, func(c *FundMilestone) *uuid.UUID { return &c.Contract }, true,
		aim(WrongState, func(c *FundMilestone) *uuid.UUID { return &c.Milestone }, funded)),
	onMilestone(SubmitWork{contract, funded}, t0,
		func(c *SubmitWork) *uuid.UUID { return &c.Milestone }, func(c *SubmitWork) *uuid.UUID { return &c.Contract }, false,
		fault{WrongState, first(paused)},
		aim(NotFunded, func(c *SubmitWork) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *SubmitWork) *uuid.UUID { return &c.Milestone }, requested)),
	onMilestone(RequestChanges{contract, submitted}, t0,
		func(c *RequestChanges) *uuid.UUID { return &c.Milestone }, func(c *RequestChanges) *uuid.UUID { return &c.Contract }, false,
		aim(NotFunded, func(c *RequestChanges) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *RequestChanges) *uuid.UUID { return &c.Milestone }, funded)),
	onMilestone(AutoReleaseMilestone{contract, submitted}, after(14, 0),
		func(c *AutoReleaseMilestone) *uuid.UUID { return &c.Milestone }, func(c *AutoReleaseMilestone) *uuid.UUID { return &c.Contract }, true,
		aim(NotFunded, func(c *AutoReleaseMilestone) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *AutoReleaseMilestone) *uuid.UUID { return &c.Milestone }, funded),
		fault{TooEarly, at(after(14, -1))}),
	onMilestone(RequestEscrowRefund{contract, submitted}, t0,
		func(c *RequestEscrowRefund) *uuid.UUID { return &c.Milestone }, func(c *RequestEscrowRefund) *uuid.UUID { return &c.Contract }, false,
		aim(NotFunded, func(c *RequestEscrowRefund) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *RequestEscrowRefund) *uuid.UUID { return &c.Milestone }, closed)),
	onMilestone(AcceptEscrowRefund{contract, requested}, t0,
		func(c *AcceptEscrowRefund) *uuid.UUID { return &c.Milestone }, func(c *AcceptEscrowRefund) *uuid.UUID { return &c.Contract }, true,
		aim(NotFunded, func(c *AcceptEscrowRefund) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *AcceptEscrowRefund) *uuid.UUID { return &c.Milestone }, submitted)),
	onMilestone(RefuseEscrowRefund{contract, requested}, t0,
		func(c *RefuseEscrowRefund) *uuid.UUID { return &c.Milestone }, func(c *RefuseEscrowRefund) *uuid.UUID { return &c.Contract }, false,
		aim(NotFunded, func(c *RefuseEscrowRefund) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *RefuseEscrowRefund) *uuid.UUID { return &c.Milestone }, closed)),
	onMilestone(LapseEscrowRefund{contract, requested}, after(7, 0),
		func(c *LapseEscrowRefund) *uuid.UUID { return &c.Milestone }, func(c *LapseEscrowRefund) *uuid.UUID { return &c.Contract }, true,
		aim(NotFunded, func(c *LapseEscrowRefund) *uuid.UUID { return &c.Milestone }, unfunded),
		aim(WrongState, func(c *LapseEscrowRefund) *uuid.UUID { return &c.Milestone }, funded),
		fault{TooEarly, at(after(7, -1))}),
}
