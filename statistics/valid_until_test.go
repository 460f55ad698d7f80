package statistics_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// Until the moment that they are said to be valid until, statistics stay what
// they are: just before it, and at any moment in between.
func TestValidUntil(t *testing.T) {
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		m := market.New(rapid.Uint64().Draw(r, "seed"))
		m.Rough = true
		m.RegisterClients(3)
		m.Freelancer(6, 8)
		log := projectiontest.NewLog()
		defer log.Close()
		m.WriteTo(t, log)
		records := projectiontest.Folded(t, log)
		p := drawPolicy(r, t)
		asOf := event.Time(rapid.Int64Range(int64(market.Opens)-9e6, int64(market.Ends)+1e8).Draw(r, "asOf"))

		h := projection.FreelancerHistory{
			Invites: slices.Collect(maps.Values(records.Invites)), Proposals: slices.Collect(maps.Values(records.Proposals)),
			Contracts: slices.Collect(maps.Values(records.Contracts)), Weeks: slices.Collect(maps.Values(records.Weeks)), Clients: records.Client,
		}
		for _, h.Account = range records.Freelancers {
		}
		requireValid(r, t, h, asOf, p)
		for _, c := range records.Clients {
			h := projection.ClientHistory{Account: c, Jobs: slices.Collect(maps.Values(records.Jobs)), Contracts: h.Contracts}
			until := p.ClientValidUntil(h, asOf)
			for _, at := range between(r, asOf, until) {
				require.Equal(t, profile(h, asOf, p), profile(h, at, p), "from %v until %v, at %v", asOf, until, at)
			}
		}
		v := p.FiguresValidity(asOf)
		count(records, v)
		for _, at := range between(r, asOf, v.Until()) {
			require.Equal(t, figures(records, asOf, p), figures(records, at, p), "from %v until %v, at %v", asOf, v.Until(), at)
		}
	})

	// So it is where badges are won and lost.
	projectiontest.Check(t, func(r *rapid.T, t testing.TB) {
		h := drawCareer(r).live(t)
		p := drawPolicy(r, t)
		requireValid(r, t, h, projectiontest.Noon+event.Time(rapid.IntRange(int(-200*projectiontest.Day), int(400*projectiontest.Day)).Draw(r, "asOf")), p)
	})

	// And then they do change: an invite without an answer counts a day after.
	p, err := statistics.Preset(statistics.DefaultPolicy)
	require.NoError(t, err)
	sent := market.Opens
	h := projection.FreelancerHistory{Account: &projection.FreelancerRecord{}}
	h.Invites = []*projection.InviteRecord{{Sent: projection.Moment{At: sent, Position: 1}, Closed: projection.Moment{At: event.Never}, Available: true}}
	require.Equal(t, sent.AddDays(1), p.FreelancerValidUntil(h, sent+3600))
	require.Zero(t, p.Responsiveness.Of(h.Invites, sent.AddDays(1)-1).Counted)
	require.EqualValues(t, 1, p.Responsiveness.Of(h.Invites, sent.AddDays(1)).Counted)
}

// drawPolicy makes up a policy, often one in which no two periods are of one
// length, so that none hides behind another.
func drawPolicy(r *rapid.T, t testing.TB) statistics.Policy {
	p := projectiontest.Preset(t, rapid.SampledFrom(statistics.PresetNames()).Draw(r, "policy"))
	if rapid.Bool().Draw(r, "apart") {
		p.Badge.PaidMonths, p.Badge.ActiveDays, p.Badge.HoldDays, p.Badge.FirstContractDays = 11, 83, 71, 61
		p.Work.RecentMonths, p.Funnel.Days, p.Standing.SuspendDays = 10, 59, 101
		p.Figures.RecentMonths, p.Figures.FirstContractDays = 9, 53
	}
	return p
}

func requireValid(r *rapid.T, t testing.TB, h projection.FreelancerHistory, asOf event.Time, p statistics.Policy) {
	until := p.FreelancerValidUntil(h, asOf)
	for _, at := range between(r, asOf, until) {
		require.Equal(t, shown(h, asOf, p), shown(h, at, p), "from %v until %v, at %v", asOf, until, at)
	}
}

// shown is what a freelancer's statistics and profile are, but for what is
// measured in seconds up to now.
func shown(h projection.FreelancerHistory, at event.Time, p statistics.Policy) any {
	s, err := p.MyStats(h, at)
	if err != nil {
		return err
	}
	for i := range s.Badges.TopRated.Conditions {
		if c := &s.Badges.TopRated.Conditions[i]; c.Name == statistics.ConditionFirstContract {
			c.Have = nil
		}
	}
	return []any{s, h.Account.Profile(at)}
}

// count gives all records to a count.
func count(records *projection.Records, c statistics.MarketCount) {
	for _, r := range records.Clients {
		c.Client(r)
	}
	for _, r := range records.Freelancers {
		c.Freelancer(r)
	}
	for _, r := range records.Contracts {
		c.Contract(r)
	}
	for _, r := range records.Invites {
		c.Invite(r)
	}
	for _, r := range records.Jobs {
		c.Job(r)
	}
	for _, r := range records.Proposals {
		c.Proposal(r)
	}
	for _, r := range records.Interviews {
		c.Interview(r)
	}
	for _, r := range records.Weeks {
		c.Week(r)
	}
}

func figures(records *projection.Records, at event.Time, p statistics.Policy) *statistics.Figures {
	c := p.CountFigures(at)
	count(records, c)
	f, err := c.Figures()
	if err != nil {
		panic(err)
	}
	f.AsOf = 0
	return f
}

// profile is a client's, or why there is none.
func profile(h projection.ClientHistory, at event.Time, p statistics.Policy) any {
	c, err := p.ClientProfile(h, at)
	if err != nil {
		return err
	}
	return c
}

func between(r *rapid.T, from, until event.Time) []event.Time {
	require.Greater(r, until, from)
	if until == event.Never {
		until = from.AddDays(4000)
	}
	any := event.Time(rapid.Int64Range(int64(from), int64(until)-1).Draw(r, "at"))
	return []event.Time{from, any, until - 1}
}
