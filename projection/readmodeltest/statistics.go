package readmodeltest

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/projection/internal/market"
	"github.com/marketcore/marketplace/projection/readmodel"
)

// testStatistics: as the clock goes on, the rows of current statistics are what
// package projection computes as of now, though only those are computed anew
// whose time has come; and they come to rest, with nothing left to compute.
func testStatistics(t *testing.T, open Open) {
	log, _ := roughLog(t, 2, 4)
	want := folded(t, log)
	for _, partitions := range []int{1, 3} {
		db := open(t)()
		c := newClock(market.Opens - 1)
		m := model(t, db, c, partitions)
		follow(t, m, log, partitions, readmodel.RunnerOptions{})
		computed := 0
		for now := market.Opens - 1; now < market.Ends.AddDays(900); now = now.AddDays(61).AddSeconds(4321) {
			c.set(now)
			refreshed(t, m)
			computed += requireCurrent(t, db, want, now, preset(t, projection.DefaultPolicy))
		}
		c.set(market.Ends.AddDays(5000))
		refreshed(t, m)
		requireCurrent(t, db, want, market.Ends.AddDays(5000), preset(t, projection.DefaultPolicy))
		require.Zero(t, mustInteger(t, db, "SELECT count(*) FROM "+db.Dialect().Table(1, "stale")))
		require.Positive(t, computed, "rows that were not computed at the last step were still right")

		other, err := readmodel.New(db, readmodel.Options{After: c.After, Now: c.Now, Policy: preset(t, "2015")})
		require.NoError(t, err)
		c.set(market.Ends.AddDays(6000))
		refreshed(t, other)
		requireCurrent(t, db, want, market.Ends.AddDays(6000), preset(t, "2015"))
	}
}

// requireCurrent requires the rows to be what the model says as of now. It
// counts those that were computed before.
func requireCurrent(t testing.TB, db readmodel.Database, want *projection.Model, now event.Time, p projection.Policy) (older int) {
	t.Helper()
	report, err := want.Report(t.Context(), now, p)
	require.NoError(t, err)
	freelancers, clients := map[string]string{}, map[string]string{}
	for id, s := range report.Freelancers {
		j := s.JobSuccess
		score := "null"
		if j != nil {
			score = fmt.Sprint(j.ScoreBP, j.Displayed, j.WindowMonths, j.Outcomes, j.Clients, j.Weight, j.Successful, j.Neutral, j.Negative)
		}
		r, d := &s.Responsiveness, &s.DisputeRate
		freelancers[id.String()] = fmt.Sprint(r.Counted, r.Answered, r.Answered24h, r.Answered72h, orNil(r.RateBP), orNil(r.MedianResponseS),
			r.Level, score, d.Ended, d.Disputed, orNil(d.PPM), d.Ended12m, d.Disputed12m, orNil(d.PPM12m), s.Paid)
	}
	for id, s := range report.Clients {
		d := &s.DisputeRate
		clients[id.String()] = fmt.Sprint(d.Ended, d.Disputed, orNil(d.PPM), d.Ended12m, d.Disputed12m, orNil(d.PPM12m), s.Spent)
	}
	gotFreelancers, gotClients := map[string]string{}, map[string]string{}
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for row, err := range tx.Query("SELECT freelancer_id, as_of, invites_counted, invites_answered, invites_answered_24h, invites_answered_72h," +
			" response_rate_bp, median_response_s, response_level, job_success_bp, job_success_displayed, job_success_window_months," +
			" job_success_outcomes, job_success_clients, job_success_weight, job_success_successful, job_success_neutral, job_success_negative," +
			" contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m, contracts_disputed_12m, dispute_ppm_12m, paid FROM " +
			db.Dialect().Stable("freelancer_stats")) {
			if err != nil {
				return err
			}
			var id uuid.UUID
			var asOf event.Time
			var n [11]int64
			var level *string
			var rate, median, ppm, ppm12 *int64
			var j [9]*int64
			if err := row.Scan(&id, &asOf, &n[0], &n[1], &n[2], &n[3], &rate, &median, &level, &j[0], &j[1], &j[2], &j[3], &j[4], &j[5], &j[6], &j[7], &j[8],
				&n[4], &n[5], &ppm, &n[6], &n[7], &ppm12, &n[8]); err != nil {
				return err
			}
			if asOf < now {
				older++
			}
			score := "null"
			if j[0] != nil {
				score = fmt.Sprint(*j[0], *j[1], *j[2], *j[3], *j[4], *j[5], *j[6], *j[7], *j[8])
			}
			word := ""
			if level != nil {
				word = *level
			}
			gotFreelancers[id.String()] = fmt.Sprint(n[0], n[1], n[2], n[3], orNil(rate), orNil(median),
				projection.ResponseLevel(word), score, n[4], n[5], orNil(ppm), n[6], n[7], orNil(ppm12), event.Money(n[8]))
		}
		for row, err := range tx.Query("SELECT client_id, as_of, contracts_ended, contracts_disputed, dispute_ppm, contracts_ended_12m," +
			" contracts_disputed_12m, dispute_ppm_12m, spent FROM " + db.Dialect().Stable("client_stats")) {
			if err != nil {
				return err
			}
			var id uuid.UUID
			var asOf event.Time
			var n [5]int64
			var ppm, ppm12 *int64
			if err := row.Scan(&id, &asOf, &n[0], &n[1], &ppm, &n[2], &n[3], &ppm12, &n[4]); err != nil {
				return err
			}
			gotClients[id.String()] = fmt.Sprint(n[0], n[1], orNil(ppm), n[2], n[3], orNil(ppm12), event.Money(n[4]))
		}
		return nil
	}))
	require.Equal(t, freelancers, gotFreelancers, "as of %v", now)
	require.Equal(t, clients, gotClients, "as of %v", now)
	m := &report.Marketplace
	for column, want := range map[string]int64{
		"contracts_ended": m.DisputeRate.Ended, "contracts_disputed_12m": m.DisputeRate.Disputed12m, "invites_sent": m.InvitesSent,
		"hires_invite": m.Hires.Invite, "hires_proposal": m.Hires.Proposal, "hires_direct": m.Hires.Direct, "paid": int64(m.Paid),
	} {
		require.Equal(t, want, mustInteger(t, db, "SELECT "+column+" FROM "+db.Dialect().Stable("marketplace_stats")), "%s as of %v", column, now)
	}
	return older
}

func orNil(n *int64) string {
	if n == nil {
		return "null"
	}
	return fmt.Sprint(*n)
}
