package projection

import (
	"context"

	"github.com/marketcore/marketplace/event"
)

// Figures computes the marketplace's figures, in all and week by week.
func (m *Model) Figures(ctx context.Context, asOf event.Time, p Policy) (*Figures, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*Figures, error) {
		c := p.CountFigures(asOf)
		m.eachContract(c.Contract)
		m.eachInvite(c.Invite)
		m.eachProposal(c.Proposal)
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
		m.eachContract(e.Contract)
		m.eachInvite(e.Invite)
		return e.Explanation(), nil
	})
}

// ExplainMarketplaceFunnel gives the funnel of all proposals with what made it
// so.
func (m *Model) ExplainMarketplaceFunnel(ctx context.Context, asOf event.Time, p Policy) (*FunnelExplanation, error) {
	return query(ctx, m, asOf, p, func(asOf event.Time, p Policy) (*FunnelExplanation, error) {
		var all []*ProposalRecord
		m.eachProposal(func(r *ProposalRecord) { all = append(all, r) })
		x := p.Funnel.Explain(all, asOf)
		x.Policy = p.Name
		return x, nil
	})
}
