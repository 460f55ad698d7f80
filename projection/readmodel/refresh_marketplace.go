package readmodel

import (
	"context"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// marketplace computes the statistics of the whole marketplace, unless the row
// is newer than so long or nothing can have changed.
func (p *pass) marketplace(ctx context.Context, every time.Duration) error {
	now, policy := p.now(), p.model.options.Policy
	var position event.Position
	var stats projection.MarketplaceStats
	computed := false
	err := p.read(ctx, func(r reading) (err error) {
		if position, err = r.position(); err != nil {
			return err
		}
		fresh, err := r.marketplaceFresh(now, position, policy.Name, every)
		if err != nil || fresh {
			return err
		}
		computed = true
		stats, err = r.countMarketplace(now, policy)
		return err
	})
	if err != nil || !computed {
		return err
	}
	return p.write(ctx, func(r reading) error {
		if _, err := r.Exec(r.sql("DELETE FROM @marketplace_stats")); err != nil {
			return err
		}
		_, err := r.Exec(r.sql(marketplaceStatsTable.insert()), marketplaceStatsRow(now, policy.Name, position, &stats)...)
		return err
	})
}

// marketplaceFresh reports whether the row need not be computed.
func (r reading) marketplaceFresh(now event.Time, position event.Position, policy string, every time.Duration) (fresh bool, err error) {
	for row, err := range r.Query(r.sql("SELECT as_of, position FROM @marketplace_stats WHERE policy = $1"), policy) {
		if err != nil {
			return false, err
		}
		var asOf event.Time
		var at int64
		if err := row.Scan(&asOf, &at); err != nil {
			return false, err
		}
		unchanged := at == positionValue(position) && asOf.Date() == now.Date()
		fresh = unchanged || every > 0 && now < asOf.AddSeconds(int64(every/time.Second))
	}
	return fresh, nil
}

// countMarketplace reads every contract and every invite.
func (r reading) countMarketplace(asOf event.Time, p projection.Policy) (projection.MarketplaceStats, error) {
	c := p.CountMarketplace(asOf)
	if err := r.scanContracts(c.Contract); err != nil {
		return projection.MarketplaceStats{}, err
	}
	if err := r.scanInvites(c.Invite); err != nil {
		return projection.MarketplaceStats{}, err
	}
	return c.Stats(), nil
}

// otherPolicies marks the accounts stale whose statistics were computed under
// another policy than this host's.
func (p *pass) otherPolicies(ctx context.Context) error {
	name := p.model.options.Policy.Name
	for kind, t := range map[string]*Table{staleFreelancer: freelancerStatsTable, staleClient: clientStatsTable} {
		other := " FROM @" + t.Name + " WHERE policy < $1 OR policy > $1" // which finds its index
		found := false
		err := p.read(ctx, func(r reading) error {
			ids, err := r.ids("SELECT "+t.Key[0]+other+" LIMIT 1", name)
			found = len(ids) > 0
			return err
		})
		if err != nil {
			return err
		}
		if !found {
			continue
		}
		err = p.write(ctx, func(r reading) error {
			for _, statement := range []string{
				"DELETE FROM @stale WHERE kind = '" + kind + "' AND partition = -1 AND account_id IN (SELECT " + t.Key[0] + other + ")",
				"INSERT INTO @stale (kind, account_id, partition, since, position, due_at) SELECT '" + kind + "', " + t.Key[0] +
					", -1, 0, 0, as_of" + other,
			} {
				if _, err := r.Exec(r.sql(statement), name); err != nil {
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
