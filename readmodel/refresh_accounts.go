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

// freelancers computes the statistics of some freelancers.
func (p *pass) freelancers(ctx context.Context, ids []uuid.UUID, now event.Time) error {
	var recs *projection.Records
	load := func(r reading) (err error) {
		recs, err = r.loadHistories(ids)
		return err
	}
	return p.accounts(ctx, staleFreelancer, ids, now, freelancerStatsTable, load, func() []account {
		invites := groupBy(recs.Invites, func(i *projection.InviteRecord) uuid.UUID { return i.Freelancer })
		proposals := groupBy(recs.Proposals, func(p *projection.ProposalRecord) uuid.UUID { return p.Freelancer })
		contracts := groupBy(recs.Contracts, func(c *projection.ContractRecord) uuid.UUID { return c.Freelancer })
		policy := p.model.options.Policy
		rule := policy.ID()
		all := make([]account, 0, len(ids))
		for _, id := range ids {
			a := account{id: id, until: event.Never}
			if f := recs.Freelancers[id]; f != nil {
				a.until = f.Registered.At
				if f.Registered.By(now) {
					h := projection.FreelancerHistory{Account: f, Invites: invites[id], Proposals: proposals[id], Contracts: contracts[id]}
					a.until = policy.FreelancerValidUntil(h, recs.Client, now)
					a.row = freelancerStatsRow(id, computed{now, a.until, rule}, policy.MyStats(h, recs.Client, now), f.Profile(now))
				}
			}
			all = append(all, a)
		}
		return all
	})
}

// clients computes the statistics of some clients.
func (p *pass) clients(ctx context.Context, ids []uuid.UUID, now event.Time) error {
	var recs *projection.Records
	load := func(r reading) (err error) {
		recs, err = r.loadHistoriesOfClients(ids)
		return err
	}
	return p.accounts(ctx, staleClient, ids, now, clientStatsTable, load, func() []account {
		jobs := groupBy(recs.Jobs, func(j *projection.JobRecord) uuid.UUID { return j.Client })
		contracts := groupBy(recs.Contracts, func(c *projection.ContractRecord) uuid.UUID { return c.Client })
		policy := p.model.options.Policy
		rule := policy.ID()
		all := make([]account, 0, len(ids))
		for _, id := range ids {
			a := account{id: id, until: event.Never}
			if c := recs.Clients[id]; c != nil {
				a.until = c.Registered.At
				if c.Registered.By(now) {
					h := projection.ClientHistory{Account: c, Jobs: jobs[id], Contracts: contracts[id]}
					a.until = policy.ClientValidUntil(h, now)
					a.row = clientStatsRow(id, computed{now, a.until, rule}, policy.ClientProfile(h, now))
				}
			}
			all = append(all, a)
		}
		return all
	})
}

// freelancersOf computes the statistics of all who have a contract with a
// client whose marks have changed.
func (p *pass) freelancersOf(ctx context.Context, client uuid.UUID, now event.Time) error {
	var seen map[staleKey]int64
	var ids []uuid.UUID
	err := p.read(ctx, func(r reading) (err error) {
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
	return p.write(ctx, func(r reading) error {
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
func (p *pass) accounts(ctx context.Context, kind string, ids []uuid.UUID, now event.Time, t *Table,
	load func(reading) error, compute func() []account) error {
	var seen map[staleKey]int64
	err := p.read(ctx, func(r reading) (err error) {
		if seen, err = r.staleRows(kind, ids, now); err != nil {
			return err
		}
		return load(r)
	})
	if err != nil {
		return err
	}
	all := compute()
	return p.write(ctx, func(r reading) error {
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
func (r reading) saveAccounts(kind string, t *Table, all []account) error {
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
			if a := &all[i]; a.until != event.Never && !yield([]any{kind, a.id, int64(byTime), int64(0), int64(0), a.until}) {
				return
			}
		}
	})
}

func groupBy[R any](records map[uuid.UUID]R, by func(R) uuid.UUID) map[uuid.UUID][]R {
	groups := map[uuid.UUID][]R{}
	for _, r := range records {
		groups[by(r)] = append(groups[by(r)], r)
	}
	return groups
}
