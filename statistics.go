package marketplace

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/store"
)

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

// reader is the in-memory read model and the goroutine that keeps it up to
// date, both made when the first question is asked.
type reader struct {
	once  sync.Once
	ctx   context.Context
	model *projection.Model
	ended context.Context // once nothing more will be folded, with why as its cause
	end   context.CancelCauseFunc
}

func (m *Marketplace) startFollowing() {
	m.reader.ctx, m.stop = context.WithCancel(context.Background())
	m.reader.ended, m.reader.end = context.WithCancelCause(context.Background())
	m.reader.model = projection.NewModel(m.registry)
}

// follow folds the log and stays on it until Close. A broken connection is
// taken up again where it broke; a damaged log or an event that cannot be folded
// ends it, and every question is then answered by that error.
func (m *Marketplace) follow() {
	defer m.following.Done()
	ctx, model := m.reader.ctx, m.reader.model
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		from := model.Position()
		err := model.Load(ctx, m.store, m.options.Workers)
		if err == nil {
			err = model.Follow(ctx, m.store)
		}
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) || errors.Is(err, store.ErrCorrupt) || model.Err() != nil {
			m.reader.end(err)
			if ctx.Err() == nil {
				m.options.Logger.Error("the read model has stopped", "position", model.Position(), "error", err)
			}
			return
		}
		m.options.Logger.Warn("the read model lost the log and tries again", "position", model.Position(), "error", err)
		if model.Position() > from {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

const (
	firstPause = 50 * time.Millisecond
	lastPause  = 5 * time.Second
)

// ask settles the question, makes the read model hold everything that is in the
// log now, so that a host reads its own writes, and asks it.
func ask[T any](ctx context.Context, m *Marketplace, options []QueryOption, answer func(projection.Statistics, context.Context, event.Time, projection.Policy) (T, error)) (T, error) {
	q := query{asOf: event.At(m.options.Clock())}
	q.policy, q.err = projection.Preset(projection.DefaultPolicy)
	for _, o := range options {
		o(&q)
	}
	var none T
	if q.err != nil {
		return none, q.err
	}
	m.reader.once.Do(func() {
		m.following.Add(1)
		go m.follow()
	})
	head, err := m.store.Head(ctx)
	if err != nil {
		return none, err
	}
	if err := m.waitFor(ctx, head); err != nil {
		return none, err
	}
	return answer(m.reader.model, ctx, q.asOf, q.policy)
}

// waitFor waits for the read model to hold the position, or to end before it.
func (m *Marketplace) waitFor(ctx context.Context, position event.Position) error {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(m.reader.ended, cancel)()
	err := m.reader.model.WaitFor(waiting, position)
	if err != nil && ctx.Err() == nil && m.reader.ended.Err() != nil {
		return context.Cause(m.reader.ended)
	}
	return err
}

// Report computes every statistic of every account.
func (m *Marketplace) Report(ctx context.Context, options ...QueryOption) (*projection.Report, error) {
	return ask(ctx, m, options, projection.Statistics.Report)
}

// Market computes the statistics of the whole marketplace.
func (m *Marketplace) Market(ctx context.Context, options ...QueryOption) (*projection.MarketplaceStats, error) {
	return ask(ctx, m, options, projection.Statistics.Marketplace)
}

// Freelancer computes a freelancer's statistics. An id that is not registered
// as of the moment fails with a *projection.NotFoundError.
func (m *Marketplace) Freelancer(ctx context.Context, id uuid.UUID, options ...QueryOption) (*projection.FreelancerStats, error) {
	return ask(ctx, m, options, of(id, projection.Statistics.Freelancer))
}

// Client computes a client's statistics. An id that is not registered as of
// the moment fails with a *projection.NotFoundError.
func (m *Marketplace) Client(ctx context.Context, id uuid.UUID, options ...QueryOption) (*projection.ClientStats, error) {
	return ask(ctx, m, options, of(id, projection.Statistics.Client))
}

// ExplainJobSuccess says why a freelancer's score is what it is: each contract
// with its class, weight and windows, and the events that made them so.
func (m *Marketplace) ExplainJobSuccess(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.JobSuccessExplanation, error) {
	return ask(ctx, m, options, of(freelancer, projection.Statistics.ExplainJobSuccess))
}

// ExplainResponsiveness says why a freelancer's responsiveness is what it is,
// invite by invite.
func (m *Marketplace) ExplainResponsiveness(ctx context.Context, freelancer uuid.UUID, options ...QueryOption) (*projection.ResponsivenessExplanation, error) {
	return ask(ctx, m, options, of(freelancer, projection.Statistics.ExplainResponsiveness))
}

// ExplainDisputeRate says why the dispute rate of an account is what it is,
// contract by contract. The id is a freelancer's or a client's; where one id is
// both, the freelancer's.
func (m *Marketplace) ExplainDisputeRate(ctx context.Context, account uuid.UUID, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	x, err := ask(ctx, m, options, of(account, projection.Statistics.ExplainFreelancerDisputeRate))
	var none *projection.NotFoundError
	if errors.As(err, &none) {
		return ask(ctx, m, options, of(account, projection.Statistics.ExplainClientDisputeRate))
	}
	return x, err
}

// ExplainMarketDisputeRate does the same for the whole marketplace.
func (m *Marketplace) ExplainMarketDisputeRate(ctx context.Context, options ...QueryOption) (*projection.DisputeRateExplanation, error) {
	return ask(ctx, m, options, projection.Statistics.ExplainMarketplaceDisputeRate)
}

// of asks about one account.
func of[T any](id uuid.UUID, answer func(projection.Statistics, context.Context, uuid.UUID, event.Time, projection.Policy) (T, error)) func(projection.Statistics, context.Context, event.Time, projection.Policy) (T, error) {
	return func(s projection.Statistics, ctx context.Context, asOf event.Time, p projection.Policy) (T, error) {
		return answer(s, ctx, id, asOf, p)
	}
}
