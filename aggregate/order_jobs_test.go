package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var (
	closeJob = last(jobSaw(t0, &event.JobClosed{Reason: event.CloseExpired}))
	// lateAccount is a freelancer whose stream is ahead of the command.
	lateAccount = func(s *situation) { s.late = event.FreelancerStream(freelancer) }
	spendAll    = last(freelancerDid(t0, &event.ConnectsSpent{Proposal: nobody, Job: job, Lot: 1, Amount: 5}))
)

var jobOrders = []ordered{
	{situation{past: accounts, at: t0, cmd: postJob}, []fault{
		{Invalid, edit(func(c *PostJob) { c.Connects = -1 })},
		{AlreadyExists, last(jobSaw(t0, &event.JobPosted{}))},
		{NotFound, with(func(c *PostJob) *uuid.UUID { return &c.Client }, nobody)},
		{ClientSuspended, suspended},
	}},
	{situation{past: posted, at: t0, cmd: CloseJob{job, event.CloseFilled}}, []fault{
		{Invalid, edit(func(c *CloseJob) { c.Reason = "whim" })},
		{NotFound, with(func(c *CloseJob) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, closeJob},
	}},
	{situation{past: posted, at: t0, cmd: RemoveJob{job, event.RemoveTOS}}, []fault{
		{Invalid, edit(func(c *RemoveJob) { c.Reason = "" })},
		{NotFound, with(func(c *RemoveJob) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(jobSaw(t0, &event.JobRemoved{Reason: event.RemoveOther}))},
	}},
}

var connectsOrders = []ordered{
	ofFreelancer(GrantConnects{freelancer, 10}, func(c *GrantConnects) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(PurchaseConnects{freelancer, 10}, func(c *PurchaseConnects) *uuid.UUID { return &c.Freelancer }, nil, nil),
	{situation{past: able, at: t0, cmd: spendConnects}, []fault{
		{Invalid, with(func(c *SpendConnects) *uuid.UUID { return &c.Proposal }, uuid.Nil)},
		{NotFound, with(func(c *SpendConnects) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *SpendConnects) *uuid.UUID { return &c.Job }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, closeJob},
		{NotEnoughConnects, spendAll},
	}},
	{situation{past: able, at: t0, cmd: spendConnects}, []fault{
		{OutOfOrder, outOfOrder},
		{WrongState, first(freelancerDid(t0, spent(1, 1)))},
		{NotEnoughConnects, spendAll},
	}},
	{situation{past: proposed.and(freelancerDid(t0, &event.PhoneVerified{})), at: t0, cmd: ReturnConnects{freelancer, proposal}, last: facts{jobSaw(t0, &event.JobClosed{Reason: event.CloseCancelled})}}, []fault{
		{Invalid, with(func(c *ReturnConnects) *uuid.UUID { return &c.Proposal }, uuid.Nil)},
		{NotFound, with(func(c *ReturnConnects) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *ReturnConnects) *uuid.UUID { return &c.Proposal }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(freelancerDid(t0, returned(2, 6, aYearOn)))},
	}},
	{situation{past: able, at: aYearOn, cmd: ExpireConnects{freelancer, 1}}, []fault{
		{Invalid, edit(func(c *ExpireConnects) { c.Lot = 0 })},
		{NotFound, with(func(c *ExpireConnects) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, edit(func(c *ExpireConnects) { c.Lot = 2 })},
		{OutOfOrder, outOfOrder},
		{WrongState, last(freelancerDid(t0, &event.ConnectsExpired{Lot: 1, Amount: 10}))},
		{TooEarly, at(aYearOn - 1)},
	}},
}

func onProposal[C Command](past facts, moment event.Time, c C, id func(*C) *uuid.UUID, faults ...fault) ordered {
	return ordered{situation{past: past, at: moment, cmd: c}, append([]fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
	}, faults...)}
}

var (
	withdrawn    = fault{WrongState, last(proposalSaw(t0, &event.ProposalWithdrawn{}))}
	noInterview  = fault{WrongState, last(proposalSaw(t0, &event.InterviewHeld{}))}
	noOffer      = fault{WrongState, last(proposalSaw(t0, &event.OfferDeclined{}))}
	offerExpires = after(7, 0)
)

var proposalOrders = []ordered{
	{situation{past: able, at: t0, cmd: edited(submitProposal, func(c *SubmitProposal) { c.Bid = ptr(event.Money(50000)) })}, []fault{
		{Invalid, with(func(c *SubmitProposal) *uuid.UUID { return &c.Job }, uuid.Nil)},
		{InvalidAmount, edit(func(c *SubmitProposal) { c.Bid = ptr(event.Money(0)) })},
		{CoverLetterRequired, edit(func(c *SubmitProposal) { c.CoverLetter = " " })},
		{AlreadyExists, first(proposalSaw(t0, proposing(event.ViaProposal, 6)))},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Job }, nobody)},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Invite }, nobody)},
		{OutOfOrder, lateAccount},
		{WrongState, closeJob},
		{NotEnoughConnects, spendAll},
	}},
	{situation{past: able.and(accepted[2:]), at: t0, cmd: edited(submitProposal, func(c *SubmitProposal) { c.Invite = invite })}, []fault{
		{Invalid, with(func(c *SubmitProposal) *uuid.UUID { return &c.Freelancer }, uuid.Nil)},
		{AlreadyExists, first(proposalSaw(t0, proposing(event.ViaInvite, 0)))},
		{NotFound, with(func(c *SubmitProposal) *uuid.UUID { return &c.Invite }, nobody)},
		{WrongState, closeJob},
	}},
	onProposal(proposed, t0, WithdrawProposal{proposal, "busy"}, func(c *WithdrawProposal) *uuid.UUID { return &c.Proposal }, withdrawn),
	onProposal(proposed, t0, DeclineProposal{proposal, "too dear"}, func(c *DeclineProposal) *uuid.UUID { return &c.Proposal }, withdrawn),
	onProposal(proposed, t0, StartInterview{proposal}, func(c *StartInterview) *uuid.UUID { return &c.Proposal }, withdrawn),
	onProposal(interviewing, t0, ScheduleInterview{proposal, event.FormatPanel, event.ChannelVideo, 4, after(2, 0)},
		func(c *ScheduleInterview) *uuid.UUID { return &c.Proposal }, noInterview),
	onProposal(interviewing, t0, HoldInterview{proposal, "friendly"}, func(c *HoldInterview) *uuid.UUID { return &c.Proposal }, noInterview),
	onProposal(interviewing, t0, CancelInterview{proposal, "ill"}, func(c *CancelInterview) *uuid.UUID { return &c.Proposal }, withdrawn),
	{situation{past: proposed, at: t0, cmd: makeOffer}, []fault{
		{Invalid, edit(func(c *MakeOffer) { c.Kind = "barter" })},
		{InvalidAmount, edit(func(c *MakeOffer) { c.HourlyRate = ptr(event.Money(0)) })},
		{NotFound, with(func(c *MakeOffer) *uuid.UUID { return &c.Proposal }, nobody)},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{WrongState, closeJob},
	}},
	{situation{past: offerOpen, at: offerExpires - 1, cmd: AcceptOffer{proposal, contract}}, []fault{
		{Invalid, with(func(c *AcceptOffer) *uuid.UUID { return &c.Proposal }, uuid.Nil)},
		{NotFound, with(func(c *AcceptOffer) *uuid.UUID { return &c.Proposal }, nobody)},
		{AlreadyExists, first(fixed[2])},
		{OutOfOrder, func(s *situation) { s.late = event.ProposalStream(proposal) }},
		noOffer,
		{Expired, at(offerExpires)},
	}},
	onProposal(offerOpen, offerExpires-1, DeclineOffer{proposal, "too little"}, func(c *DeclineOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{Expired, at(offerExpires)}),
	onProposal(offerOpen, offerExpires-1, WithdrawOffer{proposal, "no budget"}, func(c *WithdrawOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{Expired, at(offerExpires)}),
	onProposal(offerOpen, offerExpires, ExpireOffer{proposal}, func(c *ExpireOffer) *uuid.UUID { return &c.Proposal },
		noOffer, fault{TooEarly, at(offerExpires - 1)}),
}

var standingOrders = []ordered{
	ofFreelancer(assess, func(c *assessment) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(AwardBadge{freelancer, event.BadgeTopRated}, func(c *AwardBadge) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.BadgeAwarded{Badge: event.BadgeTopRated}}),
	ofFreelancer(LoseBadge{freelancer, event.BadgeTopRated, []string{"no_hold"}}, func(c *LoseBadge) *uuid.UUID { return &c.Freelancer },
		events{&event.BadgeAwarded{Badge: event.BadgeTopRated}}, events{&event.BadgeLost{Badge: event.BadgeTopRated}}),
}

// assess has its score.
var assess = AssessJobSuccess{freelancer}.With(event.JobSuccessAssessed{ScoreBP: ptr(9231), Displayed: ptr(92), Policy: "2024-09"}).(assessment)
