package readmodel

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// The statistics of some accounts are computed from one snapshot, in which the
// rows about them in the table stale are read too, and then written in a
// transaction that deletes just those rows. So whatever happens after the
// snapshot is still marked.

func (p *refreshRun) freelancers(ctx context.Context, ids []uuid.UUID, now event.Time) error {
	var histories map[uuid.UUID]*projection.FreelancerHistory
	load := func(r versionTx) error {
		accounts, err := loadAccounts(r, freelancerRecords, projection.StandingParts, "id "+r.dialect.OneOf("$1"), ids)
		if err == nil {
			histories, err = r.freelancerHistories(accounts, r.setOf(ids), projection.StandingParts)
		}
		return err
	}
	policy := p.model.options.Policy
	rule := policy.ID()
	return p.accounts(ctx, staleFreelancer, ids, now, freelancerStatsTable.Table, load, func(id uuid.UUID) (account, error) {
		h := histories[id]
		switch {
		case h == nil:
			return account{id: id, until: event.Never}, nil
		case !h.RegisteredBy(now):
			return account{id: id, until: h.Account.Registered.At}, nil
		}
		stats, err := policy.MyStats(*h, now)
		if err != nil {
			return account{}, err
		}
		until := policy.FreelancerValidUntil(*h, now)
		row := freelancerStatsTable.row(&freelancerStats{id, computation{now, until, rule}, stats, h.Account.Profile(now)})
		return account{id, row, until}, nil
	})
}

func (p *refreshRun) clients(ctx context.Context, ids []uuid.UUID, now event.Time) error {
	var histories map[uuid.UUID]*projection.ClientHistory
	load := func(r versionTx) error {
		accounts, err := loadAccounts(r, clientRecords, projection.AllParts, "id "+r.dialect.OneOf("$1"), ids)
		if err == nil {
			histories, err = r.clientHistories(accounts, r.setOf(ids), projection.AllParts)
		}
		return err
	}
	policy := p.model.options.Policy
	rule := policy.ID()
	return p.accounts(ctx, staleClient, ids, now, clientStatsTable.Table, load, func(id uuid.UUID) (account, error) {
		h := histories[id]
		switch {
		case h == nil:
			return account{id: id, until: event.Never}, nil
		case !h.RegisteredBy(now):
			return account{id: id, until: h.Account.Registered.At}, nil
		}
		profile, err := policy.ClientProfile(*h, now)
		if err != nil {
			return account{}, err
		}
		until := policy.ClientValidUntil(*h, now)
		row := clientStatsTable.row(&clientStats{id, computation{now, until, rule}, profile})
		return account{id, row, until}, nil
	})
}

// freelancersOf computes the statistics of all who have a contract with a
// client whose marks have changed.
func (p *refreshRun) freelancersOf(ctx context.Context, client uuid.UUID, now event.Time) error {
	var seen map[staleKey]int64
	var ids []uuid.UUID
	err := p.read(ctx, func(r versionTx) (err error) {
		if seen, err = r.staleRows(staleClientsFreelancers, []uuid.UUID{client}, now); err != nil {
			return err
		}
		ids, err = r.ids("SELECT DISTINCT freelancer_id FROM @contracts WHERE client_id = $1", client)
		return err
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(ids, refreshAccounts) {
		if err := p.freelancers(ctx, some, now); err != nil {
			return err
		}
	}
	return p.write(ctx, func(r versionTx) error {
		return r.settle(staleClientsFreelancers, []uuid.UUID{client}, seen, now)
	})
}

// account is what was computed of one.
type account struct {
	id    uuid.UUID
	row   []any      // its statistics; nil: it is not registered as of now
	until event.Time // when time alone may change that
}

// accounts computes the statistics of some accounts of a kind and writes them.
func (p *refreshRun) accounts(ctx context.Context, kind string, ids []uuid.UUID, now event.Time, t *Table,
	load func(versionTx) error, compute func(uuid.UUID) (account, error)) error {
	var seen map[staleKey]int64
	err := p.read(ctx, func(r versionTx) (err error) {
		if seen, err = r.staleRows(kind, ids, now); err != nil {
			return err
		}
		return load(r)
	})
	if err != nil {
		return err
	}
	all := make([]account, len(ids))
	for i, id := range ids {
		if all[i], err = compute(id); err != nil {
			return err
		}
	}
	return p.write(ctx, func(r versionTx) error {
		if err := r.settle(kind, ids, seen, now); err != nil {
			return err
		}
		if _, err := r.Exec(r.sql("DELETE FROM @stale WHERE kind = $1 AND partition = $2 AND account_id "+r.dialect.OneOf("$3")),
			kind, int64(byTime), ids); err != nil {
			return err
		}
		return r.saveAccounts(kind, t, all)
	})
}

// saveAccounts writes what was computed, and when it is to be computed again.
func (r versionTx) saveAccounts(kind string, t *Table, all []account) error {
	err := r.ExecEach(r.sql(t.upsert()), func(yield func([]any) bool) {
		for i := range all {
			if all[i].row != nil && !yield(all[i].row) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	err = r.ExecEach(r.sql("DELETE FROM @"+t.Name+" WHERE "+t.Key[0]+" = $1"), func(yield func([]any) bool) {
		for i := range all {
			if all[i].row == nil && !yield([]any{all[i].id}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return r.ExecEach(r.sql(staleTable.insert()), func(yield func([]any) bool) {
		for i := range all {
			a := &all[i]
			if a.until == event.Never {
				continue
			}
			if !yield(staleTable.row(&staleRow{kind: kind, account: a.id, partition: byTime, due: a.until})) {
				return
			}
		}
	})
}
