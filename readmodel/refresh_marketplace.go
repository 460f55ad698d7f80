package readmodel

import (
	"context"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
)

// marketplace computes the figures of the whole marketplace, unless they are
// newer than so long or nothing can have changed.
func (p *refreshRun) marketplace(ctx context.Context, every time.Duration) error {
	now, policy := p.now(), p.model.options.Policy
	rule := policy.ID()
	var position event.Position
	var figures *statistics.Figures
	var until event.Time
	err := p.read(ctx, func(r versionTx) (err error) {
		if position, err = r.position(); err != nil {
			return err
		}
		fresh, err := r.marketplaceFresh(now, position, rule, every)
		if err != nil || fresh {
			return err
		}
		count, validity := policy.CountFigures(now), policy.FiguresValidity(now)
		if err := statistics.CountMarket(view{r}, count, validity); err != nil {
			return err
		}
		until = validity.Until()
		figures, err = count.Figures()
		return err
	})
	if err != nil || figures == nil {
		return err
	}
	return p.write(ctx, func(r versionTx) error {
		for _, t := range []*Table{marketplaceStatsTable.Table, marketplaceYearTable.Table, marketplaceWeeksTable.Table} {
			if _, err := r.Exec(r.sql("DELETE FROM @" + t.Name)); err != nil {
				return err
			}
		}
		row := marketplaceStatsTable.row(&marketplaceStats{computation{now, until, rule}, position, figures})
		if _, err := r.Exec(r.sql(marketplaceStatsTable.insert()), row...); err != nil {
			return err
		}
		year := marketplaceYearTable.row(&marketplaceYear{rule, &figures.Year})
		if _, err := r.Exec(r.sql(marketplaceYearTable.insert()), year...); err != nil {
			return err
		}
		return r.ExecEach(r.sql(marketplaceWeeksTable.insert()), func(yield func([]any) bool) {
			for i := range figures.Weeks {
				if !yield(marketplaceWeeksTable.row(&figures.Weeks[i])) {
					return
				}
			}
		})
	})
}

// marketplaceFresh reports whether the figures need not be computed.
func (r versionTx) marketplaceFresh(now event.Time, position event.Position, rule string, every time.Duration) (fresh bool, err error) {
	for row, err := range r.Query(r.sql("SELECT as_of, valid_until, position FROM @marketplace_stats WHERE policy = $1"), rule) {
		if err != nil {
			return false, err
		}
		var asOf, until event.Time
		var at int64
		if err := row.Scan(&asOf, &until, &at); err != nil {
			return false, err
		}
		unchanged := at == positionValue(position) && asOf <= now && now < until
		fresh = unchanged || every > 0 && now < asOf.AddSeconds(int64(every/time.Second))
	}
	return fresh, nil
}

// otherPolicies marks the accounts stale whose statistics were computed under
// another policy than this host's, of the same name or not.
func (p *refreshRun) otherPolicies(ctx context.Context) error {
	rule := p.model.options.Policy.ID()
	for kind, t := range map[string]*Table{staleFreelancer: freelancerStatsTable.Table, staleClient: clientStatsTable.Table} {
		other := " FROM @" + t.Name + " WHERE policy < $1 OR policy > $1" // which finds its index
		found := false
		err := p.read(ctx, func(r versionTx) error {
			ids, err := r.ids("SELECT "+t.Key[0]+other+" LIMIT 1", rule)
			found = len(ids) > 0
			return err
		})
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		err = p.write(ctx, func(r versionTx) error {
			for _, statement := range []string{
				"DELETE FROM @stale WHERE kind = '" + kind + "' AND partition = -1 AND account_id IN (SELECT " + t.Key[0] + other + ")",
				"INSERT INTO @stale (kind, account_id, partition, since, position, due_at) SELECT '" + kind + "', " + t.Key[0] +
					", -1, 0, 0, as_of" + other,
			} {
				if _, err := r.Exec(r.sql(statement), rule); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
