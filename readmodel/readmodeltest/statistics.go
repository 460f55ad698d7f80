package readmodeltest

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// testStatistics: as the clock goes on, by seconds or by months, the rows of
// current statistics are what package projection computes as of now, though only
// those are computed anew whose time has come; and they come to rest, with
// nothing left to compute. Each seed is another history and other steps.
func testStatistics(t *testing.T, open Open) {
	skipShort(t)
	for seed, partitions := range long.Pick(map[uint64]int{3: 3}, map[uint64]int{2: 1, 3: 3}) {
		log, _ := roughLog(t, seed, 4)
		want, luck := folded(t, log), rand.New(rand.NewPCG(seed, 3))
		db := open(t)()
		c := newClock(market.Opens - 1)
		m := model(t, db, c, partitions)
		follow(t, m, log, partitions, readmodel.RunnerOptions{})
		computed := 0
		for now := market.Opens - 1; now < market.Ends.AddDays(900); {
			c.set(now)
			refreshed(t, m)
			computed += requireCurrent(t, db, want, now, preset(t, statistics.DefaultPolicy))
			if luck.IntN(3) == 0 {
				now = now.AddSeconds(luck.Int64N(3 * 86400))
			} else {
				now = now.AddDays(luck.IntN(240)).AddSeconds(luck.Int64N(86400))
			}
		}
		c.set(market.Ends.AddDays(5000))
		refreshed(t, m)
		requireCurrent(t, db, want, market.Ends.AddDays(5000), preset(t, statistics.DefaultPolicy))
		require.Zero(t, mustInteger(t, db, "SELECT count(*) FROM "+db.Dialect().Table(1, "stale")))
		require.Positive(t, computed, "rows that were not computed at the last step were still right")

		other, err := readmodel.New(db, readmodel.Options{After: c.After, Now: c.Now, Policy: preset(t, "2015")})
		require.NoError(t, err)
		c.set(market.Ends.AddDays(6000))
		refreshed(t, other)
		requireCurrent(t, db, want, market.Ends.AddDays(6000), preset(t, "2015"))
	}
}

// testPolicies: rows that were computed under a policy of the same name with other
// numbers, or by a library that wrote down names alone, are computed anew. A policy
// without a name is refused.
func testPolicies(t *testing.T, open Open) {
	log, _ := roughLog(t, 4, 3)
	want, db, c := folded(t, log), open(t)(), newClock(market.Ends)
	m := model(t, db, c, 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	refreshed(t, m)
	requireCurrent(t, db, want, market.Ends, preset(t, statistics.DefaultPolicy))

	other := preset(t, statistics.DefaultPolicy)
	other.JobSuccess.WindowMonths = []int{1}
	other.Responsiveness.Window, other.DisputeRate.RecentMonths, other.Funnel.Days = 86400, 1, 1
	under := func(p statistics.Policy) *readmodel.ReadModel {
		m, err := readmodel.New(db, readmodel.Options{After: c.After, Now: c.Now, Policy: p})
		require.NoError(t, err)
		return m
	}
	refreshed(t, under(other))
	requireCurrent(t, db, want, market.Ends, other)

	for _, table := range []string{"freelancer_stats", "client_stats", "marketplace_stats"} {
		exec(t, db, "UPDATE "+db.Dialect().Table(1, table)+" SET policy = '"+statistics.DefaultPolicy+"'")
	}
	refreshed(t, under(statistics.Policy{}))
	requireCurrent(t, db, want, market.Ends, preset(t, statistics.DefaultPolicy))

	other.Name = ""
	_, err := readmodel.New(db, readmodel.Options{Policy: other})
	require.ErrorIs(t, err, statistics.ErrInvalidPolicy)
}

// requireCurrent requires the rows to be what the model says as of now. It
// counts those that were computed before.
func requireCurrent(t testing.TB, db readmodel.Database, want *projection.Model, now event.Time, p statistics.Policy) (older int) {
	t.Helper()
	report, err := statistics.Ask(t.Context(), want, statistics.FullReport(), now, p)
	require.NoError(t, err)
	freelancers, clients, weeks := map[string]cells{}, map[string]cells{}, map[string]cells{}
	records := map[uuid.UUID]*projection.FreelancerRecord{}
	for r, err := range want.Freelancers() {
		require.NoError(t, err)
		records[r.ID] = r
	}
	for id := range report.Freelancers {
		s, err := statistics.Ask(t.Context(), want, statistics.MyStatsOf(id), now, p)
		require.NoError(t, err)
		freelancers[id.String()] = cellsOfFreelancer(id, s, records[id].Profile(now))
	}
	for id := range report.Clients {
		s, err := statistics.Ask(t.Context(), want, statistics.ClientProfileOf(id), now, p)
		require.NoError(t, err)
		clients[id.String()] = cellsOfClient(id, s)
	}
	f, err := statistics.Ask(t.Context(), want, statistics.MarketplaceFigures(), now, p)
	require.NoError(t, err)
	for i := range f.Weeks {
		weeks[f.Weeks[i].Week.String()] = cellsOfWeek(&f.Weeks[i])
	}
	got := map[string]map[string]cells{}
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for _, table := range readmodel.Tables() {
			if strings.HasPrefix(table.Name, "marketplace_") || strings.HasSuffix(table.Name, "_stats") {
				rows, err := liveCells(tx, db.Dialect().Stable(table.Name), table)
				if err != nil {
					return err
				}
				got[table.Name] = rows
			}
		}
		return nil
	}))
	for table, rows := range got {
		for _, row := range rows {
			if table == "freelancer_stats" && row["as_of"] < now.String() {
				older++
			}
			require.True(t, table == "marketplace_weeks" || row["policy"] == p.ID())
			delete(row, "as_of")
			delete(row, "valid_until")
			delete(row, "policy")
			delete(row, "position")
		}
	}
	require.Equal(t, freelancers, got["freelancer_stats"], "as of %v", now)
	require.Equal(t, clients, got["client_stats"], "as of %v", now)
	require.Equal(t, map[string]cells{p.ID(): cellsOfMarketplace(&report.Marketplace, f)}, got["marketplace_stats"], "as of %v", now)
	require.Equal(t, map[string]cells{p.ID(): cells{}.period(&f.Year)}, got["marketplace_year"], "as of %v", now)
	require.Equal(t, weeks, got["marketplace_weeks"], "as of %v", now)
	return older
}
