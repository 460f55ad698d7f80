package statistics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestFunnel: rules 6. Every fact counts by its own date.
func TestFunnel(t *testing.T) {
	const window = 90 * projectiontest.Day
	submitted := func(via event.Via) *event.ProposalSubmitted { return proposed("carl", "ann", via) }
	interview, offer, hire := &event.InterviewStarted{}, &event.OfferMade{Kind: event.KindFixed, Amount: 1}, &event.OfferAccepted{Contract: projectiontest.Named("contract")}
	for _, c := range []struct {
		name string
		past func(*past)
		want string // proposals, interviews, offers, hires, proposals per hire
	}{
		{"nothing", func(*past) {}, "0 0 0 0 -"},
		{"submitted", func(p *past) { p.proposal("1", projectiontest.June, submitted(event.ViaProposal)) }, "1 0 0 0 -"},
		{"by an invite", func(p *past) { p.proposal("1", projectiontest.June, submitted(event.ViaInvite)) }, "1 0 0 0 -"},
		{"submitted at T", func(p *past) { p.proposal("1", projectiontest.Noon, submitted(event.ViaProposal)) }, "1 0 0 0 -"},
		{"submitted after T", func(p *past) { p.proposal("1", projectiontest.Noon+1, submitted(event.ViaProposal)) }, "0 0 0 0 -"},
		{"submitted exactly 90 days ago", func(p *past) { p.proposal("1", projectiontest.Noon-window, submitted(event.ViaProposal)) }, "0 0 0 0 -"},
		{"submitted a second later", func(p *past) { p.proposal("1", projectiontest.Noon-window+1, submitted(event.ViaProposal)) }, "1 0 0 0 -"},
		{"all the way", func(p *past) {
			p.proposal("1", projectiontest.June, submitted(event.ViaProposal), interview, offer, hire)
		}, "1 1 1 1 100"},
		{"the way of an older proposal", func(p *past) {
			p.proposal("1", projectiontest.Noon-window, submitted(event.ViaProposal))
			p.proposal("1", projectiontest.June, interview, offer, hire)
		}, "0 1 1 1 0"},
		{"a step after T", func(p *past) {
			p.proposal("1", projectiontest.June, submitted(event.ViaProposal), interview)
			p.proposal("1", projectiontest.Noon+1, offer, hire)
		}, "1 1 0 0 -"},
		{"interviews and offers count each", func(p *past) {
			p.proposal("1", projectiontest.June, submitted(event.ViaProposal), interview, &event.InterviewHeld{}, interview, &event.InterviewCancelled{},
				offer, &event.OfferDeclined{}, offer, &event.OfferWithdrawn{}, offer, &event.OfferExpired{})
		}, "1 2 3 0 -"},
		{"withdrawn and declined", func(p *past) {
			p.proposal("1", projectiontest.June, submitted(event.ViaProposal), &event.ProposalWithdrawn{})
			p.proposal("2", projectiontest.June, submitted(event.ViaProposal), &event.ProposalDeclined{})
		}, "2 0 0 0 -"},
		{"three hires of two proposals, half up", func(p *past) {
			p.proposal("1", projectiontest.June, submitted(event.ViaProposal), offer, hire)
			p.proposal("2", projectiontest.June, submitted(event.ViaProposal), offer, hire)
			p.proposal("3", projectiontest.Noon-window, submitted(event.ViaProposal))
			p.proposal("3", projectiontest.June, offer, hire)
		}, "2 0 3 3 67"},
		{"another's, and a contract without an offer", func(p *past) {
			p.proposal("1", projectiontest.June, proposed("carl", "ben", event.ViaProposal), offer, hire)
			p.contract("direct", projectiontest.June, started("carl", "ann"))
		}, "0 0 0 0 -"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", projectiontest.June.AddDays(-400), &event.FreelancerRegistered{})
			c.past(p)
			x := in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.FunnelExplanation, error) {
				return statistics.Ask(t.Context(), m, statistics.ExplainFunnel(projectiontest.Named("ann")), projectiontest.Noon, policy)
			})
			perHire := "-"
			if x.Funnel.ProposalsPerHire != nil {
				perHire = fmt.Sprint(*x.Funnel.ProposalsPerHire)
			}
			f := x.Funnel
			require.Equal(t, c.want, fmt.Sprint(f.Proposals, f.Interviews, f.Offers, f.Hires, " ", perHire))
			require.Equal(t, projectiontest.Noon-window, x.After)
			requireFunnelFacts(t, x)
		})
	}
}

// requireFunnelFacts: an explanation lists exactly the facts that count.
func requireFunnelFacts(t testing.TB, x *statistics.FunnelExplanation) {
	t.Helper()
	counts := map[string]int64{}
	for _, p := range x.Proposals {
		require.NotEmpty(t, p.Facts)
		for _, f := range p.Facts {
			require.Greater(t, f.OccurredAt, x.After)
			require.LessOrEqual(t, f.OccurredAt, x.AsOf)
			counts[f.Type]++
		}
	}
	f := x.Funnel
	want := map[string]int64{"ProposalSubmitted": f.Proposals, "InterviewStarted": f.Interviews, "OfferMade": f.Offers, "OfferAccepted": f.Hires}
	for name, n := range want {
		require.Equal(t, n, counts[name], name)
		delete(counts, name)
	}
	require.Empty(t, counts)
}

// TestFunnelOfAnotherPolicy: the window is a policy's.
func TestFunnelOfAnotherPolicy(t *testing.T) {
	p := newPast(t)
	p.proposal("1", projectiontest.Noon-projectiontest.Day, proposed("carl", "ann", event.ViaProposal))
	for days, want := range map[int]int64{1: 0, 2: 1} {
		policy := projectiontest.Preset(t, statistics.DefaultPolicy)
		policy.Funnel.Days = days
		f, err := statistics.Ask(t.Context(), p.model(), statistics.MarketplaceFigures(), projectiontest.Noon, policy)
		require.NoError(t, err)
		require.Equal(t, want, f.Funnel.Proposals)
	}
}

func TestHireShares(t *testing.T) {
	for _, c := range []struct {
		hires statistics.Hires
		want  []*int64
	}{
		{statistics.Hires{}, []*int64{nil, nil, nil}},
		{statistics.Hires{Invite: 1, Direct: 1}, []*int64{projectiontest.Ptr(int64(5000)), projectiontest.Ptr(int64(0)), projectiontest.Ptr(int64(5000))}},
		{statistics.Hires{Invite: 2, Proposal: 1}, []*int64{projectiontest.Ptr(int64(6667)), projectiontest.Ptr(int64(3333)), projectiontest.Ptr(int64(0))}},
		{statistics.Hires{Invite: 1, Proposal: 7}, []*int64{projectiontest.Ptr(int64(1250)), projectiontest.Ptr(int64(8750)), projectiontest.Ptr(int64(0))}},
	} {
		s := c.hires.Shares()
		require.Equal(t, c.want, []*int64{s.InviteBP, s.ProposalBP, s.DirectBP})
	}
}
