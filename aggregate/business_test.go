package aggregate

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
)

// TestNewBusiness is every row of what rules 1 ask of new business, and which code wins
// where two apply.
func TestNewBusiness(t *testing.T) {
	other := uuid.MustParse("f0000000-0000-4000-8000-000000000002")
	otherDid := func(events ...event.Event) fact { return fact{event.FreelancerStream(other), t0, events} }
	suspendedClient, barred := clientDid(t0, &event.ClientSuspended{}), clientDid(t0, &event.ClientBarred{})
	suspended, closed := freelancerDid(t0, &event.FreelancerSuspended{}), freelancerDid(t0, &event.FreelancerClosed{})
	hold := func(blocks ...event.HoldBlock) event.Event {
		return &event.HoldPlaced{Kind: event.HoldPayment, Blocks: blocks}
	}
	held := freelancerDid(t0, hold(event.BlockProposals, event.BlockSearch))
	terms := func(versions ...string) (all []event.Event) {
		for _, v := range versions {
			all = append(all, &event.TermsAccepted{Version: v})
		}
		return all
	}
	const nobodys, clients, freelancers = "", "client", "freelancer"
	for name, r := range map[string]struct {
		past    []past
		block   event.HoldBlock
		acts    string
		version string
		want    Code
	}{
		"nothing stands in the way":                 {nil, event.BlockProposals, freelancers, "", ""},
		"a suspended client":                        {[]past{suspendedClient}, "", freelancers, "", ClientSuspended},
		"a barred client":                           {[]past{barred}, "", clients, "", ClientSuspended},
		"a reinstated client":                       {[]past{suspendedClient, clientDid(t0, &event.ClientReinstated{})}, "", clients, "", ""},
		"a suspended freelancer":                    {[]past{suspended}, "", clients, "", FreelancerSuspended},
		"a closed account":                          {[]past{closed}, "", freelancers, "", FreelancerSuspended},
		"a reinstated freelancer":                   {[]past{suspended, freelancerDid(t0, &event.FreelancerReinstated{})}, "", freelancers, "", ""},
		"the second of two is suspended":            {[]past{otherDid(&event.FreelancerSuspended{})}, "", clients, "", FreelancerSuspended},
		"both sides suspended":                      {[]past{suspended, suspendedClient}, "", clients, "", ClientSuspended},
		"a hold of what is asked":                   {[]past{held}, event.BlockProposals, freelancers, "", OnHold},
		"a hold of something else":                  {[]past{held}, event.BlockContracts, freelancers, "", ""},
		"a hold where none counts":                  {[]past{held}, "", freelancers, "", ""},
		"the second of two is held":                 {[]past{otherDid(hold(event.BlockContracts))}, event.BlockContracts, freelancers, "", OnHold},
		"one held, the other suspended":             {[]past{held, otherDid(&event.FreelancerSuspended{})}, event.BlockProposals, freelancers, "", FreelancerSuspended},
		"held and suspended":                        {[]past{held, suspended}, event.BlockProposals, freelancers, "", FreelancerSuspended},
		"D7 never accepted":                         {nil, "", clients, "2", TermsNotAccepted},
		"D7 another version":                        {[]past{clientDid(t0, terms("1", "20", "2 ")...)}, "", clients, "2", TermsNotAccepted},
		"D7 that version, whatever came after":      {[]past{clientDid(t0, terms("2", "3")...)}, "", clients, "2", ""},
		"D7 accepted twice":                         {[]past{freelancerDid(t0, terms("2", "2")...)}, "", freelancers, "2", ""},
		"D7 by the side that does not act":          {[]past{freelancerDid(t0, terms("2")...)}, "", clients, "2", TermsNotAccepted},
		"D7 by the one that acts alone":             {[]past{freelancerDid(t0, terms("2")...)}, "", freelancers, "2", ""},
		"D7 nobody is asked":                        {nil, "", nobodys, "2", ""},
		"D7 accepted by one suspended then":         {[]past{suspended, freelancerDid(t0, terms("2")...), freelancerDid(t0, &event.FreelancerReinstated{})}, "", freelancers, "2", ""},
		"a hold comes before the terms":             {[]past{held}, event.BlockProposals, freelancers, "2", OnHold},
		"the freelancer's suspension before both":   {[]past{held, closed}, event.BlockProposals, freelancers, "2", FreelancerSuspended},
		"the client's suspension before everything": {[]past{held, closed, barred}, event.BlockProposals, freelancers, "2", ClientSuspended},
	} {
		t.Run(name, func(t *testing.T) {
			w := fold(t, accounts.and(otherDid(&event.FreelancerRegistered{})).and(r.past...))
			d := &decision{read: w.read, terms: DefaultTerms(), at: t0, command: sendInvite}
			d.terms.RequiredVersion = r.version
			c, f, second := w[event.ClientStream(client)].(*clientAggregate), w[event.FreelancerStream(freelancer)].(*freelancerAggregate), w[event.FreelancerStream(other)].(*freelancerAggregate)
			b := business{client: c, freelancers: []*freelancerAggregate{f, second}, block: r.block}
			switch r.acts {
			case clients:
				b.acts = c
			case freelancers:
				b.acts = f
			}
			err := d.newBusiness(b)
			if r.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, r.want)
		})
	}
	t.Run("a client alone", func(t *testing.T) {
		w := fold(t, accounts)
		c := w[event.ClientStream(client)].(*clientAggregate)
		d := &decision{read: w.read, terms: DefaultTerms(), at: t0, command: postJob}
		require.NoError(t, d.newBusiness(business{client: c, acts: c}))
	})
}

// TestTermsCheck is what a host may choose.
func TestTermsCheck(t *testing.T) {
	for name, r := range map[string]struct {
		change func(*Terms)
		want   string
	}{
		"the default":               {func(*Terms) {}, ""},
		"contact with the contract": {func(t *Terms) { t.ContactAt = ContactAtContract }, ""},
		"a version":                 {func(t *Terms) { t.RequiredVersion = "2024-09" }, ""},
		"a blank version":           {func(t *Terms) { t.RequiredVersion = " " }, "RequiredVersion"},
		"no moment of contact":      {func(t *Terms) { t.ContactAt = "" }, "ContactAt"},
		"no days for responses":     {func(t *Terms) { t.ResponseDays = 0 }, "period"},
		"no days for a change":      {func(t *Terms) { t.FeedbackChangeDays = -1 }, "period"},
		"no days for a week":        {func(t *Terms) { t.WeekDisputeAnswerDays = 0 }, "period"},
	} {
		t.Run(name, func(t *testing.T) {
			terms := DefaultTerms()
			r.change(&terms)
			if r.want == "" {
				require.NoError(t, terms.Check())
				return
			}
			require.ErrorContains(t, terms.Check(), r.want)
		})
	}
}
