package projection_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/projection/internal/market"
	"github.com/marketcore/marketplace/store/memory"
)

// Until the moment that they are said to be valid until, statistics stay what
// they are: just before it, and at any moment in between.
func TestValidUntil(t *testing.T) {
	check(t, func(r *rapid.T, t testing.TB) {
		m := market.New(rapid.Uint64().Draw(r, "seed"))
		m.Rough, m.NoDiaries = true, true
		m.RegisterClients(3)
		m.Freelancer(6, 8)
		log := memory.New()
		defer log.Close()
		m.WriteTo(t, log)
		records := folded(t, log)
		p, err := projection.Preset(rapid.SampledFrom(projection.PresetNames()).Draw(r, "policy"))
		require.NoError(t, err)
		asOf := event.Time(rapid.Int64Range(int64(market.Opens)-9e6, int64(market.Ends)+1e8).Draw(r, "asOf"))

		var invites []*projection.InviteRecord
		for _, r := range records.Invites {
			invites = append(invites, r)
		}
		var contracts []*projection.ContractRecord
		for _, r := range records.Contracts {
			contracts = append(contracts, r)
		}
		freelancer := func(at event.Time) *projection.FreelancerStats {
			return projection.StatsOfFreelancer(invites, contracts, records.Client, at, p)
		}
		until := p.FreelancerValidUntil(invites, contracts, records.Client, asOf)
		for _, at := range between(r, asOf, until) {
			require.Equal(t, freelancer(asOf), freelancer(at), "from %v until %v, at %v", asOf, until, at)
		}
		until = p.ClientValidUntil(contracts, asOf)
		for _, at := range between(r, asOf, until) {
			require.Equal(t, projection.StatsOfClient(contracts, asOf, p), projection.StatsOfClient(contracts, at, p), "at %v", at)
		}
	})

	// And then they do change: an invite without an answer counts a day after.
	p, err := projection.Preset(projection.DefaultPolicy)
	require.NoError(t, err)
	sent := market.Opens
	invites := []*projection.InviteRecord{{Sent: projection.Moment{At: sent, Position: 1}, Closed: projection.Moment{At: event.Never}, Available: true}}
	nobody := func(uuid.UUID) *projection.ClientRecord { return nil }
	require.Equal(t, sent.AddDays(1), p.FreelancerValidUntil(invites, nil, nobody, sent+3600))
	require.Zero(t, p.Responsiveness.Of(invites, sent.AddDays(1)-1).Counted)
	require.EqualValues(t, 1, p.Responsiveness.Of(invites, sent.AddDays(1)).Counted)
}

func between(r *rapid.T, from, until event.Time) []event.Time {
	require.Greater(r, until, from)
	if until == event.Never {
		until = from.AddDays(4000)
	}
	any := event.Time(rapid.Int64Range(int64(from), int64(until)-1).Draw(r, "at"))
	return []event.Time{from, any, until - 1}
}
