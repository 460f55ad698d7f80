package marketplace

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// ExplainJobSuccess says why a freelancer's score is what it is: each contract
// with its class, weight and windows, and the events that made them so.
func (q *Questions) ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.JobSuccessExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainJobSuccess))
}

// ExplainResponsiveness says why a freelancer's responsiveness is what it is,
// invite by invite.
func (q *Questions) ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.ResponsivenessExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainResponsiveness))
}

// ExplainDisputeRate says why the dispute rate of an account is what it is,
// contract by contract. The id is a freelancer's or a client's; where one id is
// both, the freelancer's.
func (q *Questions) ExplainDisputeRate(ctx context.Context, account uuid.UUID, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	x, err := q.ExplainFreelancerDisputeRate(ctx, account, options...)
	var none *projection.NotFoundError
	if errors.As(err, &none) {
		return q.ExplainClientDisputeRate(ctx, account, options...)
	}
	return x, err
}

// ExplainFreelancerDisputeRate does the same for a freelancer.
func (q *Questions) ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainFreelancerDisputeRate))
}

// ExplainClientDisputeRate does the same for a client.
func (q *Questions) ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, q, options, of(client, projection.Statistics.ExplainClientDisputeRate))
}

// ExplainMarketDisputeRate does the same for the whole marketplace.
func (q *Questions) ExplainMarketDisputeRate(ctx context.Context, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, q, options, projection.Statistics.ExplainMarketplaceDisputeRate)
}

// ExplainFunnel says why a freelancer's funnel is what it is, proposal by proposal.
func (q *Questions) ExplainFunnel(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.FunnelExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainFunnel))
}

// ExplainMarketFunnel does the same for the whole marketplace.
func (q *Questions) ExplainMarketFunnel(ctx context.Context, options ...QueryOption) (*projection.FunnelExplanation, error) {
	return ask(ctx, q, options, projection.Statistics.ExplainMarketplaceFunnel)
}

// ExplainWork says what a freelancer's paid work is made of, client by client.
func (q *Questions) ExplainWork(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.WorkExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainWork))
}

// ExplainBadges says how a freelancer stands towards the badges, condition by
// condition.
func (q *Questions) ExplainBadges(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.BadgeExplanation, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.ExplainBadges))
}

// ExplainClientProfile says why a client's profile is what it is: signals, jobs
// and contracts.
func (q *Questions) ExplainClientProfile(ctx context.Context, client uuid.UUID, options ...QueryOption) (*projection.ClientProfileExplanation, error) {
	return ask(ctx, q, options, of(client, projection.Statistics.ExplainClientProfile))
}

// ExplainWeek says why the figures of an ISO week are what they are, contract by
// contract and invite by invite. A week that does not exist fails with a
// *projection.QueryError.
func (q *Questions) ExplainWeek(ctx context.Context, week event.Week, options ...QueryOption) (*projection.WeekExplanation, error) {
	return ask(ctx, q, options, of(week, projection.Statistics.ExplainWeek))
}
