package marketplace_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

func TestDoAnswersWithWhatHappened(t *testing.T) {
	now := event.MustParseTime("2020-05-05T10:00:00Z").Std()
	ids := []uuid.UUID{uuid.New(), uuid.New()}
	s := markettest.NewLog()
	m, err := marketplace.New(s, marketplace.Options{
		Now:   func() time.Time { return now.Add(900 * time.Millisecond) },
		NewID: func() uuid.UUID { id := ids[0]; ids = ids[1:]; return id },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	client, command, cause := uuid.New(), ids[0], event.Envelope{ID: uuid.New(), Meta: event.Meta{CorrelationID: uuid.New()}}

	out, err := m.Do(t.Context(), aggregate.RegisterClient{Client: client}, marketplace.CausedBy(cause))
	require.NoError(t, err)
	require.Equal(t, marketplace.Outcome{
		CommandID: command, Stream: event.ClientStream(client), Events: []event.Event{&event.ClientRegistered{}}, Revision: 0, Position: markettest.Records(t, s)[0].Position,
	}, out)
	rec := markettest.Records(t, s)[0]
	env, err := m.Registry().Decode(&rec)
	require.NoError(t, err)
	require.Equal(t, event.ID(command, 0), env.ID)
	require.Equal(t, event.Meta{
		OccurredAt: event.At(now), Actor: event.ActorClient, CommandID: command, CorrelationID: cause.CorrelationID, CausationID: cause.ID,
		CommandDigest: env.CommandDigest,
	}, env.Meta)
	require.NotZero(t, env.CommandDigest)
}

// A command may belong to a conversation of the host's.
func TestCorrelation(t *testing.T) {
	s := markettest.NewLog()
	m := markettest.On(t, s)
	command, conversation := uuid.New(), uuid.New()
	_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()}, marketplace.CommandID(command), marketplace.Correlation(conversation))
	require.NoError(t, err)
	rec := markettest.Records(t, s)[0]
	env, err := m.Registry().Decode(&rec)
	require.NoError(t, err)
	require.Equal(t, conversation, env.CorrelationID)
	require.Equal(t, command, env.CausationID)
}

// A repeated command is recognised by its id in the stream, not by a cache of
// the store's (pitfall: EventStoreDB writes the same event id twice).
func TestDoRepeated(t *testing.T) {
	s := markettest.NewLog()
	m := markettest.On(t, s)
	client, freelancer, invite, id := uuid.New(), uuid.New(), uuid.New(), uuid.New()
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterClient{Client: client}, "2020-01-01T00:00:00Z"))
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	send := aggregate.SendInvite{Invite: invite, Job: uuid.New(), Client: client, Freelancer: freelancer}
	require.NoError(t, markettest.Do(t, m, send, "2020-01-02T00:00:00Z"))
	accept := aggregate.AcceptInvite{Invite: invite, CoverLetter: "hello"}
	first, err := m.Do(t.Context(), accept, marketplace.CommandID(id), marketplace.At(event.MustParseTime("2020-01-02T00:00:00Z").Std()))
	require.NoError(t, err)
	require.Len(t, first.Events, 2)
	log := markettest.Records(t, s)

	other := markettest.On(t, struct{ store.Store }{s}) // another host, with nothing in its cache
	for _, host := range []*marketplace.Marketplace{m, other} {
		for _, again := range []aggregate.Command{accept, &accept} {
			got, err := host.Do(t.Context(), again, marketplace.CommandID(id))
			require.NoError(t, err)
			require.True(t, got.Repeated)
			got.Repeated = false
			require.Equal(t, first, got)
		}
	}
	markettest.RequireSameLog(t, log, markettest.Records(t, s))
}

func TestDoRejected(t *testing.T) {
	s := markettest.NewLog()
	m := markettest.On(t, s)
	client, id := uuid.New(), uuid.New()
	flag := aggregate.LiftClientFlag{Client: client}
	_, err := m.Do(t.Context(), flag, marketplace.CommandID(id))
	var r *aggregate.Rejection
	require.ErrorAs(t, err, &r)
	require.ErrorIs(t, err, aggregate.NotFound)
	require.Equal(t, event.ClientStream(client), r.Stream)
	_, err = m.Do(t.Context(), aggregate.RegisterClient{})
	require.ErrorIs(t, err, aggregate.Invalid)
	_, err = m.Do(t.Context(), nil)
	require.Error(t, err)
	require.Empty(t, markettest.Records(t, s), "a rejection leaves no trace")

	// It is decided anew when it is sent again.
	require.NoError(t, markettest.Do(t, m, aggregate.RegisterClient{Client: client}, "2020-01-01T00:00:00Z"))
	require.NoError(t, markettest.Do(t, m, aggregate.FlagClient{Client: client, Reason: "poor_collaboration"}, "2020-01-01T00:00:00Z"))
	_, err = m.Do(t.Context(), flag, marketplace.CommandID(id))
	require.NoError(t, err)
}

// Two hosts on one log see each other's events at their next command, whatever
// they have in memory.
func TestDoSeesOtherHosts(t *testing.T) {
	s := markettest.NewLog()
	a, b := markettest.On(t, struct{ store.Store }{s}), markettest.On(t, struct{ store.Store }{s})
	client, freelancer := uuid.New(), uuid.New()
	require.NoError(t, markettest.Do(t, a, aggregate.RegisterClient{Client: client}, "2020-01-01T00:00:00Z"))
	require.NoError(t, markettest.Do(t, a, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
	invite := func(m *marketplace.Marketplace) error {
		return markettest.Do(t, m, aggregate.SendInvite{Invite: uuid.New(), Job: uuid.New(), Client: client, Freelancer: freelancer}, "2020-01-02T00:00:00Z")
	}
	require.NoError(t, invite(a))
	require.NoError(t, invite(b))
	require.NoError(t, markettest.Do(t, b, aggregate.SuspendClient{Client: client, Reason: event.SanctionTOS}, "2020-01-03T00:00:00Z"))
	require.ErrorIs(t, invite(a), aggregate.ClientSuspended)
	require.NoError(t, markettest.Do(t, a, aggregate.ReinstateClient{Client: client}, "2020-01-04T00:00:00Z"))
	require.NoError(t, invite(b))
}

// 64 callers race for one account: every command is decided on the state that
// it is appended to.
func TestDoRaces(t *testing.T) {
	for name, s := range map[string]store.Store{"memory": markettest.NewLog(), "sqlite": storetest.Strict(markettest.At(t, "sqlite:"+t.TempDir()+"/market.db").Store(), 7)} {
		t.Run(name, func(t *testing.T) {
			m := markettest.On(t, s)
			freelancer := uuid.New()
			require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: freelancer}, "2020-01-01T00:00:00Z"))
			var wg sync.WaitGroup
			var mu sync.Mutex
			done := 0
			for range 64 {
				wg.Go(func() {
					err := markettest.Do(t, m, aggregate.VerifyIdentity{Freelancer: freelancer}, "2020-01-02T00:00:00Z")
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						done++
					} else if !errors.Is(err, aggregate.WrongState) {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			require.Equal(t, 1, done)
			for range 64 {
				wg.Go(func() {
					if err := markettest.Do(t, m, aggregate.SetAvailability{Freelancer: freelancer, Available: true}, "2020-01-03T00:00:00Z"); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			require.Len(t, markettest.Records(t, m.Store()), 2+64)
		})
	}
}

func TestDoReadsItsOwnWrites(t *testing.T) {
	m := markettest.At(t, "sqlite:"+t.TempDir()+"/market.db")
	for range 20 {
		id := uuid.New()
		_, err := marketplace.Ask(t.Context(), m, statistics.FreelancerStatsOf(id))
		var none *statistics.NotFoundError
		require.ErrorAs(t, err, &none)
		require.NoError(t, markettest.Do(t, m, aggregate.RegisterFreelancer{Freelancer: id}, "2020-01-01T00:00:00Z"))
		_, err = marketplace.Ask(t.Context(), m, statistics.FreelancerStatsOf(id))
		require.NoError(t, err)
	}
}

func TestClosed(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	_, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
	require.NoError(t, m.Close())
	require.NoError(t, m.Close())
	_, err = m.Do(t.Context(), aggregate.RegisterClient{Client: uuid.New()})
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.ErrorIs(t, err, store.ErrClosed)
	_, err = m.Import(t.Context(), nil, marketplace.ImportOptions{})
	require.ErrorIs(t, err, store.ErrClosed)
}

func TestCancelled(t *testing.T) {
	m := markettest.On(t, markettest.NewLog())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := m.Do(ctx, aggregate.RegisterClient{Client: uuid.New()})
	require.ErrorIs(t, err, context.Canceled)
	_, err = marketplace.Ask(ctx, m, statistics.FullReport())
	require.ErrorIs(t, err, context.Canceled)
}

func TestOptions(t *testing.T) {
	for name, o := range map[string]marketplace.Options{
		"attempts": {Attempts: -1},
		"cache":    {CachedAggregates: -1},
		"workers":  {Workers: -1},
		"terms":    {Terms: aggregate.Terms{InviteDays: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := marketplace.New(memory.New(), o)
			require.Error(t, err)
		})
	}
}
