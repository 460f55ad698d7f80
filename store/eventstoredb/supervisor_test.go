package eventstoredb_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// patience ends when a test has waited too long.
func patience(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually waits until a condition holds, in the test's own goroutine, so
// that the condition may count goroutines.
func eventually(t *testing.T, condition func() bool, what string, args ...any) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for ctx := patience(t); !condition(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("never: "+what, args...)
		}
	}
}

// A server that is not there when the store is opened, and comes later. The
// official client is dead for ever by then (B1).
func TestServerUpLater(t *testing.T) {
	server := esdbtest.Start(t)
	server.Stop()
	s := open(t, quickly(server), quick())
	require.False(t, s.Health().Connected)
	require.ErrorIs(t, s.Health().LastError, store.ErrUnavailable)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := s.Append(patience(t), store.Write{Stream: fmt.Sprintf("s-%d", i), Expected: store.NoStream, Events: storetest.Events(1)})
			if err != nil {
				t.Error(err)
			}
		})
	}
	require.NoError(t, server.Restart())
	wg.Wait()
	require.True(t, s.Health().Connected)
	require.Equal(t, server.Addr(), s.Health().Node)
	require.Zero(t, s.Health().Replacements)
}

// A subscription goes on for ever, however short the patience of calls is, also
// one that has a position to go on from.
func TestSubscriptionOutlivesAnOutage(t *testing.T) {
	server := esdbtest.Start(t)
	o := quick()
	o.RetryFor = 1
	s := open(t, server.ConnectionString()+"&discoveryInterval=1&maxDiscoverAttempts=1", o)
	writer := open(t, quickly(server), quick())
	done, err := writer.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	stopped := false
	var comesBack sync.WaitGroup
	defer comesBack.Wait()
	for n, err := range s.Subscribe(patience(t), done.Position) {
		require.NoError(t, err)
		if n.CaughtUp() && !stopped {
			server.Stop()
			eventually(t, func() bool { return !s.Health().Connected }, "the outage is noticed")
			_, err := s.Head(patience(t))
			require.Error(t, err, "a call has given up")
			stopped = true
			comesBack.Go(func() {
				if err := server.Restart(); err != nil {
					t.Error(err)
				}
				if _, err := writer.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Exact(0), Events: storetest.Events(1)}); err != nil {
					t.Error(err)
				}
			})
		}
		if !n.CaughtUp() {
			require.Equal(t, uint64(1), n.Record.Revision)
			break
		}
	}
}

// 50 callers with a deadline while the server is down all come back in time.
// Of the official client's callers all but one block for ever (B2, B3).
func TestCallersWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := esdbtest.Start(t, onWires(1))
		s := open(t, quickly(server), quick())
		_, err := s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
		require.NoError(t, err)
		server.Stop()
		eventually(t, func() bool { return strings.Contains(fmt.Sprint(s.Health().LastError), "refused") }, "the supervisor looks for the server")
		before := runtime.NumGoroutine()
		const limit = 100 * time.Millisecond
		var wg sync.WaitGroup
		var late atomic.Int64
		for i := range 50 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				begun := time.Now()
				err := errors.New("no call")
				switch i % 5 {
				case 0:
					_, err = s.Append(ctx, store.Write{Stream: "s-1", Expected: store.Exact(0), Events: storetest.Events(1)})
				case 1:
					_, err = s.Head(ctx)
				case 2:
					_, err = storetest.Stream(ctx, s, "s-1")
				case 3:
					_, err = storetest.All(ctx, s)
				case 4:
					for _, err = range s.Subscribe(ctx, 0) {
					}
				}
				if !errors.Is(err, store.ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
					t.Error(i, err)
				}
				if took := time.Since(begun); took > limit {
					late.Store(int64(took))
				}
			})
		}
		wg.Wait()
		require.Zero(t, late.Load(), "%s", time.Duration(late.Load()))
		eventually(t, func() bool { return runtime.NumGoroutine() <= before }, "the calls leave no goroutine")
	})
}

// Without a deadline, calls end after RetryFor or maxDiscoverAttempts.
func TestCallsGiveUp(t *testing.T) {
	for name, c := range map[string]struct {
		settings string
		retryFor time.Duration
	}{
		"after RetryFor":            {"&discoveryInterval=2&maxDiscoverAttempts=1000000", 20 * time.Millisecond},
		"after maxDiscoverAttempts": {"&discoveryInterval=2&maxDiscoverAttempts=3", time.Hour},
	} {
		simulated(t, name, func(t *testing.T) {
			server := esdbtest.Start(t, onWires(1))
			server.Stop()
			o := quick()
			o.RetryFor = c.retryFor
			s := open(t, server.ConnectionString()+c.settings, o)
			for call, err := range map[string]error{
				"append": func() error {
					_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
					return err
				}(),
				"head":   func() error { _, err := s.Head(patience(t)); return err }(),
				"stream": func() error { _, err := storetest.Stream(patience(t), s, "s-1"); return err }(),
				"all":    func() error { _, err := storetest.All(patience(t), s); return err }(),
			} {
				require.ErrorIs(t, err, store.ErrUnavailable, call)
				require.ErrorContains(t, err, server.Addr(), call)
				require.NotContains(t, err.Error(), "\n")
			}
		})
	}
}

// The server is restarted 20 times under 32 writers and 4 subscribers. No
// acknowledged event is lost, none is written twice, and every subscriber gets
// each event once, in order, from a subscription that resumes by itself.
func TestRestartsUnderLoad(t *testing.T) {
	const restarts, writers, subscribers, size = 20, 32, 4, 3
	server := esdbtest.Start(t)
	goroutines, conns := runtime.NumGoroutine(), server.Connections()
	s, err := eventstoredb.Open(t.Context(), quickly(server), quick())
	require.NoError(t, err)

	var writing, reading sync.WaitGroup
	var acknowledged atomic.Int64
	over := make(chan struct{})
	for i := range writers {
		writing.Go(func() {
			stream := fmt.Sprintf("s-%d", i)
			for expected := store.NoStream; ; expected += size {
				select {
				case <-over:
					return
				default:
				}
				done, err := s.Append(patience(t), store.Write{Stream: stream, Expected: expected, Events: storetest.Events(size)})
				if err != nil || done.Revision != uint64(expected+size) {
					t.Error(stream, expected, done, err)
					return
				}
				acknowledged.Add(size)
			}
		})
	}
	seen := make([][]event.Record, subscribers)
	var target atomic.Int64
	target.Store(-1)
	for i := range subscribers {
		reading.Go(func() {
			for n, err := range s.Subscribe(patience(t), 0) {
				if err != nil {
					t.Error(err)
					return
				}
				if !n.CaughtUp() {
					seen[i] = append(seen[i], n.Record.Clone())
				} else if want := target.Load(); want >= 0 && n.Position >= event.Position(want) {
					return
				}
			}
		})
	}
	for n := range restarts {
		enough := acknowledged.Load() + 2*writers*size
		eventually(t, func() bool { return acknowledged.Load() >= enough }, "writers go on after restart %d", n)
		require.NoError(t, server.Restart())
	}
	close(over)
	writing.Wait()
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	target.Store(int64(head))
	_, err = s.Append(t.Context(), store.Write{Stream: "last-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	reading.Wait()

	// Two restarts in quick succession may be one break.
	eventually(t, func() bool { return s.Health().Replacements >= restarts/2 }, "replacements are counted")
	all, err := storetest.All(t.Context(), s)
	require.NoError(t, err)
	require.Len(t, all, int(acknowledged.Load())+1)
	for _, r := range seen {
		require.Equal(t, all[:len(r)], r)
		require.GreaterOrEqual(t, len(r), int(acknowledged.Load()))
	}
	require.NoError(t, s.Close())
	eventually(t, func() bool { return runtime.NumGoroutine() <= goroutines && server.Connections() == conns },
		"no goroutine and no connection is left")
}

// Closing waits for calls and ends them, whatever they are at. The official
// client panics when it is closed under reads and then loses the connection (B4).
func TestCloseUnderReadsAndOutage(t *testing.T) {
	for range 5 {
		server := esdbtest.Start(t)
		s, err := eventstoredb.Open(t.Context(), quickly(server), quick())
		require.NoError(t, err)
		_, err = s.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(100)})
		require.NoError(t, err)
		var wg sync.WaitGroup
		var started sync.WaitGroup
		for i := range 16 {
			started.Add(1)
			once := sync.OnceFunc(started.Done)
			wg.Go(func() {
				for {
					var err error
					switch i % 3 {
					case 0:
						_, err = storetest.Stream(t.Context(), s, "s-1")
					case 1:
						_, err = storetest.All(t.Context(), s)
					case 2:
						for _, err = range s.Subscribe(t.Context(), 0) {
							once()
						}
					}
					once()
					if errors.Is(err, store.ErrClosed) {
						return
					}
					if err != nil && !errors.Is(err, store.ErrUnavailable) {
						t.Error(err)
						return
					}
				}
			})
		}
		started.Wait()
		wg.Go(server.Stop)
		require.NoError(t, s.Close())
		wg.Wait()
		require.False(t, s.Health().Connected)
	}
}

// Health tells what has happened.
func TestHealth(t *testing.T) {
	server := esdbtest.Start(t)
	begun := time.Now()
	s, err := eventstoredb.Open(t.Context(), quickly(server), quick())
	require.NoError(t, err)
	h := s.Health()
	require.Equal(t, eventstoredb.Health{Connected: true, Node: server.Addr(), Since: h.Since, Connections: 1}, h)
	require.WithinRange(t, h.Since, begun, time.Now())

	server.Stop()
	eventually(t, func() bool { return !s.Health().Connected && s.Health().LastError != nil }, "the break is seen without a call")
	require.ErrorIs(t, s.Health().LastError, store.ErrUnavailable)
	require.True(t, s.Health().Since.After(h.Since))
	require.NoError(t, server.Restart())
	eventually(t, func() bool { return s.Health().Connected }, "and repaired without one")
	require.Equal(t, uint64(1), s.Health().Replacements)
	require.NoError(t, s.Close())
	require.False(t, s.Health().Connected)
	require.ErrorContains(t, s.Health().LastError, server.Addr(), "the last failure, not the closing")
}

// Many calls at once use further connections, so that subscriptions, which
// never end, do not use up the calls that a server answers on one.
func TestManySubscriptionsAndACall(t *testing.T) {
	server := esdbtest.Start(t)
	s := open(t, quickly(server), quick())
	ctx, cancel := context.WithCancel(t.Context())
	var wg, ready sync.WaitGroup
	for range 200 {
		ready.Add(1)
		wg.Go(func() {
			once := sync.OnceFunc(ready.Done)
			for range s.Subscribe(ctx, 0) {
				once()
			}
		})
	}
	ready.Wait()
	require.GreaterOrEqual(t, server.Connections(), 3)
	_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	cancel()
	wg.Wait()
	eventually(t, func() bool { return server.Connections() == 1 }, "further connections are closed when nobody uses them")
}
