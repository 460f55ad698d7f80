package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var monthly = GrantConnects{Freelancer: freelancer, N: 10, Reason: event.GrantMonthly, Month: "2016-01"}

// allowance is what monthly comes to.
func allowance(lot int, month event.Month) *event.ConnectsGranted {
	return &event.ConnectsGranted{Lot: lot, Amount: 10, Reason: event.GrantMonthly, Month: month, ExpiresAt: aYearOn}
}

var connectsOrders = []ordered{
	{situation{past: accounts, at: t0, cmd: monthly}, []fault{
		{Invalid, edit(func(c *GrantConnects) { c.N = 0 })},
		{NotFound, with(func(c *GrantConnects) *uuid.UUID { return &c.Freelancer }, nobody)},
		{OutOfOrder, outOfOrder},
		{AlreadyGiven, last(freelancerDid(t0, allowance(1, "2016-01")))},
	}},
	ofFreelancer(PurchaseConnects{freelancer, 10}, func(c *PurchaseConnects) *uuid.UUID { return &c.Freelancer }, nil, nil),
	{situation{past: proposed.and(freelancerDid(t0, &event.PhoneVerified{})), at: t0, cmd: ReturnConnects{freelancer, proposal}, last: facts{jobSaw(t0, &event.JobClosed{Reason: event.CloseCancelled})}}, []fault{
		{Invalid, with(func(c *ReturnConnects) *uuid.UUID { return &c.Proposal }, uuid.Nil)},
		{NotFound, with(func(c *ReturnConnects) *uuid.UUID { return &c.Freelancer }, nobody)},
		{NotFound, with(func(c *ReturnConnects) *uuid.UUID { return &c.Proposal }, nobody)},
		{OutOfOrder, outOfOrder},
		{WrongState, first(freelancerDid(t0, returned(2, 6, aYearOn)))},
		{WrongState, first(proposalSaw(t0, &event.ProposalWithdrawn{}))},
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

var standingOrders = []ordered{
	ofFreelancer(assess, func(c *assessment) *uuid.UUID { return &c.Freelancer }, nil, nil),
	ofFreelancer(AwardBadge{freelancer, event.BadgeTopRated}, func(c *AwardBadge) *uuid.UUID { return &c.Freelancer },
		nil, events{&event.BadgeAwarded{Badge: event.BadgeTopRated}}),
	ofFreelancer(LoseBadge{freelancer, event.BadgeTopRated, []string{"no_hold"}}, func(c *LoseBadge) *uuid.UUID { return &c.Freelancer },
		events{&event.BadgeAwarded{Badge: event.BadgeTopRated}}, events{&event.BadgeLost{Badge: event.BadgeTopRated}}),
}

// assess has its score.
var assess = AssessJobSuccess{freelancer}.With(event.JobSuccessAssessed{ScoreBP: ptr(9231), Displayed: ptr(92), Policy: "2024-09"}).(assessment)
