package statistics

import (
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// FullReport asks for every statistic of every account.
func FullReport() Question[*Report] {
	return func(v projection.View, asOf event.Time, p Policy) (*Report, error) {
		r := &Report{AsOf: asOf, Policy: p.Name, Freelancers: map[uuid.UUID]*FreelancerStats{}, Clients: map[uuid.UUID]*ClientStats{}}
		clients := clientCounts{}
		market, err := countTotals(v, asOf, p, func(c *projection.ContractRecord) { clients.contract(c, asOf, p) })
		if err != nil {
			return nil, err
		}
		r.Marketplace = *market
		err = eachUntil(v.Clients(0), func(h *projection.ClientHistory) (err error) {
			if h.RegisteredBy(asOf) {
				r.Clients[h.Account.ID], err = clients.of(h.Account.ID, asOf, p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		err = eachUntil(v.Freelancers(nil, projection.PartInvites|projection.PartContracts), func(h *projection.FreelancerHistory) (err error) {
			if h.RegisteredBy(asOf) {
				r.Freelancers[h.Account.ID], err = p.freelancerStats(*h, asOf)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		return r, nil
	}
}

// MarketplaceTotals asks for the statistics of the whole marketplace.
func MarketplaceTotals() Question[*MarketplaceStats] {
	return func(v projection.View, asOf event.Time, p Policy) (*MarketplaceStats, error) {
		return countTotals(v, asOf, p, func(*projection.ContractRecord) {})
	}
}

// countTotals hands on each contract that it counts.
func countTotals(v projection.View, asOf event.Time, p Policy, contract func(*projection.ContractRecord)) (*MarketplaceStats, error) {
	c := p.countMarketplace(asOf)
	err := each(v.Contracts(), func(r *projection.ContractRecord) {
		c.contract(r)
		contract(r)
	})
	if err == nil {
		err = each(v.Invites(), c.invite)
	}
	if err != nil {
		return nil, err
	}
	return c.result()
}

// MarketplaceFigures asks for the marketplace's figures, in all and week by week.
func MarketplaceFigures() Question[*Figures] {
	return func(v projection.View, asOf event.Time, p Policy) (*Figures, error) {
		c := p.CountFigures(asOf)
		if err := CountMarket(v, c); err != nil {
			return nil, err
		}
		return c.Figures()
	}
}

// SearchFor asks for freelancers with a public profile. A query that makes no
// sense fails with a *QueryError.
func SearchFor(q SearchQuery) Question[*SearchResults] {
	return func(v projection.View, asOf event.Time, p Policy) (*SearchResults, error) {
		s, err := p.search(q, asOf)
		if err != nil {
			return nil, err
		}
		if err := eachUntil(v.Freelancers(s.wants, projection.PartMarks|projection.PartProfile|projection.PartInvites|projection.PartContracts), s.add); err != nil {
			return nil, err
		}
		return s.results(), nil
	}
}

// ExplainMarketplaceDisputeRate asks why the dispute rate of all contracts is
// what it is.
func ExplainMarketplaceDisputeRate() Question[*DisputeRateExplanation] {
	return func(v projection.View, asOf event.Time, p Policy) (*DisputeRateExplanation, error) {
		var all []*projection.ContractRecord
		if err := each(v.Contracts(), func(r *projection.ContractRecord) { all = append(all, r) }); err != nil {
			return nil, err
		}
		return p.explainDisputes(DisputesOfMarketplace, uuid.Nil, all, asOf), nil
	}
}

// ExplainMarketplaceFunnel asks why the funnel of all proposals is what it is.
func ExplainMarketplaceFunnel() Question[*FunnelExplanation] {
	return func(v projection.View, asOf event.Time, p Policy) (*FunnelExplanation, error) {
		var all []*projection.ProposalRecord
		if err := each(v.Proposals(), func(r *projection.ProposalRecord) { all = append(all, r) }); err != nil {
			return nil, err
		}
		x := p.Funnel.explain(all, asOf)
		x.Policy = p.Name
		return x, nil
	}
}

// ExplainWeek asks why the figures of an ISO week are what they are, record by
// record. A week that does not exist fails with a *QueryError.
func ExplainWeek(week event.Week) Question[*WeekExplanation] {
	return func(v projection.View, asOf event.Time, p Policy) (*WeekExplanation, error) {
		e, err := p.explainWeek(week, asOf)
		if err != nil {
			return nil, err
		}
		if err := CountMarket(v, e); err != nil {
			return nil, err
		}
		return e.explanation()
	}
}

// MarketCount takes in the whole market, record by record: first
// accounts, then all else.
type MarketCount interface {
	Client(*projection.ClientRecord)
	Freelancer(*projection.FreelancerRecord)
	Contract(*projection.ContractRecord)
	Invite(*projection.InviteRecord)
	Job(*projection.JobRecord)
	Proposal(*projection.ProposalRecord)
	Interview(*projection.InterviewRecord)
	Week(*projection.WeekRecord)
}

// CountMarket gives what a view has of all that figures count to each count.
func CountMarket(v projection.View, counts ...MarketCount) error {
	err := each(v.Clients(projection.PartMarks), func(h *projection.ClientHistory) {
		for _, c := range counts {
			c.Client(h.Account)
		}
	})
	if err == nil {
		err = each(v.Freelancers(nil, projection.PartMarks|projection.PartConnects), func(h *projection.FreelancerHistory) {
			for _, c := range counts {
				c.Freelancer(h.Account)
			}
		})
	}
	if err == nil {
		err = eachTo(v.Contracts(), counts, MarketCount.Contract)
	}
	if err == nil {
		err = eachTo(v.Invites(), counts, MarketCount.Invite)
	}
	if err == nil {
		err = eachTo(v.Jobs(), counts, MarketCount.Job)
	}
	if err == nil {
		err = eachTo(v.Proposals(), counts, MarketCount.Proposal)
	}
	if err == nil {
		err = eachTo(v.Interviews(), counts, MarketCount.Interview)
	}
	if err == nil {
		err = eachTo(v.Weeks(), counts, MarketCount.Week)
	}
	return err
}

// eachTo gives all records to every count.
func eachTo[R any](records iter.Seq2[R, error], counts []MarketCount, give func(MarketCount, R)) error {
	return each(records, func(r R) {
		for _, c := range counts {
			give(c, r)
		}
	})
}

// each gives all records to do, until there is an error.
func each[R any](records iter.Seq2[R, error], do func(R)) error {
	return eachUntil(records, func(r R) error {
		do(r)
		return nil
	})
}

// eachUntil is each of what may fail.
func eachUntil[R any](records iter.Seq2[R, error], do func(R) error) error {
	for r, err := range records {
		if err == nil {
			err = do(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
