package projection

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Statistics are the questions that a read model answers, as of a moment and
// under a policy; a Model does in memory, a read-model database from its
// tables, both with the same functions of records.
//
// Every query fails with ErrInvalidPolicy for a policy that makes no sense, and
// with the context's cause if it has ended. Moments outside the years 0001 to
// 9999 are taken for the nearest inside. Those about one account fail with a
// *NotFoundError if none of that id was registered as of the moment.
type Statistics interface {
	// Report computes every statistic.
	Report(ctx context.Context, asOf event.Time, p Policy) (*Report, error)
	// Freelancer computes the statistics of one freelancer.
	Freelancer(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*FreelancerStats, error)
	// Client computes the statistics of one client.
	Client(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error)
	// Marketplace computes the statistics of the whole marketplace.
	Marketplace(ctx context.Context, asOf event.Time, p Policy) (*MarketplaceStats, error)

	// ExplainJobSuccess gives a freelancer's score with what made it so.
	ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*JobSuccessExplanation, error)
	// ExplainResponsiveness gives a freelancer's responsiveness with what made it so.
	ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*ResponsivenessExplanation, error)
	// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made it so.
	ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error)
	// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
	ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error)
	// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with what made it so.
	ExplainMarketplaceDisputeRate(ctx context.Context, asOf event.Time, p Policy) (*DisputeRateExplanation, error)
}

var _ Statistics = (*Model)(nil)

// A model's queries fail with ErrStopped too, if the model stopped.

// Report computes every statistic as of the moment.
func (m *Model) Report(ctx context.Context, asOf event.Time, p Policy) (*Report, error) {
	return query(ctx, m, asOf, p, m.report)
}

// Freelancer computes the statistics of one freelancer. It fails with a
// *NotFoundError if none of that id was registered as of the moment.
func (m *Model) Freelancer(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*FreelancerStats, error) {
	return ofFreelancer(ctx, m, id, asOf, p, func(f *freelancerEntry, asOf event.Time) *FreelancerStats {
		return StatsOfFreelancer(f.invites, f.contracts, m.lookup, asOf, p)
	})
}

// Client computes the statistics of one client. It fails with a *NotFoundError
// if none of that id was registered as of the moment.
func (m *Model) Client(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error) {
	return ofClient(ctx, m, id, asOf, p, func(c *clientEntry, asOf event.Time) *ClientStats {
		return StatsOfClient(c.contracts, asOf, p)
	})
}

// Marketplace computes the statistics of the whole marketplace.
func (m *Model) Marketplace(ctx context.Context, asOf event.Time, p Policy) (*MarketplaceStats, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*MarketplaceStats, error) {
		s := m.marketplace(asOf, p)
		return &s, nil
	})
}

// ExplainJobSuccess gives a freelancer's score with what made it so. It fails
// with a *NotFoundError like Freelancer.
func (m *Model) ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*JobSuccessExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *JobSuccessExplanation {
		x := p.JobSuccess.Explain(freelancer, f.contracts, m.lookup, asOf)
		x.Policy = p.Name
		return x
	})
}

// ExplainResponsiveness gives a freelancer's responsiveness with what made it
// so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*ResponsivenessExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *ResponsivenessExplanation {
		x := p.Responsiveness.Explain(freelancer, f.invites, asOf)
		x.Policy = p.Name
		return x
	})
}

// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made
// it so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *DisputeRateExplanation {
		return p.explainDisputes(DisputesOfFreelancer, freelancer, f.contracts, asOf)
	})
}

// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
// It fails with a *NotFoundError like Client.
func (m *Model) ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return ofClient(ctx, m, client, asOf, p, func(c *clientEntry, asOf event.Time) *DisputeRateExplanation {
		return p.explainDisputes(DisputesOfClient, client, c.contracts, asOf)
	})
}

// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with
// what made it so.
func (m *Model) ExplainMarketplaceDisputeRate(ctx context.Context, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		var all []*ContractRecord
		for i := range m.shards {
			for _, r := range m.shards[i].contracts {
				all = append(all, r)
			}
		}
		return p.explainDisputes(DisputesOfMarketplace, uuid.Nil, all, asOf), nil
	})
}

func (p Policy) explainDisputes(of string, id uuid.UUID, contracts []*ContractRecord, asOf event.Time) *DisputeRateExplanation {
	x := p.DisputeRate.Explain(contracts, asOf)
	x.Of, x.ID, x.Policy = of, id, p.Name
	return x
}

// query answers under the read lock.
func query[T any](ctx context.Context, m *Model, asOf event.Time, p Policy, answer func(event.Time, Policy) (*T, error)) (*T, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	m.records.RLock()
	defer m.records.RUnlock()
	if err := m.Err(); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return answer(bounded(asOf), p)
}

func ofFreelancer[T any](ctx context.Context, m *Model, id uuid.UUID, asOf event.Time, p Policy, answer func(*freelancerEntry, event.Time) *T) (*T, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, _ Policy) (*T, error) {
		if f := m.accounts[shardOf(id)].freelancers[id]; f != nil && f.record.Registered.By(asOf) {
			return answer(f, asOf), nil
		}
		return nil, &NotFoundError{Kind: "freelancer", ID: id, AsOf: asOf}
	})
}

func ofClient[T any](ctx context.Context, m *Model, id uuid.UUID, asOf event.Time, p Policy, answer func(*clientEntry, event.Time) *T) (*T, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, _ Policy) (*T, error) {
		if c := m.accounts[shardOf(id)].clients[id]; c != nil && c.record.Registered.By(asOf) {
			return answer(c, asOf), nil
		}
		return nil, &NotFoundError{Kind: "client", ID: id, AsOf: asOf}
	})
}

func (m *Model) report(asOf event.Time, p Policy) (*Report, error) {
	r := &Report{
		AsOf: asOf, Policy: p.Name,
		Freelancers: map[uuid.UUID]*FreelancerStats{}, Clients: map[uuid.UUID]*ClientStats{},
		Marketplace: m.marketplace(asOf, p),
	}
	marked := map[uuid.UUID]*ClientRecord{}
	for i := range m.accounts {
		for id, c := range m.accounts[i].clients {
			if len(c.record.Marks) > 0 {
				marked[id] = &c.record
			}
			if c.record.Registered.By(asOf) {
				r.Clients[id] = StatsOfClient(c.contracts, asOf, p)
			}
		}
	}
	lookup := func(id uuid.UUID) *ClientRecord { return marked[id] }
	for i := range m.accounts {
		for id, f := range m.accounts[i].freelancers {
			if f.record.Registered.By(asOf) {
				r.Freelancers[id] = StatsOfFreelancer(f.invites, f.contracts, lookup, asOf, p)
			}
		}
	}
	return r, nil
}

func (m *Model) marketplace(asOf event.Time, p Policy) MarketplaceStats {
	c := p.countMarketplace(asOf)
	for i := range m.shards {
		for _, r := range m.shards[i].contracts {
			c.contract(r)
		}
		for _, r := range m.shards[i].invites {
			c.invite(r)
		}
	}
	return c.sum()
}

func (m *Model) lookup(id uuid.UUID) *ClientRecord {
	if c := m.accounts[shardOf(id)].clients[id]; c != nil {
		return &c.record
	}
	return nil
}
