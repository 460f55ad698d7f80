package projection

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Statistics are the questions that a read model answers, as of a moment and
// under a policy; a Model does in memory, a read-model database from its
// tables, both with the same functions of records.
//
// Every query fails with ErrInvalidPolicy for a policy that makes no sense, and
// with the context's cause if it has ended. Moments outside the years 0001 to
// 9999 are taken for the nearest inside. Those about one account fail with a
// *NotFoundError if none of that id was registered as of the moment.
type Statistics interface {
	// Report computes every statistic.
	Report(ctx context.Context, asOf event.Time, p Policy) (*Report, error)
	// Freelancer computes the statistics of one freelancer.
	Freelancer(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*FreelancerStats, error)
	// Client computes the statistics of one client.
	Client(ctx context.Context, id uuid.UUID, asOf event.Time, p Policy) (*ClientStats, error)
	// Marketplace computes the statistics of the whole marketplace.
	Marketplace(ctx context.Context, asOf event.Time, p Policy) (*MarketplaceStats, error)
	// MyStats computes what one freelancer sees of their own standing and work.
	MyStats(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*MyStats, error)
	// ClientProfile computes how one client stands, and what freelancers may expect.
	ClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*ClientProfile, error)
	// Search finds freelancers with a public profile. It fails with a *QueryError
	// for a query that makes no sense.
	Search(ctx context.Context, q SearchQuery, asOf event.Time, p Policy) (*SearchResults, error)
	// Figures computes the marketplace's figures, in all and week by week.
	Figures(ctx context.Context, asOf event.Time, p Policy) (*Figures, error)

	// ExplainJobSuccess gives a freelancer's score with what made it so.
	ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*JobSuccessExplanation, error)
	// ExplainResponsiveness gives a freelancer's responsiveness with what made it so.
	ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*ResponsivenessExplanation, error)
	// ExplainFreelancerDisputeRate gives a freelancer's dispute rate with what made it so.
	ExplainFreelancerDisputeRate(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error)
	// ExplainClientDisputeRate gives a client's dispute rate with what made it so.
	ExplainClientDisputeRate(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*DisputeRateExplanation, error)
	// ExplainMarketplaceDisputeRate gives the dispute rate of all contracts with what made it so.
	ExplainMarketplaceDisputeRate(ctx context.Context, asOf event.Time, p Policy) (*DisputeRateExplanation, error)

	// ExplainFunnel gives a freelancer's funnel with what made it so.
	ExplainFunnel(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*FunnelExplanation, error)
	// ExplainWork gives a freelancer's work with what made it so.
	ExplainWork(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*WorkExplanation, error)
	// ExplainBadges says how a freelancer stands towards badges, and why.
	ExplainBadges(ctx context.Context, freelancer uuid.UUID, asOf event.Time, p Policy) (*BadgeExplanation, error)
	// ExplainClientProfile gives a client's profile with what made it so.
	ExplainClientProfile(ctx context.Context, client uuid.UUID, asOf event.Time, p Policy) (*ClientProfileExplanation, error)
	// ExplainWeek gives the figures of an ISO week with what made them so. It fails
	// with a *QueryError for a week that does not exist.
	ExplainWeek(ctx context.Context, week event.Week, asOf event.Time, p Policy) (*WeekExplanation, error)
	// ExplainMarketplaceFunnel gives the funnel of all proposals with what made it so.
	ExplainMarketplaceFunnel(ctx context.Context, asOf event.Time, p Policy) (*FunnelExplanation, error)
}
