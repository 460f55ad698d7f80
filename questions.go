package marketplace

import (
	"context"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// Ask asks a question of package statistics, or one of the host's own, as of any
// moment and under any policy:
//
//	stats, err := marketplace.Ask(ctx, m, statistics.MyStatsOf(freelancer), marketplace.AsOf(yesterday))
//
// It is asked of a log, by the Marketplace that has it, or of a read model in a
// database, by QuestionsTo. Of a log the answer holds everything that is in it
// now, so that a host reads its own writes. It fails as statistics.Ask does.
func Ask[T any](ctx context.Context, of Answerer, question statistics.Question[T], options ...QueryOption) (T, error) {
	q := of.questions()
	asked := q.query(options)
	var none T
	if asked.err != nil {
		return none, asked.err
	}
	s, err := q.current(ctx)
	if err != nil {
		return none, err
	}
	return statistics.Ask(ctx, s, statistics.Checked(question, asked.look), asked.asOf, asked.policy)
}

// query is what the options ask for.
func (q *Questions) query(options []QueryOption) *query {
	asked := &query{asOf: event.At(q.now())}
	asked.policy, asked.err = statistics.Preset(statistics.DefaultPolicy)
	for _, o := range options {
		o(asked)
	}
	return asked
}

// look is what is done with the status of who answers.
func (q *query) look(s Status) error {
	if q.status != nil {
		*q.status = s
	}
	if q.complete && !s.Complete() {
		return statistics.ErrBehind.With(nil, "%s", s)
	}
	return nil
}

// Answerer is who can be asked: a *Marketplace, or the *Questions of a read model.
type Answerer interface{ questions() *Questions }

// Questions are asked with Ask, those about one contract by methods.
type Questions struct {
	now func() time.Time
	log store.Store // of which contracts are read, nil if there is only a read model
	// current gives what answers, once it holds everything that is in the log now.
	current func(context.Context) (statistics.Source, error)
}

func (q *Questions) questions() *Questions { return q }

// QuestionsTo asks a read model, such as open.ReadModel's, whose answers are as
// of where it is. Its now is the clock of questions that name no moment. Default:
// time.Now.
func QuestionsTo(s statistics.Source, now func() time.Time) *Questions {
	if now == nil {
		now = time.Now
	}
	return &Questions{now: now, current: func(context.Context) (statistics.Source, error) { return s, nil }}
}

// QueryOption says as of when, and under which rule, a question is asked.
type QueryOption func(*query)

// AsOf asks as of a moment: what occurred later does not count. The default is
// the marketplace's clock, or the moment of what its Do has done if the clock is behind
// that by Options.ClockTolerance at most.
func AsOf(t time.Time) QueryOption { return func(q *query) { q.asOf = event.At(t) } }

// Preset asks under a published rule, by its name in statistics.PresetNames.
// The default is the newest, statistics.DefaultPolicy.
func Preset(name string) QueryOption {
	return func(q *query) { q.policy, q.err = statistics.Preset(name) }
}

// Under asks under a policy of the host's own.
func Under(p statistics.Policy) QueryOption {
	return func(q *query) { q.policy, q.err = p, nil }
}

// Status is how much of the log an answer rests on: that of a Marketplace on all of
// it, that of a read model on what its runners have come to.
type Status = statistics.Status

// WithStatus tells, beside the answer, how much of the log it rests on. A host that
// shows numbers of a read model shows it where it is not Complete.
func WithStatus(status *Status) QueryOption { return func(q *query) { q.status = status } }

// Complete refuses an answer that rests on less than is known of the log: Ask then
// fails with statistics.ErrBehind.
func Complete() QueryOption { return func(q *query) { q.complete = true } }

type query struct {
	asOf     event.Time
	policy   statistics.Policy
	err      error
	status   *Status // where it is told, nil if it is not wanted
	complete bool
}
