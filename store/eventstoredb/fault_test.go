package eventstoredb_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

var seeds = flag.Uint64("seeds", 1, "how many seeds of faults to run the conformance suite under")

// everything is a plan of all faults that a server can have, by a seed.
func everything(seed uint64) esdbtest.Plan {
	return esdbtest.Plan{
		Seed: seed, Refuse: 20, Delay: 20, Drop: 40, Cut: 20, Duplicate: 60,
		LoseReply: 40, AbortReply: 40, DuplicateWrite: 40, ChangeLeader: 10, MaxMessages: 40,
	}
}

// The whole suite passes on a server whose calls fail in every way, a quarter
// of them, with one thing settled outside: appends with store.Any, which the
// adapter must not repeat, are made with the revision at hand.
func TestConformanceUnderFaults(t *testing.T) {
	for seed := range *seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			storetest.Run(t, storetest.Config{Open: func(tb testing.TB) store.Store {
				server := esdbtest.Start(tb, esdbtest.WithNodes(3), esdbtest.WithConfig(large))
				server.Faults().Plan(everything(seed))
				s, err := eventstoredb.Open(tb.Context(), quickly(server), quick())
				require.NoError(tb, err)
				return &exact{Store: s, last: map[string]store.Expected{}}
			}})
		})
	}
}

// exact makes appends that expect nothing expect what is there.
type exact struct {
	store.Store
	mu   sync.Mutex
	last map[string]store.Expected // revisions seen, by stream
}

func (e *exact) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if w.Expected != store.Any || store.Validate(w) != nil {
		return e.Store.Append(ctx, w)
	}
	e.mu.Lock()
	have, known := e.last[w.Stream]
	e.mu.Unlock()
	if !known {
		have = store.NoStream
	}
	for {
		w.Expected = have
		done, err := e.Store.Append(ctx, w)
		if err == nil {
			e.mu.Lock()
			e.last[w.Stream] = store.Exact(done.Revision)
			e.mu.Unlock()
		}
		if !errors.Is(err, store.ErrConflict) {
			return done, err
		}
		for r, err := range e.ReadStream(ctx, w.Stream, uint64(have+1)) {
			if err != nil {
				return store.Appended{}, err
			}
			have = store.Exact(r.Revision)
		}
	}
}

// What an append answers is what happened, whatever became of the first try.
func TestAppendOfUnknownOutcome(t *testing.T) {
	for name, fault := range map[string]func(*esdbtest.Faults){
		"reply lost after the write":           func(f *esdbtest.Faults) { f.LoseReplies(1) },
		"replies lost five times":              func(f *esdbtest.Faults) { f.LoseReplies(5) },
		"aborted after the write":              func(f *esdbtest.Faults) { f.AbortReplies(2) },
		"written twice":                        func(f *esdbtest.Faults) { f.DuplicateWrites(1) },
		"refused":                              func(f *esdbtest.Faults) { f.Refuse(3) },
		"leader moved between write and reply": func(f *esdbtest.Faults) { f.ChangeLeaderAfter(1) },
		"leader moved before":                  func(f *esdbtest.Faults) { f.ChangeLeader() },
	} {
		for _, tls := range []bool{false, true} {
			simulated(t, fmt.Sprintf("%s, TLS %t", name, tls), func(t *testing.T) {
				options := []esdbtest.Option{onWires(3)}
				if tls {
					options = append(options, esdbtest.WithTLS())
				}
				server := esdbtest.Start(t, options...)
				s := open(t, quickly(server), quick())
				var want []event.Proposed
				for i := range 5 {
					events := storetest.Events(3)
					want = append(want, events...)
					fault(server.Faults())
					done, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Expected(3*i - 1), Events: events})
					require.NoError(t, err)
					require.Equal(t, uint64(3*i+2), done.Revision)
					head, err := s.Head(patience(t))
					require.NoError(t, err)
					require.Equal(t, done.Position, head)

					// Another writer was there: the outcome is that one's.
					fault(server.Faults())
					_, err = s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Expected(3*i - 1), Events: storetest.Events(1)})
					require.ErrorIs(t, err, store.ErrConflict)
				}
				server.Faults().Clear()
				all, err := storetest.All(patience(t), s)
				require.NoError(t, err)
				require.Len(t, all, len(want))
				for i, r := range all {
					require.Equal(t, want[i].ID, r.ID)
					require.Equal(t, uint64(i), r.Revision)
				}
			})
		}
	}
}

// The same for what is hidden by the time of the repetition, and for a stream
// that goes on behind what was deleted softly.
func TestAppendToAStreamThatWasDeleted(t *testing.T) {
	for name, fault := range map[string]func(*esdbtest.Faults){
		"no fault":                   func(f *esdbtest.Faults) {},
		"reply lost after the write": func(f *esdbtest.Faults) { f.LoseReplies(1) },
		"aborted after the write":    func(f *esdbtest.Faults) { f.AbortReplies(2) },
		"written twice":              func(f *esdbtest.Faults) { f.DuplicateWrites(1) },
	} {
		t.Run(name, func(t *testing.T) {
			server := esdbtest.Start(t)
			s := open(t, quickly(server), quick())
			client, err := official(server.ConnectionString())
			require.NoError(t, err)
			defer client.Close()
			first := store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(2)}
			_, err = s.Append(patience(t), first)
			require.NoError(t, err)
			for n := range 3 {
				server.Faults().Clear()
				_, err = client.DeleteStream(t.Context(), "s-1", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
				require.NoError(t, err)
				head, err := s.Head(patience(t))
				require.NoError(t, err)

				fault(server.Faults())
				again, err := s.Append(patience(t), first)
				require.NoError(t, err, "hidden, and written")
				require.Equal(t, uint64(1), again.Revision)
				require.LessOrEqual(t, again.Position, head)

				fault(server.Faults())
				w := store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(2)}
				done, err := s.Append(patience(t), w)
				require.NoError(t, err)
				require.Equal(t, uint64(2*n+3), done.Revision)
				records, err := storetest.Stream(patience(t), s, "s-1")
				require.NoError(t, err)
				require.Len(t, records, 2)
				require.Equal(t, w.Events[0].ID, records[0].ID)
				require.Equal(t, done.Position, records[1].Position)

				_, err = s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
				require.ErrorIs(t, err, store.ErrConflict)
			}
		})
	}
}

// Without an expected revision nothing makes a repetition safe, so there is
// none. That the write was done is seen in the stream.
func TestAppendOfUnknownOutcomeWithAny(t *testing.T) {
	for name, fault := range map[string]func(*esdbtest.Faults){
		"reply lost after the write": func(f *esdbtest.Faults) { f.LoseReplies(1) },
		"aborted after the write":    func(f *esdbtest.Faults) { f.AbortReplies(1) },
	} {
		t.Run(name, func(t *testing.T) {
			server := esdbtest.Start(t)
			s := open(t, quickly(server), quick())
			var want []event.Proposed
			for n := range 3 {
				events := storetest.Events(2)
				want = append(want, events...)
				fault(server.Faults())
				done, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.Any, Events: events})
				require.NoError(t, err)
				require.Equal(t, uint64(2*n+1), done.Revision)
				head, err := s.Head(patience(t))
				require.NoError(t, err)
				require.Equal(t, head, done.Position)
			}
			all, err := storetest.All(patience(t), s)
			require.NoError(t, err)
			require.Len(t, all, len(want))
			for i, r := range all {
				require.Equal(t, want[i].ID, r.ID)
			}
		})
	}
}

// A server that does not answer in time is asked again: EventStoreDB drops a
// request that it cannot answer yet, without a word.
func TestAppendWithoutAnAnswer(t *testing.T) {
	server := esdbtest.Start(t)
	s := open(t, server.ConnectionString()+"&defaultDeadline=50", quick())
	server.Faults().Delay(1, time.Minute)
	done, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(t, err)
	require.Zero(t, done.Revision)
}

// A read that breaks after any number of messages goes on where it was.
func TestReadsResume(t *testing.T) {
	t.Parallel()
	server := esdbtest.Start(t)
	s := open(t, quickly(server), quick())
	events := storetest.Events(40)
	_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
	require.NoError(t, err)
	for name, cut := range map[string]func(int){"dropped": server.Faults().DropAfter, "cut": server.Faults().CutAfter} {
		for k := range 42 {
			for _, read := range []string{"stream", "all"} {
				cut(k)
				var records []event.Record
				if read == "stream" {
					records, err = storetest.Stream(patience(t), s, "s-1")
				} else {
					records, err = storetest.All(patience(t), s)
				}
				require.NoError(t, err, "%s %s after %d", read, name, k)
				require.Len(t, records, len(events), "%s %s after %d", read, name, k)
				server.Faults().Clear()
			}
		}
	}
}

// With a server that stays away, a read that broke is an error and no end.
func TestReadBrokenForGood(t *testing.T) {
	type reader = func(func(event.Record, error) bool)
	for name, read := range map[string]func(context.Context, store.Store) reader{
		"stream": func(ctx context.Context, s store.Store) reader { return reader(s.ReadStream(ctx, "s-1", 0)) },
		"all":    func(ctx context.Context, s store.Store) reader { return reader(s.ReadAll(ctx, store.Span{})) },
	} {
		t.Run(name, func(t *testing.T) {
			server := esdbtest.Start(t, esdbtest.WithConfig(large))
			o := quick()
			o.RetryFor = 1 // no second attempt
			s := open(t, quickly(server), o)
			events := storetest.Events(2000)
			for i := range events { // more than is received ahead
				events[i].Data = fmt.Appendf(nil, `{"text":"%s"}`, strings.Repeat("x", 3<<10))
			}
			_, err := s.Append(patience(t), store.Write{Stream: "s-1", Expected: store.NoStream, Events: events})
			require.NoError(t, err)
			n, last := 0, error(nil)
			for _, err := range read(patience(t), s) {
				if last = err; err == nil {
					n++
				}
				if n == 5 {
					server.Stop()
				}
			}
			require.ErrorIs(t, last, store.ErrUnavailable)
			require.GreaterOrEqual(t, n, 5)
			require.Less(t, n, 2000)
		})
	}
}

// A subscription gets every event once and in order, whatever the server does
// to it, and says that it has caught up only when it has.
func TestSubscriptionUnderFaults(t *testing.T) {
	broken := 0
	for seed := range uint64(4) {
		server := esdbtest.Start(t, esdbtest.WithNodes(3))
		s := open(t, quickly(server), quick())
		server.Faults().Plan(esdbtest.Plan{Seed: seed, Drop: 500, Cut: 200, Duplicate: 200, MaxMessages: 60})
		var wg sync.WaitGroup
		const streams, appends = 3, 40
		for i := range streams {
			wg.Go(func() {
				for n := range appends {
					w := store.Write{Stream: fmt.Sprintf("s-%d", i), Expected: store.Expected(n) - 1, Events: storetest.Events(1)}
					if _, err := s.Append(patience(t), w); err != nil {
						t.Error(err)
					}
				}
			})
		}
		var seen []event.Record
		for n, err := range s.Subscribe(patience(t), 0) {
			require.NoError(t, err)
			if !n.CaughtUp() {
				seen = append(seen, n.Record.Clone())
			} else if len(seen) == streams*appends {
				break
			}
		}
		wg.Wait()
		server.Faults().Clear()
		all, err := storetest.All(patience(t), s)
		require.NoError(t, err)
		require.Equal(t, all, seen)
		injected := server.Faults().Injected()
		broken += injected.Dropped + injected.Cut
	}
	require.NotZero(t, broken)
}
