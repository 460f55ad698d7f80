package readmodel

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

var _ projection.Statistics = (*ReadModel)(nil)

// Questions as of any moment, under any policy, are answered from one snapshot
// of the live version by the functions of package projection: the records that
// a question needs are loaded and asked as a projection.Model. What it answers
// is as of the read model's position: see Runner.WaitFor and ReadModel.WaitFor.

// Report computes every statistic. It has all records in memory meanwhile.
func (m *ReadModel) Report(ctx context.Context, asOf event.Time, p projection.Policy) (*projection.Report, error) {
	return ask(ctx, m, p, reading.loadReport, func(model *projection.Model) (*projection.Report, error) {
		return model.Report(ctx, asOf, p)
	})
}

// Freelancer computes the statistics of one freelancer.
func (m *ReadModel) Freelancer(ctx context.Context, id uuid.UUID, asOf event.Time, p projection.Policy) (*projection.FreelancerStats, error) {
	return ask(ctx, m, p, ofFreelancer(id), func(model *projection.Model) (*projection.FreelancerStats, error) {
		return model.Freelancer(ctx, id, asOf, p)
	})
}

// Client computes the statistics of one client.
func (m *ReadModel) Client(ctx context.Context, id uuid.UUID, asOf event.Time, p projection.Policy) (*projection.ClientStats, error) {
	return ask(ctx, m, p, ofClient(id), func(model *projection.Model) (*projection.ClientStats, error) {
		return model.Client(ctx, id, asOf, p)
	})
}

// Marketplace computes the statistics of the whole marketplace. It reads every
// contract and invite, some at a time.
func (m *ReadModel) Marketplace(ctx context.Context, asOf event.Time, p projection.Policy) (*projection.MarketplaceStats, error) {
	return askLive(ctx, m, p, func(r reading) (*projection.MarketplaceStats, error) {
		c := p.CountMarketplace(asOf)
		if err := r.scanContracts(c.Contract); err != nil {
			return nil, err
		}
		if err := r.scanInvites(c.Invite); err != nil {
			return nil, err
		}
		stats := c.Stats()
		return &stats, nil
	})
}

// ExplainJobSuccess gives a freelancer's score with what made it so.
func (m *ReadModel) ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.JobSuccessExplanation, error) {
	return ask(ctx, m, p, ofFreelancer(freelancer), func(model *projection.Model) (*projection.JobSuccessExplanation, error) {
		return model.ExplainJobSuccess(ctx, freelancer, asOf, p)
	})
}

// ExplainResponsiveness gives a freelancer's responsiveness with what made it so.
func (m *ReadModel) ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.ResponsivenessExplanation, error) {
	return ask(ctx, m, p, ofFreelancer(freelancer), func(model *projection.Model) (*projection.ResponsivenessExplanation, error) {
		return model.ExplainResponsiveness(ctx, freelancer, asOf, p)
	})
}

// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made it so.
func (m *ReadModel) ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, m, p, ofFreelancer(freelancer), func(model *projection.Model) (*projection.DisputeRateExplanation, error) {
		return model.ExplainFreelancerDisputeRate(ctx, freelancer, asOf, p)
	})
}

// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
func (m *ReadModel) ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, asOf event.Time, p projection.Policy) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, m, p, ofClient(client), func(model *projection.Model) (*projection.DisputeRateExplanation, error) {
		return model.ExplainClientDisputeRate(ctx, client, asOf, p)
	})
}

// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with
// what made it so. It has all contracts in memory meanwhile.
func (m *ReadModel) ExplainMarketplaceDisputeRate(ctx context.Context, asOf event.Time, p projection.Policy) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, m, p, all(contractRecords), func(model *projection.Model) (*projection.DisputeRateExplanation, error) {
		return model.ExplainMarketplaceDisputeRate(ctx, asOf, p)
	})
}

// ask loads what a question needs and asks it.
func ask[T any](ctx context.Context, m *ReadModel, p projection.Policy, load func(reading) (*projection.Records, error),
	answer func(*projection.Model) (*T, error)) (*T, error) {
	recs, err := askLive(ctx, m, p, load)
	if err != nil {
		return nil, err
	}
	model, err := recs.Model(m.options.Registry)
	if err != nil {
		return nil, err
	}
	return answer(model)
}

// askLive reads an answer from the tables of the live version.
func askLive[T any](ctx context.Context, m *ReadModel, p projection.Policy, read func(reading) (*T, error)) (answer *T, err error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	err = m.readLive(ctx, func(r reading, _ *Version) (err error) {
		answer, err = read(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func ofFreelancer(id uuid.UUID) func(reading) (*projection.Records, error) {
	return func(r reading) (*projection.Records, error) { return r.loadOfFreelancers([]uuid.UUID{id}) }
}

func ofClient(id uuid.UUID) func(reading) (*projection.Records, error) {
	return func(r reading) (*projection.Records, error) { return r.loadOfClients([]uuid.UUID{id}) }
}

// all loads all records of a kind.
func all(k kind) func(reading) (*projection.Records, error) {
	return func(r reading) (*projection.Records, error) {
		recs := projection.NewRecords()
		return recs, k.load(r, recs, "1 = 1")
	}
}
