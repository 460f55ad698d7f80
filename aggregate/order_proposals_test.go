package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// onProposal are the checks of a command on one proposal, or on one interview.
func onProposal[C Command](past facts, moment event.Time, c C, id func(*C) *uuid.UUID, faults ...fault) ordered {
	return ordered{situation{past: past, at: moment, cmd: c}, append([]fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
	}, faults...)}
}

var (
	withdrawn    = fault{WrongState, last(proposalSaw(t0, &event.ProposalWithdrawn{}))}
	noMeeting    = fault{WrongState, last(interviewSaw(t0, &event.InterviewCancelled{}))}
	noOffer      = fault{WrongState, last(proposalSaw(t0, &event.OfferDeclined{}))}
	offerExpires = after(7, 0)

	// lateAccount is a freelancer whose stream is ahead of the command.
	lateAccount = func(s *situation) { s.late = event.FreelancerStream(freelancer) }
	// spendAll leaves four Connects.
	spendAll = last(freelancerDid(t0, &event.JobApplied{Proposal: nobody, Job: nobody, Connects: 6}, &event.ConnectsSpent{Proposal: nobody, Job: nobody, Lot: 1, Amount: 6}))
	// another proposal of the freelancer is on its way to the job.
	anotherToIt = first(freelancerDid(t0, &event.JobApplied{Proposal: nobody, Job: job}))
	// taken is a contract's id, that of an offer.
	taken = first(fact{event.ContractStream(proposal), t0, events{offeredContract(func(*event.ContractOffered) {})}})

	fixedOffer = MakeOffer{Proposal: proposal, Kind: event.KindFixed, Message: "Welcome", Milestones: []event.OfferMilestone{
		{Milestone: funded, Amount: 50000, Description: "menu", Due: "2016-02-29"}, {Milestone: unfunded, Amount: 30000}}}
)

var proposalOrders = []ordered{
	{situation{past: able, at: t0, cmd: edited(submitProposal, func(c *SubmitProposal) { c.Bid = ptr(event.Money(50000)) })}, []fault{
		{Invalid, with(func(c *SubmitProposal) *uuid.UUID { return &c.Job }, uuid.Nil)},
		{InvalidAmount, edit(func(c *SubmitProposal) { c.Bid = ptr(event.Money(0)) })},
		{CoverLetterRequired, edit(func(c *SubmitProposal) { c.CoverLetter = " " })},
		{AlreadyExists, first(proposalSaw(t0, proposing(event.ViaProposal, 6)))},
		{AlreadyExists, taken},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Invite }, nobody)},
		{OutOfOrder, lateAccount},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockProposals)},
		{TermsNotAccepted, requireTerms},
		{WrongState, closeJob},
		{WrongState, first(freelancerDid(t0, &event.JobApplied{Proposal: proposal, Job: nobody}))},
		{AnswersRequired, edit(func(c *SubmitProposal) { c.Answers = []event.Text{"a"} })},
		{NotEnoughConnects, spendAll},
	}},
	{situation{past: able, at: t0, cmd: submitProposal}, []fault{
		{AlreadyExists, anotherToIt},
		{OutOfOrder, lateAccount},
		{ClientSuspended, suspended},
		{WrongState, closeJob},
		{NotEnoughConnects, spendAll},
	}},
	{situation{past: able.and(accepted[2:]), at: t0, cmd: edited(submitProposal, func(c *SubmitProposal) { c.Invite = invite })}, []fault{
		{Invalid, with(func(c *SubmitProposal) *uuid.UUID { return &c.Freelancer }, uuid.Nil)},
		{AlreadyExists, first(proposalSaw(t0, proposing(event.ViaInvite, 0)))},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Invite }, nobody)},
		{AlreadyExists, anotherToIt},
		{OutOfOrder, lateAccount},
		{OnHold, heldFrom(event.BlockProposals)},
		{WrongState, closeJob},
		{AnswersRequired, edit(func(c *SubmitProposal) { c.Answers = []event.Text{"a"} })},
	}},
	onProposal(proposed, t0, WithdrawProposal{proposal, "busy"}, func(c *WithdrawProposal) *uuid.UUID { return &c.Proposal }, withdrawn),
	onProposal(proposed, t0, DeclineProposal{proposal, "too dear"}, func(c *DeclineProposal) *uuid.UUID { return &c.Proposal }, withdrawn),
}

var interviewOrders = []ordered{
	onProposal(proposed, t0, StartInterview{proposal}, func(c *StartInterview) *uuid.UUID { return &c.Proposal },
		fault{ClientSuspended, suspended}, fault{FreelancerSuspended, suspendedFreelancer}, fault{TermsNotAccepted, requireTerms}, withdrawn),
	{situation{past: interviewing, at: t0, cmd: schedule}, []fault{
		{Invalid, edit(func(c *ScheduleInterview) { c.Format = event.FormatOneOnOne })},
		{Invalid, edit(func(c *ScheduleInterview) { c.ScheduledAt = t0 - 1 })},
		{AlreadyExists, first(interviewSaw(t0, scheduled(t0)))},
		{NotFound, with(func(c *ScheduleInterview) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, edit(func(c *ScheduleInterview) { c.Proposals = []uuid.UUID{nobody} })},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{TermsNotAccepted, requireTerms},
		withdrawn,
	}},
	onProposal(meeting, t0, RescheduleInterview{interview, event.ActorFreelancer, after(3, 0)},
		func(c *RescheduleInterview) *uuid.UUID { return &c.Interview }, noMeeting),
	onProposal(meeting, after(2, 0), HoldInterview{interview, "friendly"}, func(c *HoldInterview) *uuid.UUID { return &c.Interview },
		noMeeting, fault{TooEarly, at(after(2, -1))}),
	onProposal(meeting, t0, CancelInterview{interview, event.ActorClient, "ill"}, func(c *CancelInterview) *uuid.UUID { return &c.Interview }, noMeeting),
}

var offerOrders = []ordered{
	{situation{past: proposed, at: t0, cmd: makeOffer}, []fault{
		{Invalid, edit(func(c *MakeOffer) { c.Kind = "barter" })},
		{InvalidAmount, edit(func(c *MakeOffer) { c.HourlyRate = ptr(event.Money(0)) })},
		{NotFound, with(func(c *MakeOffer) *uuid.UUID { return &c.Proposal }, nobody)},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{TermsNotAccepted, requireTerms},
		{WrongState, closeJob},
		withdrawn,
		{WrongState, first(proposalSaw(t0, offer(after(7, 0))))},
	}},
	{situation{past: proposed, at: t0, cmd: fixedOffer}, []fault{
		{WrongState, closeJob},
		{TooLarge, edit(func(c *MakeOffer) { c.Milestones = manyParts(MaxOfferMilestones + 1) })},
	}},
	{situation{past: offerOpen, at: offerExpires - 1, cmd: AcceptOffer{proposal, proposal}}, []fault{
		{Invalid, with(func(c *AcceptOffer) *uuid.UUID { return &c.Contract }, contract)},
		{NotFound, with(func(c *AcceptOffer) *uuid.UUID { return &c.Proposal }, nobody)},
		{AlreadyExists, taken},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockContracts)},
		{TermsNotAccepted, requireTerms},
		{WrongState, removeJ},
		noOffer,
		{Expired, at(offerExpires)},
	}},
	onProposal(offerOpen, offerExpires-1, DeclineOffer{proposal, "too little"}, func(c *DeclineOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{Expired, at(offerExpires)}),
	onProposal(offerOpen, offerExpires-1, WithdrawOffer{proposal, event.OfferHiredOther}, func(c *WithdrawOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{Expired, at(offerExpires)}),
	onProposal(offerOpen, offerExpires, ExpireOffer{proposal}, func(c *ExpireOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{TooEarly, at(offerExpires - 1)}),
}

// manyParts are milestones of an offer, each under an id of its own.
func manyParts(n int) []event.OfferMilestone {
	parts := make([]event.OfferMilestone, n)
	for i := range parts {
		parts[i] = event.OfferMilestone{Milestone: uuid.UUID{4, 14: byte(i >> 8), 15: byte(i)}, Amount: 1}
	}
	return parts
}
