package projection

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// MyStats computes what one freelancer sees of their own standing and work. It
// fails with a *NotFoundError like Freelancer.
func (m *Model) MyStats(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*MyStats, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *MyStats {
		return p.MyStats(m.historyOf(f), m.client, asOf)
	})
}

// ExplainFunnel gives a freelancer's funnel with what made it so. It fails with
// a *NotFoundError like Freelancer.
func (m *Model) ExplainFunnel(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*FunnelExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *FunnelExplanation {
		x := p.Funnel.Explain(m.proposalsOf(f, nil), asOf)
		x.Freelancer, x.Policy = freelancer, p.Name
		return x
	})
}

// ExplainWork gives a freelancer's work with what made it so. It fails with a
// *NotFoundError like Freelancer.
func (m *Model) ExplainWork(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*WorkExplanation, error) {
	return ofFreelancer(ctx, m, freelancer, asOf, p, func(f *freelancerEntry, asOf event.Time) *WorkExplanation {
		x := p.Work.Explain(m.contractsOf(f, nil), asOf)
		x.Freelancer, x.Policy = freelancer, p.Name
		return x
	})
}

// ClientProfile computes how one client stands, and what freelancers may expect.
// It fails with a *NotFoundError like Client.
func (m *Model) ClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*ClientProfile, error) {
	return ofClient(ctx, m, client, asOf, p, func(c *clientEntry, asOf event.Time) *ClientProfile {
		return p.ClientProfile(m.historyOfClient(c), asOf)
	})
}

// ExplainClientProfile gives a client's profile with what made it so. It fails
// with a *NotFoundError like Client.
func (m *Model) ExplainClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*ClientProfileExplanation, error) {
	return ofClient(ctx, m, client, asOf, p, func(c *clientEntry, asOf event.Time) *ClientProfileExplanation {
		return p.ExplainClientProfile(m.historyOfClient(c), asOf)
	})
}

// Search finds freelancers with a public profile. It fails with a *QueryError
// for a query that makes no sense.
func (m *Model) Search(ctx context.Context, q SearchQuery, asOf event.Time, p Policy) (*SearchResults, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*SearchResults, error) {
		s, err := p.Search(q, asOf)
		if err != nil {
			return nil, err
		}
		var invites []*InviteRecord
		var contracts []*ContractRecord
		seen := 0
		for f := range m.freelancers.all() {
			if seen++; seen%1024 == 0 && ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			if s.Wants(&f.record) {
				invites, contracts = m.invitesOf(f, invites[:0]), m.contractsOf(f, contracts[:0])
				s.Add(&f.record, invites, contracts, m.client)
			}
		}
		return s.Results(), nil
	})
}
