package marketplace

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// Questions are asked about the marketplace, as of any moment and under any
// rule: of a log, by the Marketplace that has it, or of a read model in a
// database, by QuestionsTo.
type Questions struct {
	clock func() time.Time
	// current gives what answers, once it holds everything that is in the log
	// now, so that a host reads its own writes.
	current func(context.Context) (projection.Statistics, error)
}

// QuestionsTo asks a read model, such as OpenReadModel's, whose answers are as
// of where it is. The clock gives the moment of questions that name none; nil
// is time.Now.
func QuestionsTo(s projection.Statistics, clock func() time.Time) *Questions {
	if clock == nil {
		clock = time.Now
	}
	return &Questions{clock, func(context.Context) (projection.Statistics, error) { return s, nil }}
}

// QueryOption says as of when, and under which rule, a question is asked.
type QueryOption func(*query)

// AsOf asks as of a moment: what occurred later does not count. The default is
// the marketplace's clock.
func AsOf(t time.Time) QueryOption { return func(q *query) { q.asOf = event.At(t) } }

// Preset asks under a published rule, by its name in projection.PresetNames.
// The default is the newest, projection.DefaultPolicy.
func Preset(name string) QueryOption {
	return func(q *query) { q.policy, q.err = projection.Preset(name) }
}

// Under asks under a policy of the host's own.
func Under(p projection.Policy) QueryOption {
	return func(q *query) { q.policy, q.err = p, nil }
}

type query struct {
	asOf   event.Time
	policy projection.Policy
	err    error
}

// ask settles the question and asks it.
func ask[T any](ctx context.Context, q *Questions, options []QueryOption, answer func(projection.Statistics, context.Context, event.Time, projection.Policy) (T, error)) (T, error) {
	settled := query{asOf: event.At(q.clock())}
	settled.policy, settled.err = projection.Preset(projection.DefaultPolicy)
	for _, o := range options {
		o(&settled)
	}
	var none T
	if settled.err != nil {
		return none, settled.err
	}
	s, err := q.current(ctx)
	if err != nil {
		return none, err
	}
	return answer(s, ctx, settled.asOf, settled.policy)
}

// Report computes every statistic of every account.
func (q *Questions) Report(ctx context.Context, options ...QueryOption) (*projection.Report, error) {
	return ask(ctx, q, options, projection.Statistics.Report)
}

// Market computes the statistics of the whole marketplace.
func (q *Questions) Market(ctx context.Context, options ...QueryOption) (*projection.MarketplaceStats, error) {
	return ask(ctx, q, options, projection.Statistics.Marketplace)
}

// Freelancer computes a freelancer's statistics. An id that is not registered
// as of the moment fails with a *projection.NotFoundError.
func (q *Questions) Freelancer(ctx context.Context, id uuid.UUID, options ...QueryOption) (*projection.FreelancerStats, error) {
	return ask(ctx, q, options, of(id, projection.Statistics.Freelancer))
}

// Client computes a client's statistics. An id that is not registered as of
// the moment fails with a *projection.NotFoundError.
func (q *Questions) Client(ctx context.Context, id uuid.UUID, options ...QueryOption) (*projection.ClientStats, error) {
	return ask(ctx, q, options, of(id, projection.Statistics.Client))
}

// MyStats computes what a freelancer sees of their own standing and work. It
// fails like Freelancer.
func (q *Questions) MyStats(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.MyStats, error) {
	return ask(ctx, q, options, of(freelancer, projection.Statistics.MyStats))
}

// ClientProfile computes how a client stands, and what freelancers may expect.
// It fails like Client.
func (q *Questions) ClientProfile(ctx context.Context, client uuid.UUID, options ...QueryOption) (*projection.ClientProfile, error) {
	return ask(ctx, q, options, of(client, projection.Statistics.ClientProfile))
}

// Search finds freelancers with a public profile. A query that makes no sense
// fails with a *projection.QueryError.
func (q *Questions) Search(ctx context.Context, query projection.SearchQuery, options ...QueryOption) (*projection.SearchResults, error) {
	return ask(ctx, q, options, of(query, projection.Statistics.Search))
}

// Figures computes the marketplace's figures, in all and week by week.
func (q *Questions) Figures(ctx context.Context, options ...QueryOption) (*projection.Figures, error) {
	return ask(ctx, q, options, projection.Statistics.Figures)
}

// of asks about one account, week or search.
func of[K, T any](key K, answer func(projection.Statistics, context.Context, K, event.Time, projection.Policy) (T, error)) func(projection.Statistics, context.Context, event.Time, projection.Policy) (T, error) {
	return func(s projection.Statistics, ctx context.Context, asOf event.Time, p projection.Policy) (T, error) {
		return answer(s, ctx, key, asOf, p)
	}
}
