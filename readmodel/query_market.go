package readmodel

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// searchAccounts is of how many accounts a search has the records in memory.
const searchAccounts = 500

// Figures computes the marketplace's figures. It reads every contract, invite and
// proposal, some at a time.
func (m *ReadModel) Figures(ctx context.Context, asOf event.Time, p projection.Policy) (*projection.Figures, error) {
	return askLive(ctx, m, p, func(r reading) (*projection.Figures, error) {
		c := p.CountFigures(asOf)
		if err := r.scanMarket(c); err != nil {
			return nil, err
		}
		return c.Figures(), nil
	})
}

// ExplainWeek gives the figures of an ISO week with what made them so. It reads
// every contract and invite, some at a time.
func (m *ReadModel) ExplainWeek(ctx context.Context, week event.Week, asOf event.Time, p projection.Policy) (*projection.WeekExplanation, error) {
	return askLive(ctx, m, p, func(r reading) (*projection.WeekExplanation, error) {
		e, err := p.ExplainWeek(week, asOf)
		if err != nil {
			return nil, err
		}
		if err := r.scanContracts(e.Contract); err != nil {
			return nil, err
		}
		if err := r.scanInvites(e.Invite); err != nil {
			return nil, err
		}
		return e.Explanation(), nil
	})
}

// ExplainMarketplaceFunnel gives the funnel of all proposals with what made it
// so. It has all proposals in memory meanwhile.
func (m *ReadModel) ExplainMarketplaceFunnel(ctx context.Context, asOf event.Time, p projection.Policy) (*projection.FunnelExplanation, error) {
	return ask(ctx, m, p, all(proposalRecords), func(model *projection.Model) (*projection.FunnelExplanation, error) {
		return model.ExplainMarketplaceFunnel(ctx, asOf, p)
	})
}

// Search finds freelancers with a public profile. It reads all accounts, and of
// those who may be found the invites and contracts, some at a time.
func (m *ReadModel) Search(ctx context.Context, q projection.SearchQuery, asOf event.Time, p projection.Policy) (*projection.SearchResults, error) {
	return askLive(ctx, m, p, func(r reading) (*projection.SearchResults, error) {
		s, err := p.Search(q, asOf)
		if err != nil {
			return nil, err
		}
		err = r.scan(freelancerRecords.table.Name, func(condition string, from, through uuid.UUID) error {
			accounts := projection.NewRecords()
			if err := freelancerRecords.load(r, accounts, condition, from, through); err != nil {
				return err
			}
			wanted := accounts.Freelancers
			maps.DeleteFunc(wanted, func(_ uuid.UUID, f *projection.FreelancerRecord) bool { return !s.Wants(f) })
			for ids := range slices.Chunk(slices.Collect(maps.Keys(wanted)), searchAccounts) {
				recs, err := r.loadOfFreelancers(ids)
				if err != nil {
					return err
				}
				invites := groupBy(recs.Invites, func(i *projection.InviteRecord) uuid.UUID { return i.Freelancer })
				contracts := groupBy(recs.Contracts, func(c *projection.ContractRecord) uuid.UUID { return c.Freelancer })
				for _, id := range ids {
					s.Add(wanted[id], invites[id], contracts[id], recs.Client)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		return s.Results(), nil
	})
}
