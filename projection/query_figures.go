package projection

import (
	"context"

	"github.com/marketcore/marketplace/event"
)

// Figures computes the marketplace's figures, in all and week by week.
func (m *Model) Figures(ctx context.Context, asOf event.Time, p Policy) (*Figures, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*Figures, error) {
		c := p.CountFigures(asOf)
		if err := m.eachContract(ctx, c.Contract); err != nil {
			return nil, err
		}
		if err := m.eachInvite(ctx, c.Invite); err != nil {
			return nil, err
		}
		if err := m.eachProposal(ctx, c.Proposal); err != nil {
			return nil, err
		}
		return c.Figures(), nil
	})
}

// ExplainWeek gives the figures of an ISO week with what made them so. It fails
// with a *QueryError for a week that does not exist.
func (m *Model) ExplainWeek(ctx context.Context, week event.Week, asOf event.Time, p Policy) (*WeekExplanation, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*WeekExplanation, error) {
		e, err := p.ExplainWeek(week, asOf)
		if err != nil {
			return nil, err
		}
		if err := m.eachContract(ctx, e.Contract); err != nil {
			return nil, err
		}
		if err := m.eachInvite(ctx, e.Invite); err != nil {
			return nil, err
		}
		return e.Explanation(), nil
	})
}

// ExplainMarketplaceFunnel gives the funnel of all proposals with what made it
// so.
func (m *Model) ExplainMarketplaceFunnel(ctx context.Context, asOf event.Time, p Policy) (*FunnelExplanation, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*FunnelExplanation, error) {
		var all []*ProposalRecord
		if err := m.eachProposal(ctx, func(r *ProposalRecord) { all = append(all, r) }); err != nil {
			return nil, err
		}
		x := p.Funnel.Explain(all, asOf)
		x.Policy = p.Name
		return x, nil
	})
}
