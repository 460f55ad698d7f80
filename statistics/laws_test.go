package statistics_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// TestWeeksAddUp: the weeks are the totals, the totals are the report's, and
// each week is what its explanation says.
func TestWeeksAddUp(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		history := projectiontest.DrawMarket(r)
		m, p := projectiontest.Loaded(t, projectiontest.LogOf(t, history.History)), projectiontest.Preset(t, statistics.DefaultPolicy)
		asOf := rapid.SampledFrom(history.History).Draw(r, "event").At
		f := figuresAt(t, m, asOf)
		report, err := statistics.Ask(t.Context(), m, statistics.FullReport(), asOf, p)
		require.NoError(t, err)

		var sum statistics.MarketTotals
		disputed, answered := int64(0), false
		for i, w := range f.Weeks {
			if i > 0 {
				require.Equal(t, f.Weeks[i-1].Week.End(), w.Week.Start(), "no week is left out")
			}
			addCounts(reflect.ValueOf(&sum).Elem(), reflect.ValueOf(w.MarketTotals))
			disputed += w.Disputed
			answered = answered || w.ResponseRateBP != nil
			require.Equal(t, w.InvitesCounted > 0, w.ResponseRateBP != nil)
			require.Equal(t, w.ContractsEnded > 0, w.DisputePPM != nil)
			require.Equal(t, w.ContractsStarted, w.Hires.Total())
		}
		if n := len(f.Weeks); n > 0 {
			require.Equal(t, event.WeekOf(asOf), f.Weeks[n-1].Week)
		}
		require.Equal(t, answered, f.ResponseRateBP != nil)
		// Connects may move before the first week that is listed.
		require.LessOrEqual(t, sum.ConnectsSpent, f.ConnectsSpent)
		require.LessOrEqual(t, sum.ConnectsReturned, f.ConnectsReturned)
		sum.ConnectsSpent, sum.ConnectsReturned = f.ConnectsSpent, f.ConnectsReturned
		requireSameCounts(t, f.MarketTotals, sum)
		requireStandingsAddUp(t, m, f)
		require.Equal(t, report.Marketplace, statistics.MarketplaceStats{
			DisputeRate: f.DisputeRate, InvitesSent: f.InvitesSent, Hires: f.Hires, Paid: f.GrossVolume - f.Refunds,
		})
		require.Equal(t, []int64{f.DisputeRate.Ended, f.DisputeRate.Disputed}, []int64{f.ContractsEnded, disputed})
		if len(f.Weeks) > 0 {
			requireWeekExplained(t, m, rapid.SampledFrom(f.Weeks).Draw(r, "week"), asOf)
		}
	})
}

// requireStandingsAddUp: whatever the freelancer was, all are counted.
func requireStandingsAddUp(t testing.TB, m *projection.Model, f *statistics.Figures) {
	accepted := int64(0)
	for r, err := range m.Proposals() {
		require.NoError(t, err)
		for _, s := range r.Steps {
			if s.Kind == projection.StepOfferAccepted && s.At <= f.AsOf {
				accepted++
			}
		}
	}
	require.Equal(t, []int64{f.ContractsStarted, f.Proposals, f.Interviews, accepted}, []int64{
		f.HiresByStanding.Total(), f.ProposalsByStanding.Total(), f.InterviewsByStanding.Total(), f.ProposalHiresByStanding.Total(),
	})
}

// addCounts adds all counts and sums of one value to those of another, whatever they
// are called; a share is a pointer, and none.
func addCounts(sum, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			addCounts(sum.Field(i), v.Field(i))
		}
	case reflect.Int64:
		sum.SetInt(sum.Int() + v.Int())
	}
}

// requireSameCounts requires all but the shares to be the same.
func requireSameCounts(t testing.TB, want, got statistics.MarketTotals) {
	t.Helper()
	var a, b statistics.MarketTotals
	addCounts(reflect.ValueOf(&a).Elem(), reflect.ValueOf(want))
	addCounts(reflect.ValueOf(&b).Elem(), reflect.ValueOf(got))
	require.Equal(t, a, b)
}

// requireWeekExplained: what is listed of a week comes to its figures, and the facts
// are those that count.
func requireWeekExplained(t testing.TB, m *projection.Model, want statistics.WeekFigures, asOf event.Time) {
	x := explainedWeek(t, m, want.Week, asOf)
	require.Equal(t, want, x.Figures)
	got := statistics.WeekFigures{Week: want.Week, PeriodFigures: statistics.PeriodFigures{DisputePPM: want.DisputePPM}}
	count := func(n *int64, yes bool) {
		if yes {
			*n++
		}
	}
	counted := map[string]int64{}
	for _, c := range x.Contracts {
		got.GrossVolume += c.GrossVolume
		got.Refunds += c.Refunds
		got.Minutes += c.Minutes
		count(&got.ContractsStarted, c.Started)
		if c.Started {
			*got.HiresByStanding.Of(c.Standing)++
		}
		count(&got.HiresTopScore, c.TopScore)
		count(&got.Hires.Invite, c.Started && c.Via == event.ViaInvite)
		count(&got.Hires.Proposal, c.Started && c.Via == event.ViaProposal)
		count(&got.Hires.Direct, c.Started && c.Via == event.ViaDirect)
		count(&got.ContractsEnded, c.Ended)
		count(&got.Disputed, c.Disputed)
		require.NotEmpty(t, c.Facts)
		for _, f := range c.Facts {
			require.LessOrEqual(t, f.OccurredAt, asOf)
			if f.Type != "DisputeOpened" && f.Type != "DisputeCancelled" {
				require.Equal(t, want.Week, event.WeekOf(f.OccurredAt), f.Type)
			}
			counted[f.Type]++
		}
	}
	for _, v := range x.Invites {
		got.InvitesSent++
		count(&got.InvitesCounted, v.Counted)
		count(&got.InvitesAnswered, v.Counted && v.Answered)
	}
	for _, j := range x.Jobs {
		got.JobsPosted++
		got.Candidates += j.Candidates
	}
	for _, p := range x.Proposals {
		count(&got.Proposals, p.Submitted)
		count(got.ProposalsByStanding.Of(p.Standing), p.Submitted)
		got.Interviews += p.Interviews
		*got.InterviewsByStanding.Of(p.Standing) += p.Interviews
		*got.ProposalHiresByStanding.Of(p.Standing) += p.Hires
		require.NotEmpty(t, p.Facts)
	}
	for _, m := range x.Meetings {
		addMeeting(t, &got.MarketTotals, &m)
	}
	for _, b := range x.Billed {
		got.MinutesBilled += b.Minutes
	}
	for _, c := range x.Connects {
		got.ConnectsSpent += c.Spent
		got.ConnectsReturned += c.Returned
		require.NotEmpty(t, c.Facts)
	}
	requireSameCounts(t, want.MarketTotals, got.MarketTotals)
	require.Equal(t, want.Disputed, got.Disputed)
	require.Equal(t, []int64{want.ContractsStarted, want.ContractsEnded}, []int64{counted["ContractStarted"], counted["ContractEnded"]})
}

func addMeeting(t testing.TB, to *statistics.MarketTotals, m *statistics.WeekMeeting) {
	format := slices.Index(projection.MeetingFormat(0).Words(), m.Format)
	channel := slices.Index(projection.MeetingChannel(0).Words(), m.Channel)
	require.NotContains(t, []int{format, channel}, -1)
	n := to.Meetings.Of(projection.MeetingFormat(format))
	n.Scheduled += m.Scheduled
	n.Held += m.Held
	n.Cancelled += m.Cancelled
	*to.Channels.Of(projection.MeetingChannel(channel)) += m.Scheduled
	require.Len(t, m.Facts, int(m.Scheduled+m.Held+m.Cancelled))
}

// TestAccountsAddUp: the funnel of the marketplace is the sum of the
// freelancers', its hours are theirs, and every explanation comes to its number.
func TestAccountsAddUp(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		history := projectiontest.DrawMarket(r)
		m, p := projectiontest.Loaded(t, projectiontest.LogOf(t, history.History)), projectiontest.Preset(t, statistics.DefaultPolicy)
		asOf := rapid.SampledFrom(history.History).Draw(r, "event").At
		report, err := statistics.Ask(t.Context(), m, statistics.FullReport(), asOf, p)
		require.NoError(t, err)
		var sum statistics.Funnel
		minutes, billed := int64(0), int64(0)
		for id, stats := range report.Freelancers {
			my, err := statistics.Ask(t.Context(), m, statistics.MyStatsOf(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, *stats, my.FreelancerStats)
			minutes += my.Minutes
			billed += my.MinutesBilled
			funnel, err := statistics.Ask(t.Context(), m, statistics.ExplainFunnel(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, my.Funnel, funnel.Funnel)
			requireFunnelFacts(t, funnel)
			sum.Proposals += my.Funnel.Proposals
			sum.Interviews += my.Funnel.Interviews
			sum.Offers += my.Funnel.Offers
			sum.Hires += my.Funnel.Hires
			work, err := statistics.Ask(t.Context(), m, statistics.ExplainWork(id), asOf, p)
			require.NoError(t, err)
			require.Equal(t, my.Work, work.Work)
			require.Equal(t, my.Paid, work.Paid)
			requireWorkAddsUp(t, work)
		}
		f := figuresAt(t, m, asOf)
		require.Equal(t, []int64{f.Minutes, f.MinutesBilled}, []int64{minutes, billed})
		all, err := statistics.Ask(t.Context(), m, statistics.ExplainMarketplaceFunnel(), asOf, p)
		require.NoError(t, err)
		require.Equal(t, f.Funnel, all.Funnel)
		requireFunnelFacts(t, all)
		sum.ProposalsPerHire = f.Funnel.ProposalsPerHire
		require.Equal(t, f.Funnel, sum)
		for id, stats := range report.Clients {
			requireClientAddsUp(t, must(statistics.Ask(t.Context(), m, statistics.ExplainClientProfile(id), asOf, p)), stats)
		}
	})
}

func requireClientAddsUp(t testing.TB, x *statistics.ClientProfileExplanation, stats *statistics.ClientStats) {
	require.Equal(t, *stats, statistics.ClientStats{DisputeRate: x.Profile.DisputeRate, Spent: x.Profile.Spent})
	require.EqualValues(t, len(x.Signals), x.Profile.Signals)
	var spent event.Money
	var stars, feedbacks, hired int64
	for _, c := range x.Contracts {
		require.NotEmpty(t, c.Facts)
		spent += c.Paid
		if c.Stars != nil {
			stars, feedbacks = stars+*c.Stars, feedbacks+1
		}
	}
	for _, j := range x.Jobs {
		if j.Hired {
			hired++
		}
	}
	require.Equal(t, []int64{int64(x.Profile.Spent), x.Profile.Feedbacks, x.Profile.JobsPosted, x.Profile.JobsWithHire},
		[]int64{int64(spent), feedbacks, int64(len(x.Jobs)), hired})
	if x.Profile.Stars != nil {
		require.InDelta(t, float64(stars)/float64(feedbacks), *x.Profile.Stars, 0.5)
	}
	for _, list := range [][]statistics.SignalExplained{x.Signals, x.PastSignals} {
		for _, s := range list {
			require.LessOrEqual(t, s.Fact.OccurredAt, x.AsOf)
		}
	}
}

// kept reports whether the account is suspended, closed or held back from search.
func kept(r *projection.FreelancerRecord, asOf event.Time) bool {
	barred, held := false, map[string]bool{}
	for _, m := range r.Marks {
		if m.At > asOf {
			continue
		}
		switch m.Kind.EventType() {
		case "FreelancerSuspended", "FreelancerClosed":
			barred = true
		case "FreelancerReinstated":
			barred = false
		case "HoldPlaced":
			held[m.Word] = m.Blocks.Has(event.BlockSearch)
		case "HoldLifted":
			delete(held, m.Word)
		}
	}
	for _, search := range held {
		barred = barred || search
	}
	return barred
}

// TestSearchFindsThoseOfTheReport: everybody public is found once, with the
// report's numbers, but whom the platform keeps from it.
func TestSearchFindsThoseOfTheReport(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		history := projectiontest.DrawMarket(r)
		m, p := projectiontest.Loaded(t, projectiontest.LogOf(t, history.History)), projectiontest.Preset(t, statistics.DefaultPolicy)
		asOf := rapid.SampledFrom(history.History).Draw(r, "event").At
		report, err := statistics.Ask(t.Context(), m, statistics.FullReport(), asOf, p)
		require.NoError(t, err)
		results, err := statistics.Ask(t.Context(), m, statistics.SearchFor(statistics.SearchQuery{Limit: statistics.MaxSearchLimit}), asOf, p)
		require.NoError(t, err)
		public := 0
		for account, err := range m.Freelancers() {
			require.NoError(t, err)
			if report.Freelancers[account.ID] != nil && account.Profile(asOf).Public && !kept(account, asOf) {
				public++
			}
		}
		require.Len(t, results.Results, public)
		require.EqualValues(t, public, results.Total)
		for _, f := range results.Results {
			stats := report.Freelancers[f.Freelancer]
			require.Equal(t, stats.Responsiveness.Level, f.Level)
			require.Equal(t, stats.JobSuccess != nil, f.Displayed != nil)
			if f.Displayed != nil {
				require.Equal(t, stats.JobSuccess.Displayed, *f.Displayed)
			}
			require.NotEmpty(t, f.Facts)
			require.LessOrEqual(t, f.Facts[len(f.Facts)-1].OccurredAt, asOf)
		}
	})
}
