package aggregate

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// ofClient are the checks of a command on one client account. The state is one
// in which the command may do nothing; nil if there is none.
func ofClient[C Command](c C, id func(*C) *uuid.UUID, allowed, refused []event.Event) ordered {
	return ofAccount(clientDid, accounts, c, id, allowed, refused)
}

func ofFreelancer[C Command](c C, id func(*C) *uuid.UUID, allowed, refused []event.Event) ordered {
	return ofAccount(freelancerDid, accounts, c, id, allowed, refused)
}

func ofAccount[C Command](did func(event.Time, ...event.Event) fact, past facts, c C, id func(*C) *uuid.UUID, allowed, refused []event.Event) ordered {
	o := ordered{situation{past: past.and(did(t0, allowed...)), at: t0, cmd: c}, []fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
	}}
	if refused != nil {
		o.faults = append(o.faults, fault{WrongState, last(did(t0, refused...))})
	}
	return o
}

type events []event.Event

var describeProfile = DescribeProfile{
	Freelancer: freelancer, Introduction: "I write", Skills: []event.Text{"Go"}, Title: "Writer", Category: "web",
	HourlyRate: ptr(event.Money(5000)), Portfolio: []event.PortfolioItem{{Title: "A book", Ref: "shelf 3", SHA256: strings.Repeat("0f", 32)}},
}

var clientOrders = []ordered{
	{situation{at: t0, cmd: RegisterClient{client}}, []fault{
		{Invalid, with(func(c *RegisterClient) *uuid.UUID { return &c.Client }, uuid.Nil)},
		{AlreadyExists, last(clientDid(t0, &event.ClientRegistered{}))},
	}},
	{situation{past: fixed, at: t0, cmd: RecordComplaint{client, freelancer, contract, "rude"}}, []fault{
		{Invalid, edit(func(c *RecordComplaint) { c.Reason = " " })},
		{NotFound, with(func(c *RecordComplaint) *uuid.UUID { return &c.Client }, nobody)},
		{NotFound, with(func(c *RecordComplaint) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *RecordComplaint) *uuid.UUID { return &c.Contract }, nobody)},
		{OutOfOrder, outOfOrder},
	}},
	ofClient(VerifyPaymentMethod{client}, func(c *VerifyPaymentMethod) *uuid.UUID { return &c.Client },
		nil, events{&event.PaymentMethodVerified{}}),
	ofClient(LosePaymentMethod{client}, func(c *LosePaymentMethod) *uuid.UUID { return &c.Client },
		events{&event.PaymentMethodVerified{}}, events{&event.PaymentMethodLost{}}),
	ofClient(ContactClient{client, "a word"}, func(c *ContactClient) *uuid.UUID { return &c.Client }, nil, nil),
	ofClient(FlagClient{client, "slow"}, func(c *FlagClient) *uuid.UUID { return &c.Client },
		nil, events{&event.ClientFlagged{}}),
	ofClient(LiftClientFlag{client}, func(c *LiftClientFlag) *uuid.UUID { return &c.Client },
		events{&event.ClientFlagged{}}, events{&event.ClientFlagLifted{}}),
	ofClient(SuspendClient{client, event.SanctionTOS}, func(c *SuspendClient) *uuid.UUID { return &c.Client },
		nil, events{&event.ClientSuspended{}}),
	ofClient(ReinstateClient{client}, func(c *ReinstateClient) *uuid.UUID { return &c.Client },
		events{&event.ClientSuspended{}}, events{&event.ClientReinstated{}}),
	ofClient(BarClient{client, event.SanctionFraud}, func(c *BarClient) *uuid.UUID { return &c.Client },
		nil, events{&event.ClientBarred{}}),
	ofClient(VerifyIdentity{Client: client}, func(c *VerifyIdentity) *uuid.UUID { return &c.Client },
		nil, events{&event.IdentityVerified{}}),
	ofClient(RevokeIdentity{Client: client}, func(c *RevokeIdentity) *uuid.UUID { return &c.Client },
		events{&event.IdentityVerified{}}, events{&event.IdentityVerificationRevoked{}}),
	ofClient(VerifyPhone{Client: client}, func(c *VerifyPhone) *uuid.UUID { return &c.Client },
		nil, events{&event.PhoneVerified{}}),
	ofClient(RevokePhone{Client: client}, func(c *RevokePhone) *uuid.UUID { return &c.Client },
		events{&event.PhoneVerified{}}, events{&event.PhoneVerificationRevoked{}}),
	ofClient(AcceptTerms{Client: client, Version: "2016"}, func(c *AcceptTerms) *uuid.UUID { return &c.Client }, nil, nil),
	ofClient(RecordViolation{Client: client, Rule: "off-platform"}, func(c *RecordViolation) *uuid.UUID { return &c.Client }, nil, nil),
}

var freelancerOrders = []ordered{
	{situation{at: t0, cmd: RegisterFreelancer{freelancer}}, []fault{
		{Invalid, with(func(c *RegisterFreelancer) *uuid.UUID { return &c.Freelancer }, uuid.Nil)},
		{AlreadyExists, last(freelancerDid(t0, &event.FreelancerRegistered{}))},
	}},
	ofFreelancer(SetVisibility{freelancer, event.VisibilityPrivate}, func(c *SetVisibility) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(SetAvailability{freelancer, false}, func(c *SetAvailability) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(SetProfileCompleteness{freelancer, 100}, func(c *SetProfileCompleteness) *uuid.UUID { return &c.Freelancer }, nil, nil),
	{situation{past: accounts, at: t0, cmd: describeProfile}, []fault{
		{Invalid, with(func(c *DescribeProfile) *uuid.UUID { return &c.Freelancer }, uuid.Nil)},
		{InvalidAmount, edit(func(c *DescribeProfile) { c.HourlyRate = ptr(event.Money(0)) })},
		{NotFound, with(func(c *DescribeProfile) *uuid.UUID { return &c.Freelancer }, nobody)},
		{OutOfOrder, outOfOrder},
	}},
	ofFreelancer(RecordSkillTest{freelancer, "Go", 90}, func(c *RecordSkillTest) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(SuspendFreelancer{freelancer, event.SanctionTOS}, func(c *SuspendFreelancer) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.FreelancerSuspended{}}),
	ofFreelancer(ReinstateFreelancer{freelancer}, func(c *ReinstateFreelancer) *uuid.UUID { return &c.Freelancer },
		events{&event.FreelancerSuspended{}}, events{&event.FreelancerReinstated{}}),
	ofFreelancer(CloseFreelancer{freelancer, event.CloseAccountFraud}, func(c *CloseFreelancer) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.FreelancerClosed{}}),
	ofFreelancer(VerifyIdentity{Freelancer: freelancer}, func(c *VerifyIdentity) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.IdentityVerified{}}),
	ofFreelancer(RevokeIdentity{Freelancer: freelancer}, func(c *RevokeIdentity) *uuid.UUID { return &c.Freelancer },
		events{&event.IdentityVerified{}}, events{&event.IdentityVerificationRevoked{}}),
	ofFreelancer(VerifyPhone{Freelancer: freelancer}, func(c *VerifyPhone) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.PhoneVerified{}}),
	ofFreelancer(RevokePhone{Freelancer: freelancer}, func(c *RevokePhone) *uuid.UUID { return &c.Freelancer },
		events{&event.PhoneVerified{}}, events{&event.PhoneVerificationRevoked{}}),
	ofFreelancer(PlaceHold{freelancer, event.HoldQuality, []event.HoldBlock{}}, func(c *PlaceHold) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.HoldPlaced{Kind: event.HoldQuality}}),
	ofFreelancer(LiftHold{freelancer, event.HoldQuality}, func(c *LiftHold) *uuid.UUID { return &c.Freelancer },
		events{&event.HoldPlaced{Kind: event.HoldQuality}}, events{&event.HoldLifted{Kind: event.HoldQuality}}),
	ofFreelancer(GrantRisingTalent{freelancer}, func(c *GrantRisingTalent) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.RisingTalentGranted{}}),
	ofFreelancer(EndRisingTalent{freelancer}, func(c *EndRisingTalent) *uuid.UUID { return &c.Freelancer },
		events{&event.RisingTalentGranted{}}, events{&event.RisingTalentEnded{}}),
	ofFreelancer(AcceptTerms{Freelancer: freelancer, Version: "2016"}, func(c *AcceptTerms) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(RecordViolation{Freelancer: freelancer, Rule: "off-platform"}, func(c *RecordViolation) *uuid.UUID { return &c.Freelancer }, nil, nil),
}

// onInvite are the checks of a command on an invite; too late, or too early for
// the timer, is a second before or after the moment at which it works.
func onInvite[C Command](c C, id func(*C) *uuid.UUID, moment event.Time, code Code, wrong event.Time) ordered {
	return ordered{situation{past: sent, at: moment, cmd: c}, []fault{
		{Invalid, with(id, uuid.Nil)},
		{NotFound, with(id, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, last(inviteSaw(t0, &event.InviteReported{}))},
		{code, at(wrong)},
	}}
}

var (
	expires    = after(30, 0)
	lastSecond = after(30, -1)
)

// anothersJob is a job of another client.
func anothersJob(s *situation) {
	s.first = s.first.and(fact{event.JobStream(job2), t0, events{&event.JobPosted{Client: nobody, Kind: event.KindFixed}}})
	with(func(c *SendInvite) *uuid.UUID { return &c.Job }, job2)(s)
}

var inviteOrders = []ordered{
	{situation{past: posted, at: t0, cmd: sendInvite}, []fault{
		{Invalid, with(func(c *SendInvite) *uuid.UUID { return &c.Job }, uuid.Nil)},
		{AlreadyExists, last(inviteSaw(t0, &event.InviteSent{}))},
		{NotFound, with(func(c *SendInvite) *uuid.UUID { return &c.Client }, nobody)},
		{NotFound, with(func(c *SendInvite) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, anothersJob},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{TermsNotAccepted, requireTerms},
		{ProfilePrivate, private},
		{WrongState, closeJob},
	}},
	{situation{past: sent, at: lastSecond, cmd: AcceptInvite{invite, "Dear Ms."}}, []fault{
		{Invalid, with(func(c *AcceptInvite) *uuid.UUID { return &c.Invite }, uuid.Nil)},
		{CoverLetterRequired, edit(func(c *AcceptInvite) { c.CoverLetter = "" })},
		{NotFound, with(func(c *AcceptInvite) *uuid.UUID { return &c.Invite }, nobody)},
		{OutOfOrder, outOfOrder},
		{ClientSuspended, suspended},
		{FreelancerSuspended, suspendedFreelancer},
		{OnHold, heldFrom(event.BlockProposals)},
		{TermsNotAccepted, requireTerms},
		{WrongState, last(inviteSaw(t0, &event.InviteDeclined{}))},
		{Expired, at(expires)},
	}},
	onInvite(DeclineInvite{invite, ""}, func(c *DeclineInvite) *uuid.UUID { return &c.Invite }, lastSecond, Expired, expires),
	onInvite(ReportInvite{invite, ""}, func(c *ReportInvite) *uuid.UUID { return &c.Invite }, lastSecond, Expired, expires),
	onInvite(ArchiveInvite{invite}, func(c *ArchiveInvite) *uuid.UUID { return &c.Invite }, lastSecond, Expired, expires),
	onInvite(WithdrawInvite{invite, event.WithdrawHiredOther}, func(c *WithdrawInvite) *uuid.UUID { return &c.Invite }, lastSecond, Expired, expires),
	onInvite(ExpireInvite{invite}, func(c *ExpireInvite) *uuid.UUID { return &c.Invite }, expires, TooEarly, lastSecond),
}
