package readmodel

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// MyStats computes what one freelancer sees of their own standing and work.
func (m *ReadModel) MyStats(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.MyStats, error) {
	return ask(ctx, m, p, historyOf(freelancer), func(model *projection.Model) (*projection.MyStats, error) {
		return model.MyStats(ctx, freelancer, asOf, p)
	})
}

// ExplainFunnel gives a freelancer's funnel with what made it so.
func (m *ReadModel) ExplainFunnel(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.FunnelExplanation, error) {
	return ask(ctx, m, p, historyOf(freelancer), func(model *projection.Model) (*projection.FunnelExplanation, error) {
		return model.ExplainFunnel(ctx, freelancer, asOf, p)
	})
}

// ExplainWork gives a freelancer's work with what made it so.
func (m *ReadModel) ExplainWork(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.WorkExplanation, error) {
	return ask(ctx, m, p, ofFreelancer(freelancer), func(model *projection.Model) (*projection.WorkExplanation, error) {
		return model.ExplainWork(ctx, freelancer, asOf, p)
	})
}

// ExplainBadges says how a freelancer stands towards badges, and why.
func (m *ReadModel) ExplainBadges(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p projection.Policy) (*projection.BadgeExplanation, error) {
	return ask(ctx, m, p, historyOf(freelancer), func(model *projection.Model) (*projection.BadgeExplanation, error) {
		return model.ExplainBadges(ctx, freelancer, asOf, p)
	})
}

// ClientProfile computes how one client stands, and what freelancers may expect.
func (m *ReadModel) ClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p projection.Policy) (*projection.ClientProfile, error) {
	return ask(ctx, m, p, historyOfClient(client), func(model *projection.Model) (*projection.ClientProfile, error) {
		return model.ClientProfile(ctx, client, asOf, p)
	})
}

// ExplainClientProfile gives a client's profile with what made it so.
func (m *ReadModel) ExplainClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p projection.Policy) (*projection.ClientProfileExplanation, error) {
	return ask(ctx, m, p, historyOfClient(client), func(model *projection.Model) (*projection.ClientProfileExplanation, error) {
		return model.ExplainClientProfile(ctx, client, asOf, p)
	})
}

func historyOf(freelancer uuid.UUID) func(reading) (*projection.Records, error) {
	return func(r reading) (*projection.Records, error) { return r.loadHistories([]uuid.UUID{freelancer}) }
}

func historyOfClient(client uuid.UUID) func(reading) (*projection.Records, error) {
	return func(r reading) (*projection.Records, error) { return r.loadHistoriesOfClients([]uuid.UUID{client}) }
}
