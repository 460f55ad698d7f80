package readmodeltest

import (
	_ "embed"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
)

// documented are the queries of docs/read-models.md, each below its name. A suite
// that runs in another module does not find the document.
//
//go:embed queries.sql
var documented string

var tableNames = regexp.MustCompile(`\b(FROM|JOIN) ([a-z_]+)\b`)

// documentedSQL are the documented queries by their names.
func documentedSQL(d *readmodel.Dialect) map[string]string {
	queries := map[string]string{}
	for _, block := range strings.Split(strings.TrimPrefix(documented, "-- "), "\n-- ") {
		name, query, _ := strings.Cut(block, "\n")
		queries[name] = tableNames.ReplaceAllString(query, "$1 "+d.Stable("$2"))
	}
	return queries
}

// testDocs: the queries that are documented give what the statistics are as of
// the moment.
func testDocs(t *testing.T, open Open) {
	log, _ := roughLog(t, 10, 4)
	want, db, c := folded(t, log), open(t)(), newClock(market.Ends)
	m := model(t, db, c, 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	refreshed(t, m)
	queries := documentedSQL(db.Dialect())
	require.Len(t, queries, 6)
	for _, asOf := range sampleMoments()[:6] {
		report, err := statistics.Ask(t.Context(), want, statistics.FullReport(), asOf, preset(t, statistics.DefaultPolicy))
		require.NoError(t, err)
		paid, disputes, hires := map[uuid.UUID]event.Money{}, map[uuid.UUID][3]int64{}, map[event.Via]int64{}
		require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
			for row, err := range tx.Query(queries["paid"], asOf) {
				var id uuid.UUID
				var sum int64
				require.NoError(t, err)
				require.NoError(t, row.Scan(&id, &sum))
				paid[id] = event.Money(sum)
			}
			for row, err := range tx.Query(queries["disputes"], asOf) {
				var id uuid.UUID
				var n [3]int64
				require.NoError(t, err)
				require.NoError(t, row.Scan(&id, &n[0], &n[1], &n[2]))
				disputes[id] = n
			}
			for row, err := range tx.Query(queries["hires"], asOf) {
				var via string
				var n int64
				require.NoError(t, err)
				require.NoError(t, row.Scan(&via, &n))
				hires[event.Via(via)] = n
			}
			return nil
		}))
		for id, s := range report.Freelancers {
			require.Equal(t, s.Paid, paid[id])
			n := [3]int64{s.DisputeRate.Ended, s.DisputeRate.Disputed}
			if s.DisputeRate.PPM != nil {
				n[2] = *s.DisputeRate.PPM
			}
			require.Equal(t, n, disputes[id])
		}
		h := report.Marketplace.Hires
		require.Equal(t, [3]int64{h.Invite, h.Proposal, h.Direct}, [3]int64{hires[event.ViaInvite], hires[event.ViaProposal], hires[event.ViaDirect]})
	}
	found, err := statistics.Ask(t.Context(), want, statistics.SearchFor(statistics.SearchQuery{Badge: event.BadgeTopRated, Available: true}), market.Ends, preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	figures, err := statistics.Ask(t.Context(), want, statistics.MarketplaceFigures(), market.Ends, preset(t, statistics.DefaultPolicy))
	require.NoError(t, err)
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for row, err := range tx.Query(queries["leaderboard"]) {
			var id uuid.UUID
			var score, paid int64
			var level *string
			require.NoError(t, err)
			require.NoError(t, row.Scan(&id, &score, &level, &paid))
		}
		available := map[uuid.UUID]*int64{}
		for row, err := range tx.Query(queries["available"]) {
			var id uuid.UUID
			var score *int64
			var paid int64
			var missing *string
			require.NoError(t, err)
			require.NoError(t, row.Scan(&id, &score, &paid, &missing))
			available[id] = score
		}
		require.Len(t, available, len(found.Results))
		for _, f := range found.Results {
			require.Equal(t, f.Displayed, available[f.Freelancer])
		}
		weeks := figures.Weeks
		for row, err := range tx.Query(queries["weekly"]) {
			var week string
			var volume, started, ended int64
			var invited, disputed, rate *int64
			require.NoError(t, err)
			require.NoError(t, row.Scan(&week, &volume, &started, &invited, &ended, &disputed, &rate))
			w := &weeks[0]
			require.Equal(t, []any{w.Week.String(), int64(w.GrossVolume), w.ContractsStarted, w.HireShares.InviteBP, w.ContractsEnded, w.DisputePPM, w.ResponseRateBP},
				[]any{week, volume, started, invited, ended, disputed, rate})
			weeks = weeks[1:]
		}
		require.Empty(t, weeks)
		return nil
	}))
}
