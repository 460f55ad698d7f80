package projection

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

var _ Statistics = (*Model)(nil)

// A model's queries fail with ErrStopped too, if the model stopped.

// Report computes every statistic as of the moment.
func (m *Model) Report(ctx context.Context, asOf event.Time, p Policy) (*Report, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*Report, error) { return m.report(ctx, asOf, p) })
}

// Freelancer computes the statistics of one freelancer. It fails with a
// *NotFoundError if none of that id was registered as of the moment.
func (m *Model) Freelancer(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*FreelancerStats, error) {
	return ofFreelancer(ctx, m, id, asOf, p, func(f *freelancerEntry, asOf event.Time) *FreelancerStats {
		return StatsOfFreelancer(m.invitesOf(f, nil), m.contractsOf(f, nil), m.client, asOf, p)
	})
}

// Client computes the statistics of one client. It fails with a *NotFoundError
// if none of that id was registered as of the moment.
func (m *Model) Client(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error) {
	return ofClient(ctx, m, id, asOf, p, func(c *clientEntry, asOf event.Time) *ClientStats {
		return StatsOfClient(m.contractsWith(c, nil), asOf, p)
	})
}

// Marketplace computes the statistics of the whole marketplace.
func (m *Model) Marketplace(ctx context.Context, asOf event.Time, p Policy) (*MarketplaceStats, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*MarketplaceStats, error) {
		s, err := m.marketplace(ctx, asOf, p)
		if err != nil {
			return nil, err
		}
		return &s, nil
	})
}

// ExplainJobSuccess gives a freelancer's score with what made it so. It fails
// with a *NotFoundError like Freelancer.
func (m *Model) ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*JobSuccessExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *JobSuccessExplanation {
		x := p.JobSuccess.Explain(freelancer, m.contractsOf(f, nil), m.client, asOf)
		x.Policy = p.Name
		return x
	})
}

// ExplainResponsiveness gives a freelancer's responsiveness with what made it
// so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*ResponsivenessExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *ResponsivenessExplanation {
		x := p.Responsiveness.Explain(freelancer, m.invitesOf(f, nil), asOf)
		x.Policy = p.Name
		return x
	})
}

// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made
// it so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *DisputeRateExplanation {
		return p.explainDisputes(DisputesOfFreelancer, freelancer, m.contractsOf(f, nil), asOf)
	})
}

// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
// It fails with a *NotFoundError like Client.
func (m *Model) ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return ofClient(ctx, m, client, asOf, p, func(c *clientEntry, asOf event.Time) *DisputeRateExplanation {
		return p.explainDisputes(DisputesOfClient, client, m.contractsWith(c, nil), asOf)
	})
}

// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with
// what made it so.
func (m *Model) ExplainMarketplaceDisputeRate(ctx context.Context, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		var all []*ContractRecord
		if err := m.eachContract(ctx, func(r *ContractRecord) { all = append(all, r) }); err != nil {
			return nil, err
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
		if f := m.freelancers.find(id); f != nil && f.record.registered(asOf) {
			return answer(f, asOf), nil
		}
		return nil, &NotFoundError{Kind: "freelancer", ID: id, AsOf: asOf}
	})
}

func ofClient[T any](ctx context.Context, m *Model, id uuid.UUID, asOf event.Time, p Policy, answer func(*clientEntry, event.Time) *T) (*T, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, _ Policy) (*T, error) {
		if c := m.clients.find(id); c != nil && c.record.registered(asOf) {
			return answer(c, asOf), nil
		}
		return nil, &NotFoundError{Kind: "client", ID: id, AsOf: asOf}
	})
}

func (m *Model) report(ctx context.Context, asOf event.Time, p Policy) (*Report, error) {
	market, err := m.marketplace(ctx, asOf, p)
	if err != nil {
		return nil, err
	}
	r := &Report{
		AsOf: asOf, Policy: p.Name,
		Freelancers: map[uuid.UUID]*FreelancerStats{}, Clients: map[uuid.UUID]*ClientStats{},
		Marketplace: market,
	}
	marked := map[uuid.UUID]*ClientRecord{}
	var invites []*InviteRecord
	var contracts []*ContractRecord
	for c := range m.clients.all() {
		if len(c.record.Marks) > 0 {
			marked[c.record.ID] = &c.record
		}
		if c.record.registered(asOf) {
			contracts = m.contractsWith(c, contracts[:0])
			r.Clients[c.record.ID] = StatsOfClient(contracts, asOf, p)
		}
	}
	lookup := func(id uuid.UUID) *ClientRecord { return marked[id] }
	for f := range m.freelancers.all() {
		if len(r.Freelancers)%1024 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if f.record.registered(asOf) {
			invites, contracts = m.invitesOf(f, invites[:0]), m.contractsOf(f, contracts[:0])
			r.Freelancers[f.record.ID] = StatsOfFreelancer(invites, contracts, lookup, asOf, p)
		}
	}
	return r, nil
}

func (m *Model) marketplace(ctx context.Context, asOf event.Time, p Policy) (stats MarketplaceStats, err error) {
	c := p.CountMarketplace(asOf)
	if err := m.eachContract(ctx, c.Contract); err != nil {
		return stats, err
	}
	if err := m.eachInvite(ctx, c.Invite); err != nil {
		return stats, err
	}
	return c.Stats(), nil
}

func (m *Model) eachContract(ctx context.Context, do func(*ContractRecord)) error {
	return each(ctx, &m.contracts, func(e *contractEntry) {
		if e.record.Next > 0 {
			do(&e.record)
		}
	})
}

func (m *Model) eachInvite(ctx context.Context, do func(*InviteRecord)) error {
	return each(ctx, &m.invites, func(e *inviteEntry) {
		if e.record.Next > 0 {
			do(&e.record)
		}
	})
}

func (m *Model) eachProposal(ctx context.Context, do func(*ProposalRecord)) error {
	return each(ctx, &m.proposals, func(e *proposalEntry) {
		if e.record.Next > 0 {
			do(&e.record)
		}
	})
}

// each goes through a table until the context ends.
func each[E any](ctx context.Context, t *table[E], do func(*E)) error {
	seen := 0
	for e := range t.all() {
		if seen++; seen%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		do(e)
	}
	return nil
}
