package aggregate

import (
	"testing"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// TestHire is fine print N10 and S3: the contract of an offer.
func TestHire(t *testing.T) {
	started := func(change func(*event.ContractStarted)) *event.ContractStarted {
		e := &event.ContractStarted{Job: job, Client: client, Freelancer: freelancer, Kind: event.KindFixed, Via: event.ViaProposal, Proposal: proposal}
		change(e)
		return e
	}
	same := func(*event.ContractStarted) {}
	agreed := []event.Event{started(same), &event.MilestoneAdded{Milestone: funded, Amount: 5, Description: "menu", Due: "2016-02-29"}, &event.MilestoneAdded{Milestone: unfunded, Amount: 7}}
	with := func(change func(*StartContract)) StartContract { return edited(startHire, change) }
	byTheHour := with(func(c *StartContract) {
		c.Kind, c.HourlyRate, c.WeeklyLimitMinutes = event.KindHourly, ptr(event.Money(9)), ptr(int64(8))
	})
	offered := func(offers ...*event.OfferMade) facts {
		past := accounts.and(proposalOf(proposal))
		for i, o := range offers {
			past = past.and(proposalSaw(t0, o))
			if i < len(offers)-1 {
				past = past.and(proposalSaw(t0, &event.OfferDeclined{}))
			}
		}
		return past
	}
	accept := func(contract uuid.UUID) fact { return proposalSaw(t0, &event.OfferAccepted{Contract: contract}) }
	one := func(m uuid.UUID, amount event.Money) *event.OfferMade {
		return &event.OfferMade{Kind: event.KindFixed, ExpiresAt: after(7, 0), Milestones: []event.OfferMilestone{{Milestone: m, Amount: amount}}}
	}
	firstEdition := &event.OfferMade{Kind: event.KindFixed, Amount: 500, ExpiresAt: after(7, 0)}
	elsewhere := edited(startFixed, func(c *StartContract) { c.Via, c.Proposal = event.ViaProposal, proposal })
	another := started(same)

	table{
		"N10 with the milestones of the offer, in their order": given(hired(5, 7)).when(t0, startHire).then(agreed...).by(event.ActorClient),
		"N10 the origin is the line's own": given(hired(5, 7)).
			when(t0, with(func(c *StartContract) { c.Via, c.Proposal, c.Invite = event.ViaInvite, uuid.Nil, nobody })).
			then(append([]event.Event{started(func(e *event.ContractStarted) { e.Via, e.Proposal, e.Invite = event.ViaInvite, uuid.Nil, nobody })}, agreed[1:]...)...),
		"M1 not hired":              given(hiring(5, 7)).when(t0, startHire).rejected(WrongState),
		"M1 another job":            given(hired(5, 7)).when(t0, with(func(c *StartContract) { c.Job = nobody })).rejected(NotFound),
		"M1 another kind":           given(hired(5, 7)).when(t0, byTheHour).rejected(NotFound),
		"M1 another job, not hired": given(hiring(5, 7)).when(t0, with(func(c *StartContract) { c.Job = nobody })).rejected(NotFound),
		"M1 no offer was made":      given(offered()).when(t0, startHire).rejected(NotFound),
		"M1 another freelancer": given(hired(5, 7), fact{event.FreelancerStream(nobody), t0, []event.Event{&event.FreelancerRegistered{}}}).
			when(t0, with(func(c *StartContract) { c.Freelancer = nobody })).rejected(NotFound),
		"M1 another client": given(hired(5, 7), fact{event.ClientStream(nobody), t0, []event.Event{&event.ClientRegistered{}}}).
			when(t0, with(func(c *StartContract) { c.Client = nobody })).rejected(NotFound),
		"M1 the last offer counts": given(offered(one(funded, 1), one(unfunded, 2)), accept(proposal)).
			when(t0, startHire).then(started(same), &event.MilestoneAdded{Milestone: unfunded, Amount: 2}),
		"M1 also its kind": given(offered(offer(aYearOn), one(unfunded, 2)), accept(proposal)).when(t0, byTheHour).rejected(NotFound),
		"N10 hours are the line's": given(offered(offer(aYearOn)), accept(proposal)).when(t0, byTheHour).
			then(started(func(e *event.ContractStarted) { e.Kind, e.HourlyRate, e.WeeklyLimitMinutes = event.KindHourly, 9, 8 })),
		"L3 milestones that leave 64 bits": given(hired(huge, 1)).when(t0, startHire).rejected(InvalidAmount),
		"L3 milestones that just fit": given(hired(huge-1, 1)).when(t0, startHire).
			then(started(same), &event.MilestoneAdded{Milestone: funded, Amount: huge - 1, Description: "menu", Due: "2016-02-29"}, &event.MilestoneAdded{Milestone: unfunded, Amount: 1}),
		"S3 an amount alone is one milestone": given(offered(firstEdition), accept(proposal)).when(t0, startHire).
			then(started(same), &event.MilestoneAdded{Milestone: proposal, Amount: 500}),
		"S3 an old hire names another contract": given(offered(firstEdition), accept(contract)).when(t0, elsewhere).
			then(another, &event.MilestoneAdded{Milestone: proposal, Amount: 500}),
		"N10 without the check of job and kind": given(offered(firstEdition), accept(contract)).
			when(t0, edited(elsewhere, func(c *StartContract) {
				c.Kind, c.HourlyRate, c.WeeklyLimitMinutes = byTheHour.Kind, byTheHour.HourlyRate, byTheHour.WeeklyLimitMinutes
			})).
			then(started(func(e *event.ContractStarted) { e.Kind, e.HourlyRate, e.WeeklyLimitMinutes = event.KindHourly, 9, 8 })),
		"S3 its own id is not the contract's then": given(offered(firstEdition), accept(contract)).when(t0, startHire).rejected(WrongState),
	}.run(t)
}
