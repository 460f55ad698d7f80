package statistics_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

func workOf(p *past, freelancer string, asOf event.Time) *statistics.WorkExplanation {
	p.t.Helper()
	return in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.WorkExplanation, error) {
		return statistics.Ask(p.t.Context(), m, statistics.ExplainWork(projectiontest.Named(freelancer)), asOf, policy)
	})
}

// TestWork: rules 9. A year ago today, by the date rule of the windows, is
// within the year; noon is on 15 July 2017.
func TestWork(t *testing.T) {
	yearAgo, before := projectiontest.At("2016-07-15T00:00:00Z"), projectiontest.At("2016-07-14T23:59:59Z")
	ended := &event.ContractEnded{}
	for _, c := range []struct {
		name string
		past func(*past)
		want string // paid, paid in 12 months, minutes, minutes in 12 months, clients, of the last year, long-term, share
	}{
		{"nothing", func(*past) {}, "0 0 0 0 0 0 0 -"},
		{"not started", func(p *past) { p.contract("1", projectiontest.Noon+1, started("carl", "ann")) }, "0 0 0 0 0 0 0 -"},
		{"started at T", func(p *past) { p.contract("1", projectiontest.Noon, started("carl", "ann")) }, "0 0 0 0 1 1 0 0"},
		{"every kind of payment, and hours", func(p *past) {
			p.contract("1", projectiontest.June, started("carl", "ann"), &event.MilestoneReleased{Amount: 1000}, hours(200, 50),
				&event.BonusPaid{Amount: 30}, &event.RefundGiven{Amount: 4})
		}, "1226 1226 50 50 1 1 0 0"},
		{"payments at and after T", func(p *past) {
			p.contract("1", projectiontest.June, started("carl", "ann"))
			p.contract("1", projectiontest.Noon, hours(200, 50))
			p.contract("1", projectiontest.Noon+1, hours(200, 50))
		}, "200 200 50 50 1 1 0 0"},
		{"paid a year ago today", func(p *past) {
			p.contract("1", yearAgo, started("carl", "ann"), hours(200, 50), ended)
		}, "200 200 50 50 1 1 0 0"},
		{"paid and ended a day earlier", func(p *past) {
			p.contract("1", before, started("carl", "ann"), hours(200, 50), ended)
		}, "200 0 50 0 1 0 0 -"},
		{"paid earlier, refunded within the year", func(p *past) {
			p.contract("1", before, started("carl", "ann"), &event.BonusPaid{Amount: 200})
			p.contract("1", projectiontest.June, &event.RefundGiven{Amount: 50})
		}, "150 -50 0 0 1 1 1 10000"},
		{"ended after T", func(p *past) {
			p.contract("1", before, started("carl", "ann"))
			p.contract("1", projectiontest.Noon+1, ended)
		}, "0 0 0 0 1 1 1 10000"},
		{"three months to the second", func(p *past) {
			p.contract("1", projectiontest.At("2017-01-31T10:00:00Z"), started("carl", "ann"))
			p.contract("1", projectiontest.At("2017-04-30T10:00:00Z"), ended)
		}, "0 0 0 0 1 1 1 10000"},
		{"a second less", func(p *past) {
			p.contract("1", projectiontest.At("2017-01-31T10:00:00Z"), started("carl", "ann"))
			p.contract("1", projectiontest.At("2017-04-30T09:59:59Z"), ended)
		}, "0 0 0 0 1 1 0 0"},
		{"three months and running", func(p *past) { p.contract("1", projectiontest.Noon.AddMonths(-3), started("carl", "ann")) }, "0 0 0 0 1 1 1 10000"},
		{"a second less and running", func(p *past) { p.contract("1", projectiontest.Noon.AddMonths(-3)+1, started("carl", "ann")) }, "0 0 0 0 1 1 0 0"},
		{"two short contracts are not one long", func(p *past) {
			p.contract("1", projectiontest.At("2017-01-01T00:00:00Z"), started("carl", "ann"))
			p.contract("1", projectiontest.At("2017-03-01T00:00:00Z"), ended)
			p.contract("2", projectiontest.At("2017-03-01T00:00:00Z"), started("carl", "ann"))
			p.contract("2", projectiontest.At("2017-05-01T00:00:00Z"), ended)
		}, "0 0 0 0 1 1 0 0"},
		{"a long contract of old, a short one in the year", func(p *past) {
			p.contract("1", projectiontest.At("2015-01-01T00:00:00Z"), started("carl", "ann"))
			p.contract("1", projectiontest.At("2015-06-01T00:00:00Z"), ended)
			p.contract("2", projectiontest.June, started("carl", "ann"), ended)
		}, "0 0 0 0 1 1 1 10000"},
		{"one of three clients", func(p *past) {
			p.contract("1", projectiontest.At("2017-01-01T00:00:00Z"), started("carl", "ann"))
			p.contract("2", projectiontest.June, started("dora", "ann"))
			p.contract("3", projectiontest.June, started("eve", "ann"))
			p.contract("4", projectiontest.At("2015-01-01T00:00:00Z"), started("fred", "ann"))
			p.contract("4", projectiontest.At("2015-06-01T00:00:00Z"), ended)
			p.contract("5", projectiontest.At("2017-01-01T00:00:00Z"), started("carl", "ben"))
		}, "0 0 0 0 4 3 1 3333"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPast(t)
			p.freelancer("ann", projectiontest.June.AddDays(-4000), &event.FreelancerRegistered{})
			c.past(p)
			x := workOf(p, "ann", projectiontest.Noon)
			w := x.Work
			require.Equal(t, c.want, fmt.Sprint(int64(x.Paid), " ", int64(w.Paid12m), " ", w.Minutes, " ", w.Minutes12m, " ",
				w.Clients, " ", w.ClientsLastYear, " ", w.LongTermClients, " ", orDash(w.LongTermBP)))
			require.Equal(t, "2016-07-15", x.RecentFrom)
			requireWorkAddsUp(t, x)
			stats := in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.MyStats, error) {
				return statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), projectiontest.Noon, policy)
			})
			require.Equal(t, w, stats.Work)
			require.Equal(t, x.Paid, stats.Paid)
		})
	}
}

// requireWorkAddsUp: an explanation's clients are the numbers that it explains.
func requireWorkAddsUp(t testing.TB, x *statistics.WorkExplanation) {
	t.Helper()
	var sum statistics.Work
	var paid event.Money
	for _, c := range x.Clients {
		sum.Clients++
		paid += c.Paid
		sum.Paid12m += c.Paid12m
		sum.Minutes += c.Minutes
		sum.Minutes12m += c.Minutes12m
		sum.MinutesBilled += c.MinutesBilled
		sum.MinutesBilled12m += c.MinutesBilled12m
		lastYear, longTerm := false, false
		for _, k := range c.Contracts {
			lastYear, longTerm = lastYear || k.LastYear, longTerm || k.LongTerm
			require.Contains(t, typesOf(k.Facts), "ContractStarted")
			for _, f := range k.Facts {
				require.LessOrEqual(t, f.OccurredAt, x.AsOf)
			}
		}
		require.Equal(t, []bool{lastYear, longTerm}, []bool{c.LastYear, c.LongTerm})
		if c.LastYear {
			sum.ClientsLastYear++
			if c.LongTerm {
				sum.LongTermClients++
			}
		}
	}
	sum.LongTermBP = x.Work.LongTermBP
	require.Equal(t, x.Work, sum)
	require.Equal(t, x.Paid, paid)
}

// TestMyStats: the report's statistics, the funnel and the scores as they were
// shown, as of the moment.
func TestMyStats(t *testing.T) {
	p := newPast(t)
	p.freelancer("ann", projectiontest.June.AddDays(-100), &event.FreelancerRegistered{})
	p.freelancer("ann", projectiontest.June, &event.JobSuccessAssessed{})
	p.freelancer("ann", projectiontest.June.AddDays(7), &event.JobSuccessAssessed{ScoreBP: projectiontest.Ptr(8950), Displayed: projectiontest.Ptr(90)})
	p.freelancer("ann", projectiontest.Noon+1, &event.JobSuccessAssessed{ScoreBP: projectiontest.Ptr(10000), Displayed: projectiontest.Ptr(100)})
	p.proposal("1", projectiontest.June, proposed("carl", "ann", event.ViaProposal))
	p.invite("2", projectiontest.June, &event.InviteSent{Client: projectiontest.Named("carl"), Freelancer: projectiontest.Named("ann"), FreelancerAvailable: true})
	m, policy := p.model(), projectiontest.Preset(t, statistics.DefaultPolicy)
	got, err := statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), projectiontest.Noon, policy)
	require.NoError(t, err)
	want, err := statistics.Ask(t.Context(), m, statistics.FreelancerStatsOf(projectiontest.Named("ann")), projectiontest.Noon, policy)
	require.NoError(t, err)
	require.Equal(t, *want, got.FreelancerStats)
	require.Equal(t, statistics.Funnel{Proposals: 1}, got.Funnel)
	badges, err := statistics.Ask(t.Context(), m, statistics.BadgesOf(projectiontest.Named("ann")), projectiontest.Noon, policy)
	require.NoError(t, err)
	require.Equal(t, *badges, got.Badges)
	require.Equal(t, []statistics.Assessment{{At: projectiontest.June, Position: p.at(2)}, {At: projectiontest.June.AddDays(7), Position: p.at(3), Displayed: projectiontest.Ptr(int64(90))}}, got.Assessments)

	for _, asOf := range []event.Time{projectiontest.June.AddDays(-100) - 1, event.MustParseTime("0001-01-01T00:00:00Z")} {
		_, err = statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), asOf, policy)
		require.ErrorIs(t, err, statistics.ErrNotFound)
	}
}

func TestMyStatsFormat(t *testing.T) {
	p := newPast(t)
	p.freelancer("ann", projectiontest.June, &event.FreelancerRegistered{})
	p.freelancer("ann", projectiontest.Noon, &event.JobSuccessAssessed{})
	stats := in(p, func(m *projection.Model, policy statistics.Policy) (*statistics.MyStats, error) {
		return statistics.Ask(t.Context(), m, statistics.MyStatsOf(projectiontest.Named("ann")), projectiontest.Noon, policy)
	})
	require.Equal(t, p.at(2), stats.Assessments[0].Position)
	stats.Assessments[0].Position = 7 // the store chose another
	text, err := json.MarshalIndent(stats, "", "  ")
	require.NoError(t, err)
	requireGolden(t, "my_stats.json", string(text)+"\n")
}
