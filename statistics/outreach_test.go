package statistics_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestOutreach: rules 10, a client who was contacted 90 days ago and what came after.
func TestOutreach(t *testing.T) {
	contacted := projectiontest.Noon.AddDays(-90)
	early, last := contacted.AddDays(-30), projectiontest.Noon-1 // before it, and the last moment of the 90 days
	contact := func(p *past) {
		p.client("carl", contacted, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})
	}
	complaint := func(when event.Time) func(*past) {
		return func(p *past) {
			p.client("carl", when, &event.ClientComplaintRecorded{Freelancer: projectiontest.Named("ann")})
		}
	}
	reported := func(when event.Time) func(*past) {
		return func(p *past) {
			p.invite("1", early, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named("ann")})
			p.invite("1", when, &event.InviteReported{})
		}
	}
	removed := func(reason event.RemoveReason) func(*past) {
		return func(p *past) {
			p.job("1", early, &event.JobPosted{Client: projectiontest.Named("carl")})
			p.job("1", last, &event.JobRemoved{Reason: reason})
		}
	}
	feedback := func(when event.Time, overall int) func(*past) {
		return func(p *past) {
			p.contract("1", early, started("carl", "ann"), &event.ContractEnded{})
			p.contract("1", when, &event.FeedbackSubmitted{By: event.SideFreelancer, Overall: overall}, &event.FeedbackPublished{})
		}
	}
	revised := func(when event.Time, overall int) func(*past) {
		return func(p *past) {
			p.contract("1", when, &event.FeedbackRevised{By: event.SideFreelancer, Overall: overall})
		}
	}
	sanction := func(when event.Time, e event.Event) func(*past) {
		return func(p *past) { p.client("carl", when, e) }
	}
	improved, not := projectiontest.Ptr(int64(10_000)), projectiontest.Ptr(int64(0))
	for _, row := range []struct {
		name   string
		facts  []func(*past)
		asOf   event.Time // default: noon, when the 90 days are over
		number int64
		bp     *int64
	}{
		{name: "nobody", facts: []func(*past){complaint(last)}},
		{name: "for something else", facts: []func(*past){sanction(contacted, &event.ClientContacted{Basis: event.ContactOther})}},
		{name: "before the contact", facts: []func(*past){contact}, asOf: contacted - 1},
		{name: "nothing since", facts: []func(*past){contact}, number: 1, bp: improved},
		{name: "a second before the days are over", facts: []func(*past){contact}, asOf: last, number: 1},
		{name: "a complaint before", facts: []func(*past){complaint(early), contact}, number: 1, bp: improved},
		{name: "a complaint in the very second, after it", facts: []func(*past){contact, complaint(contacted)}, number: 1, bp: not},
		{name: "a complaint in the last second", facts: []func(*past){contact, complaint(last)}, number: 1, bp: not},
		{name: "a complaint when they are over", facts: []func(*past){contact, complaint(projectiontest.Noon)}, number: 1, bp: improved},
		{name: "an invite reported", facts: []func(*past){contact, reported(last)}, number: 1, bp: not},
		{name: "reported before", facts: []func(*past){reported(contacted - 1), contact}, number: 1, bp: improved},
		{name: "a job removed", facts: []func(*past){contact, removed(event.RemoveTOS)}, number: 1, bp: not},
		{name: "for something else", facts: []func(*past){contact, removed(event.RemoveOther)}, number: 1, bp: improved},
		{name: "feedback below 3.00", facts: []func(*past){contact, feedback(last, 299)}, number: 1, bp: not},
		{name: "of 3.00", facts: []func(*past){contact, feedback(last, 300)}, number: 1, bp: improved},
		{name: "taken back since", facts: []func(*past){contact, feedback(contacted+1, 299), revised(last, 300)}, number: 1, bp: improved},
		{name: "taken back after T", facts: []func(*past){contact, feedback(contacted+1, 299), revised(projectiontest.Noon+1, 300)}, number: 1, bp: not},
		{name: "worse since", facts: []func(*past){feedback(early, 300), contact, revised(last, 299)}, number: 1, bp: not},
		{name: "suspended long after", facts: []func(*past){contact, sanction(projectiontest.Noon.AddDays(100), &event.ClientSuspended{Reason: event.SanctionTOS})},
			asOf: projectiontest.Noon.AddDays(100), number: 1, bp: not},
		{name: "suspended after T", facts: []func(*past){contact, sanction(projectiontest.Noon.AddDays(100), &event.ClientSuspended{Reason: event.SanctionTOS})},
			asOf: projectiontest.Noon.AddDays(100) - 1, number: 1, bp: improved},
		{name: "suspended before", facts: []func(*past){sanction(early, &event.ClientSuspended{Reason: event.SanctionTOS}), sanction(early+1, &event.ClientReinstated{}), contact},
			number: 1, bp: improved},
		{name: "barred", facts: []func(*past){contact, sanction(projectiontest.Noon, &event.ClientBarred{Reason: event.SanctionConduct})}, number: 1, bp: not},
		{name: "contacted again", facts: []func(*past){contact, sanction(last, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})}, number: 1, bp: improved},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPast(t)
			p.client("carl", early.AddDays(-1), &event.ClientRegistered{})
			for _, happens := range row.facts {
				happens(p)
			}
			if row.asOf == 0 {
				row.asOf = projectiontest.Noon
			}
			f := figuresAt(t, p.model(), row.asOf)
			require.Equal(t, statistics.Outreach{ClientsContacted: row.number, ImprovedBP: row.bp}, f.Outreach)
		})
	}

	p := newPast(t)
	for i, name := range []string{"carl", "dora", "emil"} {
		p.client(name, contacted, &event.ClientRegistered{}, &event.ClientContacted{Basis: event.ContactConsistentlyNegative})
		if i == 0 {
			complaint(last)(p)
		}
	}
	require.Equal(t, statistics.Outreach{ClientsContacted: 3, ImprovedBP: projectiontest.Ptr(int64(6_667))}, figuresAt(t, p.model(), projectiontest.Noon).Outreach, "half up")
}
