package readmodeltest

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/market"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
)

// proposed is an event as a host would store it.
func proposed(t testing.TB, e event.Event) event.Proposed {
	t.Helper()
	p, err := event.Marketplace().Encode(uuid.New(), event.Meta{OccurredAt: market.Ends, Actor: event.ActorPlatform,
		CommandID: uuid.New(), CorrelationID: uuid.New(), CausationID: uuid.New()}, e)
	require.NoError(t, err)
	return p
}

func appendTo(t testing.TB, log store.Store, stream string, expected store.Expected, events ...event.Proposed) store.Appended {
	t.Helper()
	done, err := log.Append(t.Context(), store.Write{Stream: stream, Expected: expected, Events: events})
	require.NoError(t, err)
	return done
}

func appendRegistered(t testing.TB, log store.Store) store.Appended {
	t.Helper()
	return appendTo(t, log, event.FreelancerStream(uuid.New()), store.NoStream, proposed(t, &event.FreelancerRegistered{}))
}

// testForeign: the events of streams that are not the marketplace's, whatever they
// are, stop nobody; they are passed over and counted, by the partition 0.
func testForeign(t *testing.T, open Open) {
	log := newLog(t, 3)
	events := 0
	for _, stream := range []string{"orders-1", "blob", "contracts-" + uuid.NewString(), "orders-1"} {
		appendRegistered(t, log)
		appendTo(t, log, stream, store.Any, event.Proposed{ID: uuid.New(), Type: "ContractStarted", Data: []byte(`{"client":7}`), Metadata: []byte(`{}`)})
		events += 2
	}
	last := appendRegistered(t, log)
	events++
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 2)
	var all, foreign uint64
	for i := range 2 {
		r := runner(t, m, log, readmodel.RunnerOptions{Partition: i, NoStatistics: true})
		stop := started(t, r)
		require.NoError(t, r.WaitFor(t.Context(), last.Position))
		require.NoError(t, stop())
		all += r.Status().Events
		if foreign += r.Status().Foreign; i == 0 {
			require.EqualValues(t, 4, foreign)
		}
	}
	require.EqualValues(t, 4, foreign)
	require.EqualValues(t, events, all)
	require.EqualValues(t, 5, mustInteger(t, db, "SELECT count(*) FROM "+db.Dialect().Stable("freelancers")))
}

// testPoison: an event that cannot be taken stops its partition, with its
// position and the reason, also for those who look from elsewhere. What is
// before it is there, what is behind it is not, and nothing is lost: another
// attempt stops at the same place, and when the event is mended the runner goes
// on. Other partitions go on meanwhile.
func testPoison(t *testing.T, open Open) {
	for name, poison := range map[string]func(*testing.T, store.Store, uuid.UUID){
		"undecodable": func(t *testing.T, log store.Store, id uuid.UUID) {
			p := proposed(t, &event.AvailabilityChanged{})
			p.Data = []byte(`{"available":"perhaps"}`)
			appendTo(t, log, event.FreelancerStream(id), store.Exact(0), p)
		},
		"contradiction": func(t *testing.T, log store.Store, id uuid.UUID) {
			appendTo(t, log, event.FreelancerStream(id), store.Exact(0), proposed(t, &event.FreelancerRegistered{}))
		},
		"foreign": func(t *testing.T, log store.Store, id uuid.UUID) {
			appendTo(t, log, event.FreelancerStream(id), store.Exact(0), proposed(t, &event.InviteDeclined{}))
		},
		"stream name": func(t *testing.T, log store.Store, _ uuid.UUID) {
			appendTo(t, log, "freelancerAccount-nobody", store.NoStream, proposed(t, &event.FreelancerRegistered{}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			log, _ := roughLog(t, 5, 1)
			clean := open(t)()
			id := uuid.New()
			for !(projection.Partition{Index: 0, Of: 2}).Has(event.FreelancerStream(id)) {
				id = uuid.New()
			}
			before := appendTo(t, log, event.FreelancerStream(id), store.NoStream, proposed(t, &event.FreelancerRegistered{}))
			poison(t, log, id)
			at, err := log.Head(t.Context())
			require.NoError(t, err)
			after := appendRegistered(t, log)

			db := open(t)()
			m := model(t, db, newClock(market.Ends), 2)
			other := runner(t, m, log, readmodel.RunnerOptions{Partition: 1})
			stop := started(t, other)
			require.NoError(t, other.WaitFor(t.Context(), after.Position), "another partition goes on")
			for range 2 {
				r := runner(t, m, log, readmodel.RunnerOptions{Partition: 0})
				err := r.Run(t.Context())
				require.ErrorIs(t, err, readmodel.ErrStopped)
				var told *fault.Error
				require.ErrorAs(t, err, &told)
				require.EqualValues(t, at, told.Position)
				require.Equal(t, readmodel.Stopped, r.Status().Activity)
				require.ErrorIs(t, r.Status().Err, readmodel.ErrStopped)
				require.NoError(t, r.WaitFor(t.Context(), before.Position))
				require.NoError(t, r.WaitFor(t.Context(), at-1), "nothing of the partition lies between")
				require.ErrorIs(t, r.WaitFor(t.Context(), after.Position), readmodel.ErrStopped)

				all, err := m.Checkpoints(t.Context())
				require.NoError(t, err)
				require.Equal(t, before.Position, all[0].Position)
				require.Equal(t, at, all[0].Stopped)
				require.NotEmpty(t, all[0].Reason)
				require.NoError(t, m.WaitFor(t.Context(), at-1), "nothing of the partition lies between")
				require.ErrorIs(t, m.WaitFor(t.Context(), after.Position), readmodel.ErrStopped)
				require.EqualValues(t, 1, mustInteger(t, db, "SELECT count(*) FROM "+db.Dialect().Stable("freelancers")+" WHERE id = $1", id))
			}
			require.NoError(t, stop())
			follow(t, m, mended{log, at, proposed(t, &event.AvailabilityChanged{})}, 2, readmodel.RunnerOptions{NoStatistics: true})
			follow(t, model(t, clean, newClock(market.Ends), 1), mended{log, at, proposed(t, &event.AvailabilityChanged{})}, 1, readmodel.RunnerOptions{NoStatistics: true})
			require.Equal(t, dump(t, clean, 1), dump(t, db, 1))
		})
	}
}

// mended is a log in which one event is another one.
type mended struct {
	store.Store
	at    event.Position
	event event.Proposed
}

func (m mended) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		for n, err := range m.Store.Subscribe(ctx, after) {
			if err == nil && !n.CaughtUp() && n.Position == m.at {
				rec := *n.Record
				rec.Type, rec.Data = m.event.Type, m.event.Data
				if _, _, _, ok := event.ParseStream(rec.Stream); !ok {
					rec.Stream = "elsewhere-1"
				}
				n.Record = &rec
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

// testGap: events missing before the one that comes stop the runner.
func testGap(t *testing.T, open Open) {
	log, _ := roughLog(t, 6, 1)
	id := uuid.New()
	appendTo(t, log, event.FreelancerStream(id), store.NoStream, proposed(t, &event.FreelancerRegistered{}))
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 1)
	follow(t, m, log, 1, readmodel.RunnerOptions{})
	exec(t, db, "DELETE FROM "+db.Dialect().Table(1, "freelancers"))
	appendTo(t, log, event.FreelancerStream(id), store.Exact(0), proposed(t, &event.AvailabilityChanged{}))
	err := runner(t, m, log, readmodel.RunnerOptions{}).Run(t.Context())
	require.ErrorIs(t, err, readmodel.ErrStopped)
	require.ErrorIs(t, err, projection.ErrGap)
}

// testRunners: of two runners of one partition one works at a time; the other
// is refused, or waits and takes over when the first ends, however it ends.
func testRunners(t *testing.T, open Open) {
	for name, end := range map[string]func(t *testing.T, db readmodel.Database, stop func() error){
		"stopped": func(t *testing.T, _ readmodel.Database, stop func() error) {
			require.NoError(t, stop())
		},
		"killed": func(t *testing.T, db readmodel.Database, _ func() error) { require.NoError(t, db.Close()) },
	} {
		for _, swapped := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				log, _ := roughLog(t, 7, 1)
				reopen := open(t)
				c := newClock(market.Ends)
				one, two := reopen(), reopen()
				if swapped {
					one, two = two, one
				}
				first := runner(t, model(t, one, c, 1), log, readmodel.RunnerOptions{})
				stop := started(t, first)
				head, err := log.Head(t.Context())
				require.NoError(t, err)
				require.NoError(t, first.WaitFor(t.Context(), head))

				err = runner(t, model(t, two, c, 1), log, readmodel.RunnerOptions{NoWait: true}).Run(t.Context())
				require.ErrorIs(t, err, readmodel.ErrLeased)
				second := runner(t, model(t, two, c, 1), log, readmodel.RunnerOptions{})
				started(t, second)
				next := appendRegistered(t, log)
				require.NoError(t, first.WaitFor(t.Context(), next.Position))
				require.Zero(t, second.Status().Position, "it waits")

				end(t, one, stop)
				next = appendRegistered(t, log)
				require.NoError(t, second.WaitFor(t.Context(), next.Position), "it took over")
				require.Less(t, first.Status().Position, next.Position)
			})
		}
	}
}

// testEndedContext: a runner whose context has ended returns nil, whatever the
// context's cause and whatever it was about to do, and is no failure.
func testEndedContext(t *testing.T, open Open) {
	log, _ := roughLog(t, 8, 1)
	m := model(t, open(t)(), newClock(market.Ends), 1)
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the host goes home"))
	before := runner(t, m, log, readmodel.RunnerOptions{})
	require.NoError(t, before.Run(ended), "before it begins")
	require.Equal(t, readmodel.Stopped, before.Status().Activity)
	require.NoError(t, before.Status().Err)

	first := runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true})
	stop := started(t, first)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, first.WaitFor(t.Context(), head))
	standing, cancel := context.WithCancelCause(t.Context())
	second := runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true, Logger: slog.New(calls{slog.DiscardHandler, func() {
		cancel(errors.New("the host goes home"))
	}})})
	require.NoError(t, second.Run(standing), "while it waits for another to end")
	require.NoError(t, stop(), "while it follows")
	require.NoError(t, first.Status().Err)
	require.ErrorIs(t, first.WaitFor(t.Context(), head+1), readmodel.ErrStopped)
}

// calls is a log handler that calls when something is said.
type calls struct {
	slog.Handler
	call func()
}

func (c calls) Enabled(context.Context, slog.Level) bool { return true }

func (c calls) Handle(context.Context, slog.Record) error {
	c.call()
	return nil
}

// testFenced: a runner whose checkpoint another has moved writes nothing more.
func testFenced(t *testing.T, open Open) {
	log, _ := roughLog(t, 8, 1)
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 1)
	r := runner(t, m, log, readmodel.RunnerOptions{NoStatistics: true})
	ended := make(chan error, 1)
	go func() { ended <- r.Run(t.Context()) }()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.WaitFor(t.Context(), head))
	require.ErrorIs(t, r.Run(t.Context()), projection.ErrBusy)
	exec(t, db, "UPDATE "+db.Dialect().Table(1, "checkpoints")+" SET position = position + 1") // nobody reads from there
	before := dump(t, db, 1)
	appendRegistered(t, log)
	require.ErrorIs(t, <-ended, readmodel.ErrFenced)
	require.Equal(t, before, dump(t, db, 1))
}

// testNotForThisRunner: a read model of another number of partitions, or of
// another schema, is refused.
func testNotForThisRunner(t *testing.T, open Open) {
	log, _ := roughLog(t, 9, 1)
	db := open(t)()
	m := model(t, db, newClock(market.Ends), 2)
	follow(t, m, log, 2, readmodel.RunnerOptions{})
	require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{Partition: 2}).Run(t.Context()), readmodel.ErrOtherPartitions)
	_, err := m.NewRunner(log, readmodel.RunnerOptions{Partition: -1})
	require.ErrorIs(t, err, readmodel.ErrOtherPartitions)
	_, err = readmodel.New(db, readmodel.Options{Partitions: 1025})
	require.ErrorIs(t, err, readmodel.ErrOtherPartitions)

	// One that is divided otherwise than it is said to be has runners that miss some.
	otherwise := model(t, db, newClock(market.Ends), 3)
	require.ErrorIs(t, runner(t, otherwise, log, readmodel.RunnerOptions{}).Run(t.Context()), readmodel.ErrOtherPartitions)
	follow(t, model(t, db, newClock(market.Ends), 0), log, 2, readmodel.RunnerOptions{NoStatistics: true})

	exec(t, db, "UPDATE "+db.Dialect().Stable("model_versions")+" SET schema = 99")
	require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{}).Run(t.Context()), readmodel.ErrNewerSchema)
	_, err = statistics.Ask(t.Context(), m, statistics.FullReport(), market.Ends, preset(t, statistics.DefaultPolicy))
	require.ErrorIs(t, err, readmodel.ErrNewerSchema)
	exec(t, db, "INSERT INTO "+db.Dialect().Stable("model_migrations")+" (number, applied_at) SELECT 99, applied_at FROM "+db.Dialect().Stable("model_migrations"))
	require.ErrorIs(t, runner(t, m, log, readmodel.RunnerOptions{}).Run(t.Context()), readmodel.ErrNewerSchema)
}
