package statistics_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/statistics"
)

// TestPromptPaying: rules 10, how fast a client releases what was submitted. A case is
// what happened on a contract before Noon, and the median and the share that the card has.
func TestPromptPaying(t *testing.T) {
	const day = 24 * 3600
	noon := projectiontest.Noon
	submitted := func(milestone string) event.Event {
		return &event.WorkSubmitted{Milestone: projectiontest.Named(milestone)}
	}
	released := func(milestone string, cause event.ReleaseCause) event.Event {
		return &event.MilestoneReleased{Milestone: projectiontest.Named(milestone), Amount: 1, Cause: cause}
	}
	// paid submits a milestone so many seconds before it is released.
	paid := func(p *past, milestone string, at event.Time, took int64, cause event.ReleaseCause) {
		p.contract("c", at.AddSeconds(-took), submitted(milestone))
		p.contract("c", at, released(milestone, cause))
	}
	three := func(p *past) {
		paid(p, "1", noon-300, 10, event.ReleasedByClient)
		paid(p, "2", noon-200, 20, event.ReleasedByClient)
		paid(p, "3", noon-100, 30, event.ReleasedByClient)
	}
	for _, c := range []struct {
		name string
		past func(*past)
		want string // the median, the share
	}{
		{"nothing", func(*past) {}, "- -"},
		{"under 3 of them", func(p *past) {
			paid(p, "1", noon-300, 10, event.ReleasedByClient)
			paid(p, "2", noon-200, 20, event.ReleasedAuto)
		}, "- -"},
		{"3", three, "20 0"},
		{"of 4 the lower middle one", func(p *past) {
			three(p)
			paid(p, "4", noon-10, 40, event.ReleasedByClient)
		}, "20 0"},
		{"one of 4 by the timer", func(p *past) {
			three(p)
			paid(p, "4", noon-10, 5, event.ReleasedAuto)
		}, "10 2500"},
		{"released at T", func(p *past) {
			three(p)
			paid(p, "4", noon, 5, event.ReleasedByClient)
		}, "10 0"},
		{"released after T", func(p *past) {
			three(p)
			paid(p, "4", noon+1, 6, event.ReleasedByClient)
		}, "20 0"},
		{"submitted at the release", func(p *past) {
			paid(p, "1", noon-300, 0, event.ReleasedByClient)
			paid(p, "2", noon-200, 0, event.ReleasedByClient)
			paid(p, "3", noon-100, 0, event.ReleasedByClient)
		}, "0 0"},
		{"released without a submission", func(p *past) {
			three(p)
			p.contract("c", noon-5, released("4", event.ReleasedByClient))
		}, "20 0"},
		{"F8 submitted again: from the newest", func(p *past) {
			paid(p, "1", noon-300, 10, event.ReleasedByClient)
			paid(p, "2", noon-200, 10, event.ReleasedByClient)
			p.contract("c", noon-100, submitted("3"))
			paid(p, "3", noon-50, 7, event.ReleasedByClient)
		}, "10 0"},
		{"F9 answered by wishes, and released without another", func(p *past) {
			three(p)
			p.contract("c", noon-50, submitted("4"))
			p.contract("c", noon-40, &event.ChangesRequested{Milestone: projectiontest.Named("4")})
			p.contract("c", noon-30, released("4", event.ReleasedByClient))
		}, "20 0"},
		{"F9 asked back for", func(p *past) {
			three(p)
			p.contract("c", noon-50, submitted("4"))
			p.contract("c", noon-40, &event.EscrowRefundRequested{Milestone: projectiontest.Named("4")}, &event.EscrowRefundRefused{Milestone: projectiontest.Named("4")})
			p.contract("c", noon-30, released("4", event.ReleasedByClient))
		}, "20 0"},
		{"refunded when the freelancer ends it", func(p *past) {
			three(p)
			p.contract("c", noon-50, submitted("4"))
			p.contract("c", noon-40, &event.EscrowRefunded{Milestone: projectiontest.Named("4"), Amount: 1, Cause: event.RefundEndedByFreelancer}, &event.ContractEnded{})
		}, "20 0"},
		{"a partial release answers, the rest is of another submission", func(p *past) {
			paid(p, "1", noon-300, 10, event.ReleasedByClient)
			p.contract("c", noon-250, released("1", event.ReleasedByClient))
			paid(p, "1", noon-200, 20, event.ReleasedByClient)
			paid(p, "2", noon-100, 30, event.ReleasedByClient)
		}, "20 0"},
		{"by a dispute", func(p *past) {
			paid(p, "1", noon-300, 10, event.ReleasedByClient)
			paid(p, "2", noon-200, 20, event.ReleasedByClient)
			paid(p, "3", noon-100, 30, event.ReleasedByDispute)
		}, "20 0"},
		{"another milestone's stands", func(p *past) {
			three(p)
			p.contract("c", noon-50, submitted("4"), submitted("5"))
			p.contract("c", noon-44, released("5", event.ReleasedByClient))
		}, "10 0"},
	} {
		p := newPast(t)
		p.client("carl", projectiontest.June, &event.ClientRegistered{})
		p.contract("c", projectiontest.June, started("carl", "ann"))
		c.past(p)
		x := profileOf(p, "carl", noon)
		require.Equal(t, c.want, orDash(x.Profile.ReleaseMedianS)+" "+orDash(x.Profile.AutoReleasedBP), c.name)
	}

	// The window is that of rules 4: a date counts for 12 months, and on the same date.
	p := newPast(t)
	p.client("carl", projectiontest.June, &event.ClientRegistered{})
	p.contract("c", projectiontest.June, started("carl", "ann"))
	for i := range 40 { // more than are looked through one by one
		paid(p, fmt.Sprint(i), projectiontest.June+event.Time(60+i*60), 30, event.ReleasedByClient)
	}
	last := (projectiontest.June.Date().AddMonths(12) + 1).Start()
	require.Equal(t, "30", orDash(profileOf(p, "carl", last-1).Profile.ReleaseMedianS), "12 months later, on the same date")
	x := profileOf(p, "carl", last)
	require.Equal(t, "-", orDash(x.Profile.ReleaseMedianS), "and no more on the next")
	require.Empty(t, x.Releases)
	x = profileOf(p, "carl", projectiontest.June+day)
	require.Len(t, x.Releases, 40)
	require.EqualValues(t, 30, x.Releases[39].TookS)
	require.Equal(t, []string{"WorkSubmitted", "MilestoneReleased"}, []string{x.Releases[39].Facts[0].Type, x.Releases[39].Facts[1].Type})
}

// TestPromptPayingPolicy: the months and the minimum are a host's.
func TestPromptPayingPolicy(t *testing.T) {
	p := projectiontest.Preset(t, statistics.DefaultPolicy)
	require.Equal(t, statistics.PromptPayingPolicy{Months: 12, MinReleased: 3}, p.PromptPaying)
	for _, bad := range []statistics.PromptPayingPolicy{{}, {Months: 12}, {Months: 1201, MinReleased: 3}, {MinReleased: 3}} {
		p.PromptPaying = bad
		require.ErrorIs(t, p.Validate(), statistics.ErrInvalidPolicy)
	}
}
