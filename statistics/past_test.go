package statistics_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/projectiontest"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// past is a log as tests write one: each stream by the name of what it is of,
// the events in the order in which they are given.
type past struct {
	t   testing.TB
	log store.Store
}

func newPast(t testing.TB) *past { return &past{t, projectiontest.NewLog()} }

// at is the position of the n-th event, from 1.
func (p *past) at(n int) event.Position { return projectiontest.Positions(p.t, p.log, 0)[n-1] }

func (p *past) write(stream string, when event.Time, events ...event.Event) {
	p.t.Helper()
	for _, e := range events {
		projectiontest.Write(p.t, p.log, stream, projectiontest.Encoded(p.t, when, e))
	}
}

func (p *past) client(name string, when event.Time, events ...event.Event) {
	p.write(event.ClientStream(projectiontest.Named(name)), when, events...)
}

func (p *past) freelancer(name string, when event.Time, events ...event.Event) {
	p.write(event.FreelancerStream(projectiontest.Named(name)), when, events...)
}

func (p *past) invite(name string, when event.Time, events ...event.Event) {
	p.write(event.InviteStream(projectiontest.Named(name)), when, events...)
}

func (p *past) job(name string, when event.Time, events ...event.Event) {
	p.write(event.JobStream(projectiontest.Named(name)), when, events...)
}

func (p *past) proposal(name string, when event.Time, events ...event.Event) {
	p.write(event.ProposalStream(projectiontest.Named(name)), when, events...)
}

func (p *past) contract(name string, when event.Time, events ...event.Event) {
	p.write(event.ContractStream(projectiontest.Named(name)), when, events...)
}

func started(client, freelancer string) *event.ContractStarted {
	return &event.ContractStarted{Client: projectiontest.Named(client), Freelancer: projectiontest.Named(freelancer), Kind: event.KindFixed, Via: event.ViaDirect}
}

func proposed(client, freelancer string, via event.Via) *event.ProposalSubmitted {
	return &event.ProposalSubmitted{Job: projectiontest.Named("job"), Client: projectiontest.Named(client), Freelancer: projectiontest.Named(freelancer), Via: via}
}

func (p *past) model() *projection.Model { return projectiontest.Loaded(p.t, p.log) }

// in asks about one account under the default policy.
func in[T any](p *past, ask func(*projection.Model, statistics.Policy) (T, error)) T {
	p.t.Helper()
	answer, err := ask(p.model(), projectiontest.Preset(p.t, statistics.DefaultPolicy))
	require.NoError(p.t, err)
	return answer
}

func typesOf(facts []projection.Evidence) []string {
	types := []string{}
	for _, f := range facts {
		types = append(types, f.Type)
	}
	return types
}

func ids(names ...string) []uuid.UUID {
	all := []uuid.UUID{}
	for _, n := range names {
		all = append(all, projectiontest.Named(n))
	}
	return all
}

func hours(amount event.Money, minutes int64) *event.HoursPaid {
	return &event.HoursPaid{Week: event.WeekOf(projectiontest.June), Amount: amount, Minutes: minutes}
}
