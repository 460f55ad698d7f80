package projection

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Every query fails with ErrStopped if the model stopped, and with
// ErrInvalidPolicy for a policy that makes no sense. Moments outside the years
// 0001 to 9999 are taken for the nearest inside.

// Report computes every statistic as of the moment.
func (m *Model) Report(asOf event.Time, p Policy) (*Report, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
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

// Freelancer computes the statistics of one freelancer. It fails with a
// *NotFoundError if none of that id was registered as of the moment.
func (m *Model) Freelancer(id uuid.UUID, asOf event.Time, p Policy) (*FreelancerStats, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := m.freelancer(id, asOf)
	if err != nil {
		return nil, err
	}
	return StatsOfFreelancer(f.invites, f.contracts, m.lookup, asOf, p), nil
}

// Client computes the statistics of one client. It fails with a *NotFoundError
// if none of that id was registered as of the moment.
func (m *Model) Client(id uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := m.client(id, asOf)
	if err != nil {
		return nil, err
	}
	return StatsOfClient(c.contracts, asOf, p), nil
}

// Marketplace computes the statistics of the whole marketplace.
func (m *Model) Marketplace(asOf event.Time, p Policy) (*MarketplaceStats, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	s := m.marketplace(asOf, p)
	return &s, nil
}

// ExplainJobSuccess gives a freelancer's score with what made it so. It fails
// with a *NotFoundError like Freelancer.
func (m *Model) ExplainJobSuccess(freelancer uuid.UUID, asOf event.Time, p Policy) (*JobSuccessExplanation, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := m.freelancer(freelancer, asOf)
	if err != nil {
		return nil, err
	}
	x := p.JobSuccess.Explain(freelancer, f.contracts, m.lookup, asOf)
	x.Policy = p.Name
	return x, nil
}

// ExplainResponsiveness gives a freelancer's responsiveness with what made it
// so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainResponsiveness(freelancer uuid.UUID, asOf event.Time, p Policy) (*ResponsivenessExplanation, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := m.freelancer(freelancer, asOf)
	if err != nil {
		return nil, err
	}
	x := p.Responsiveness.Explain(freelancer, f.invites, asOf)
	x.Policy = p.Name
	return x, nil
}

// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made
// it so. It fails with a *NotFoundError like Freelancer.
func (m *Model) ExplainFreelancerDisputeRate(freelancer uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	f, err := m.freelancer(freelancer, asOf)
	if err != nil {
		return nil, err
	}
	return p.explainDisputes("freelancer", freelancer, f.contracts, asOf), nil
}

// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
// It fails with a *NotFoundError like Client.
func (m *Model) ExplainClientDisputeRate(client uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := m.client(client, asOf)
	if err != nil {
		return nil, err
	}
	return p.explainDisputes("client", client, c.contracts, asOf), nil
}

// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with
// what made it so.
func (m *Model) ExplainMarketplaceDisputeRate(asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
	done, err := m.query(&asOf, p)
	if err != nil {
		return nil, err
	}
	defer done()
	var all []*ContractRecord
	for i := range m.shards {
		for _, r := range m.shards[i].contracts {
			all = append(all, r)
		}
	}
	return p.explainDisputes("marketplace", uuid.Nil, all, asOf), nil
}

func (p Policy) explainDisputes(of string, id uuid.UUID, contracts []*ContractRecord, asOf event.Time) *DisputeRateExplanation {
	x := p.DisputeRate.Explain(contracts, asOf)
	x.Of, x.ID, x.Policy = of, id, p.Name
	return x
}

// query takes the read lock, which done gives back.
func (m *Model) query(asOf *event.Time, p Policy) (done func(), err error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	*asOf = bounded(*asOf)
	m.records.RLock()
	if err := m.Err(); err != nil {
		m.records.RUnlock()
		return nil, err
	}
	return m.records.RUnlock, nil
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

func (m *Model) freelancer(id uuid.UUID, asOf event.Time) (*freelancerEntry, error) {
	if f := m.accounts[shardOf(id)].freelancers[id]; f != nil && f.record.Registered.By(asOf) {
		return f, nil
	}
	return nil, &NotFoundError{Kind: "freelancer", ID: id, AsOf: asOf}
}

func (m *Model) client(id uuid.UUID, asOf event.Time) (*clientEntry, error) {
	if c := m.accounts[shardOf(id)].clients[id]; c != nil && c.record.Registered.By(asOf) {
		return c, nil
	}
	return nil, &NotFoundError{Kind: "client", ID: id, AsOf: asOf}
}

func (m *Model) lookup(id uuid.UUID) *ClientRecord {
	if c := m.accounts[shardOf(id)].clients[id]; c != nil {
		return &c.record
	}
	return nil
}
