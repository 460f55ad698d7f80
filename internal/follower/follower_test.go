package follower_test

import (
	"bytes"
	"context"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/markettest"
	"github.com/marketcore/marketplace/statistics"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/memory"
	"github.com/marketcore/marketplace/store/storetest"
)

// logWith is a log of some clients, each of whom is an event.
func logWith(t *testing.T, log store.Store, clients ...uuid.UUID) store.Store {
	m, err := marketplace.New(log, marketplace.Options{AllowFuture: true}) // not closed, for the log goes on; synctest's clock is behind
	require.NoError(t, err)
	for _, id := range clients {
		_, err := m.Do(t.Context(), aggregate.RegisterClient{Client: id}, marketplace.CommandID(id), marketplace.At(event.MustParseTime("2020-01-01T00:00:00Z").Std()))
		require.NoError(t, err)
	}
	return log
}

// A model of one log answers no question about another: it says so, with a code,
// and does not wait for events that never come.
func TestAnotherLogInItsPlace(t *testing.T) {
	ids := make([]uuid.UUID, 9)
	for i := range ids {
		ids[i] = uuid.New()
	}
	for name, other := range map[string]store.Store{
		"an older copy":                    logWith(t, markettest.NewLog(), ids[:2]...),
		"an empty one":                     markettest.NewLog(),
		"a shorter one":                    logWith(t, markettest.NewLog(), ids[4:6]...),
		"one with other names":             logWith(t, storetest.Strict(memory.New(), 8), ids...),
		"a longer one with the same names": logWith(t, markettest.NewLog(), ids[1:]...),
	} {
		t.Run(name, func(t *testing.T) {
			log := logWith(t, markettest.NewLog(), ids[:4]...)
			s := storetest.NewReplaced(log)
			m := markettest.On(t, s)
			report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
			require.NoError(t, err)
			require.Len(t, report.Clients, 4)
			s.Replace(other)
			for err == nil && t.Context().Err() == nil { // what was known before it came may be told
				if report, err = marketplace.Ask(t.Context(), m, statistics.FullReport()); err == nil {
					require.Len(t, report.Clients, 4)
				}
			}
			for range 2 {
				require.ErrorIs(t, err, store.ErrUnknownPosition)
				require.Equal(t, "unknown_position", fault.Code(err))
				_, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
			}
		})
	}
}

// Nor does it where the other log comes between what was read and the subscription
// to what follows.
func TestAnotherLogBeforeTheSubscription(t *testing.T) {
	ids := make([]uuid.UUID, 9)
	for i := range ids {
		ids[i] = uuid.New()
	}
	s := storetest.NewReplaced(logWith(t, markettest.NewLog(), ids[:4]...))
	other := logWith(t, markettest.NewLog(), ids[1:]...)
	m := markettest.On(t, &subscribed{Store: s, before: func() { s.Replace(other) }})
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	for err == nil && t.Context().Err() == nil {
		require.Len(t, report.Clients, 4)
		report, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
	}
	require.ErrorIs(t, err, store.ErrUnknownPosition)
}

// subscribed is a log to which something happens right before the first subscription.
type subscribed struct {
	store.Store
	once   sync.Once
	before func()
}

func (s *subscribed) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	s.once.Do(s.before)
	return s.Store.Subscribe(ctx, after)
}

// A log that was empty when it was first read is known by what it got then.
func TestAnotherLogThanTheEmptyOne(t *testing.T) {
	log := markettest.NewLog()
	s := storetest.NewReplaced(log)
	m := markettest.On(t, s)
	_, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
	logWith(t, log, uuid.New(), uuid.New())
	report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.NoError(t, err)
	require.Len(t, report.Clients, 2)
	s.Replace(logWith(t, markettest.NewLog(), uuid.New(), uuid.New(), uuid.New()))
	_, err = marketplace.Ask(t.Context(), m, statistics.FullReport())
	require.ErrorIs(t, err, store.ErrUnknownPosition)
}

// The first event of a log may come while the log is read for the first time: the
// log is known by it, and not by one that comes later.
func TestFirstEventWhileReading(t *testing.T) {
	log, filled := markettest.NewLog(), make(chan struct{})
	s := storetest.NewReplaced(&filling{Store: log, fill: func() {
		logWith(t, log, uuid.New(), uuid.New())
		close(filled)
	}})
	m := markettest.On(t, s)
	clients := func() int {
		report, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
		require.NoError(t, err)
		return len(report.Clients)
	}
	clients() // which begins to read
	<-filled
	require.Equal(t, 2, clients())
	logWith(t, log, uuid.New())
	require.Equal(t, 3, clients())
	s.Replace(log) // the connection breaks, and the log is the same
	logWith(t, log, uuid.New())
	require.Equal(t, 4, clients())
}

// filling is an empty log that is filled when it has been read once.
type filling struct {
	store.Store
	once sync.Once
	fill func()
}

func (f *filling) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		f.Store.ReadAll(ctx, span)(yield)
		f.once.Do(f.fill)
	}
}

// Who asks while the log is away waits, and the host's log says once that they do
// and once that they go on.
func TestReadModelSaysThatItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		s := storetest.NewFaulty(logWith(t, markettest.NewLog(), uuid.New(), uuid.New()))
		m, err := marketplace.New(s, marketplace.Options{Logger: slog.New(slog.NewTextHandler(&logged, nil))})
		require.NoError(t, err)
		defer m.Close()
		s.CutReads(25, 0)
		report, err := marketplace.Ask(t.Context(), m, statistics.FullReport(), marketplace.AsOf(event.Never.Std()))
		require.NoError(t, err)
		require.Len(t, report.Clients, 2)
		synctest.Wait() // the subscription is told of
		require.Equal(t, 1, strings.Count(logged.String(), "the read model waits and tries again"), logged.String())
		require.Contains(t, logged.String(), "the read model goes on")
		require.Equal(t, 2, strings.Count(logged.String(), "\n"), logged.String())
	})
}

// What no other attempt mends is told at once.
func TestReadModelDoesNotWaitForGood(t *testing.T) {
	for _, final := range []error{
		store.ErrUnavailable.With(store.ErrRefused, ""), store.ErrCorrupt, store.ErrNotALog, store.ErrNewerFormat,
	} {
		m := markettest.On(t, unreadable{logWith(t, markettest.NewLog(), uuid.New()), final})
		_, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
		require.ErrorIs(t, err, final)
	}
}

// Who waits for the model when it is closed is told just that, and not that time ran
// out: to ask again is of no use.
func TestClosedWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := marketplace.New(silent{logWith(t, memory.New(), uuid.New())}, marketplace.Options{})
		require.NoError(t, err)
		asked := make(chan error, 1)
		go func() {
			_, err := marketplace.Ask(t.Context(), m, statistics.FullReport())
			asked <- err
		}()
		synctest.Wait()
		require.NoError(t, m.Close())
		err = <-asked
		require.ErrorIs(t, err, store.ErrClosed)
		require.False(t, fault.Passing(err))
	})
}

// silent is a log that gives nothing when it is read.
type silent struct{ store.Store }

func (silent) ReadAll(ctx context.Context, _ store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		<-ctx.Done()
		yield(event.Record{}, store.Cancelled(ctx))
	}
}

// unreadable is a log that cannot be read.
type unreadable struct {
	store.Store
	err error
}

func (s unreadable) ReadAll(context.Context, store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) { yield(event.Record{}, s.err) }
}
