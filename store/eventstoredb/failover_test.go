package eventstoredb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/eventstoredb"
	"github.com/marketcore/marketplace/store/storetest"
)

// What a failover may cost after the cluster is well again.
const (
	writesAgain = time.Second     // from when the new leader takes writes until one is done
	callsEnd    = 2 * time.Second // from when the new leader is named until no call of before waits
)

// A leader hangs and wakes, is killed, resigns and is shut down, ten times in a
// row, under writers, readers and followers. Nothing that was acknowledged is
// lost and nothing is written twice, every follower gets each event once and in
// order, no call fails, and none waits for longer than the cluster, whose times
// are those of a real one, simulated.
func TestFailover(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		f := newFailover(t, ctx)
		f.load()
		random := rand.New(rand.NewPCG(7, 11))
		kinds := []func() (elects bool){
			f.hang(1), f.kill, f.resign, f.shutdown, f.hang(0.01), f.nap, f.kill, f.hang(20), f.hang(3), f.shutdown,
		}
		if testing.Short() {
			kinds = kinds[:5]
		}
		for i, kind := range kinds {
			f.sleep(2*time.Second + time.Duration(random.Int64N(int64(8*time.Second))))
			f.strike(i, kind)
		}
		f.compare()
	})
}

// failover is a cluster with a load, and what became of it.
type failover struct {
	*testing.T
	ctx     context.Context
	server  *esdbtest.TestServer
	store   *eventstoredb.Store
	over    chan struct{}
	working sync.WaitGroup // writers and readers
	hearing sync.WaitGroup // followers
	name    string         // of the fault

	mu     sync.Mutex
	calls  map[int]*attempt // without an answer
	ended  []*attempt       // since the last fault
	n      int
	acked  map[uuid.UUID]uint64 // revisions of acknowledged events
	heard  [2][]event.Record
	last   [2]time.Time   // when each follower heard something
	target event.Position // where followers end, when it is known
}

type attempt struct {
	what         string
	begun, ended time.Time
}

const (
	loadWriters = 4
	loadReaders = 3
)

func newFailover(t *testing.T, ctx context.Context) *failover {
	f := &failover{T: t, ctx: ctx, over: make(chan struct{}), calls: map[int]*attempt{}, acked: map[uuid.UUID]uint64{}}
	f.server = esdbtest.Start(t, onWires(3))
	f.store = open(t, f.server.ConnectionString(), eventstoredb.Options{})
	return f
}

// sleep lets the load run.
func (f *failover) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-f.ctx.Done():
	}
}

// load starts those who write, read and follow, and who starts nodes again that
// have ended, as a supervisor of processes does.
func (f *failover) load() {
	for i := range loadWriters {
		f.working.Go(func() { f.write(fmt.Sprintf("s-%d", i)) })
	}
	reads := []func() error{
		func() error { _, err := f.store.Head(f.ctx); return err },
		func() error { _, err := storetest.Stream(f.ctx, f.store, "s-0"); return err },
		func() error { _, err := storetest.All(f.ctx, f.store); return err },
	}
	for i, read := range reads[:loadReaders] {
		f.working.Go(func() {
			for f.going() {
				f.call(fmt.Sprintf("read %d", i), func() error {
					if err := read(); err != nil && !isNotFound(err) {
						return err
					}
					return nil
				})
				f.sleep(time.Second)
			}
		})
	}
	for i := range f.heard {
		f.hearing.Go(func() { f.follow(i) })
	}
	f.working.Go(func() {
		for f.going() {
			for i := range f.server.Nodes() {
				if !f.server.Running(i) {
					f.sleep(time.Second)
					if err := f.server.RestartNode(i); err != nil {
						f.Error(err)
					}
				}
			}
			f.sleep(100 * time.Millisecond)
		}
	})
}

func isNotFound(err error) bool {
	e, ok := err.(*fault.Error)
	return ok && e.Is(store.ErrStreamNotFound)
}

func (f *failover) going() bool {
	select {
	case <-f.over:
		return false
	case <-f.ctx.Done():
		return false
	default:
		return true
	}
}

// call times a call of the load. None may fail.
func (f *failover) call(what string, do func() error) {
	a := &attempt{what: what, begun: time.Now()}
	f.mu.Lock()
	f.n++
	n := f.n
	f.calls[n] = a
	f.mu.Unlock()
	err := do()
	f.mu.Lock()
	a.ended = time.Now()
	delete(f.calls, n)
	f.ended = append(f.ended, a)
	f.mu.Unlock()
	if err != nil {
		f.Errorf("%s, begun %v ago: %v", what, time.Since(a.begun), err)
	}
}

func (f *failover) write(stream string) {
	for expected := store.NoStream; f.going(); expected += 2 {
		events := storetest.Events(2)
		f.call("append", func() error {
			done, err := f.store.Append(f.ctx, store.Write{Stream: stream, Expected: expected, Events: events})
			if err == nil && done.Revision != uint64(expected+2) {
				err = fmt.Errorf("revision %d after %v", done.Revision, expected)
			}
			f.mu.Lock()
			for i := range events {
				f.acked[events[i].ID] = uint64(expected) + 1 + uint64(i)
			}
			f.mu.Unlock()
			return err
		})
		f.sleep(200 * time.Millisecond)
	}
}

func (f *failover) follow(i int) {
	for n, err := range f.store.Subscribe(f.ctx, 0) {
		if err != nil {
			f.Error(err)
			return
		}
		f.mu.Lock()
		if f.last[i] = time.Now(); !n.CaughtUp() {
			f.heard[i] = append(f.heard[i], n.Record.Clone())
		}
		end := f.target != 0 && n.Position >= f.target
		f.mu.Unlock()
		if end {
			return
		}
	}
}

// strike lets a fault happen, waits until the cluster is well and everybody has
// gone on, and tells what it cost.
func (f *failover) strike(i int, kind func() bool) {
	f.mu.Lock()
	f.ended = nil
	f.mu.Unlock()
	f.leader()
	begun := time.Now()
	elects := kind()
	named, ready := time.Now(), time.Now() // of a nap: when it is over
	if elects {
		f.await("a new leader", func() bool { return f.server.Election().Ready.After(begun) })
		named, ready = f.server.Election().Named, f.server.Election().Ready
	}
	f.await("everybody goes on", func() bool { return f.wentOn(ready) })
	all := time.Since(ready)
	f.mu.Lock()
	defer f.mu.Unlock()
	var pending, firstWrite time.Duration
	worst := "none"
	for _, a := range f.ended {
		if a.begun.Before(named) && a.ended.Sub(named) > pending {
			pending, worst = a.ended.Sub(named), a.what
		}
		if d := a.ended.Sub(ready); a.what == "append" && d > 0 && (firstWrite == 0 || d < firstWrite) {
			firstWrite = d
		}
	}
	f.Logf("fault %2d, %-9s named after %6v, ready after %6v; first append %6v after ready; last call of before %6v after named (%s); all went on %6v after ready",
		i, f.name+",", rounded(named.Sub(begun)), rounded(ready.Sub(begun)), rounded(firstWrite), rounded(pending), worst, rounded(all))
	if elects {
		require.LessOrEqual(f, firstWrite, writesAgain, "a write")
		require.LessOrEqual(f, pending, callsEnd, "a call of before")
	}
}

func rounded(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

// wentOn reports whether every writer and follower has got something since, and
// nobody waits since before.
func (f *failover) wentOn(since time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, a := range f.calls {
		if a.begun.Before(since) {
			return false
		}
	}
	for _, at := range f.last {
		if at.Before(since) {
			return false
		}
	}
	return true
}

func (f *failover) await(what string, condition func() bool) {
	f.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-f.ctx.Done():
			f.mu.Lock()
			defer f.mu.Unlock()
			for _, a := range f.calls {
				f.Logf("%s waits for %v", a.what, time.Since(a.begun))
			}
			f.Fatalf("never: %s; %+v; %+v", what, f.server.Election(), f.store.Health())
		}
	}
}

// The kinds of faults. They wait until there is a leader that is ready.

func (f *failover) leader() int {
	f.await("a majority", func() bool {
		if f.server.Leader() < 0 {
			return false
		}
		for i := range f.server.Nodes() {
			if !f.server.Running(i) {
				return false
			}
		}
		return true
	})
	return f.server.Leader()
}

// hang lets the leader wake so much later than the next one was named.
func (f *failover) hang(seconds float64) func() bool {
	return func() bool {
		f.name = fmt.Sprintf("hang %v", seconds)
		begun := time.Now()
		wake := f.server.Faults().Hang(f.leader())
		f.working.Go(func() {
			f.await("a new leader", func() bool { return f.server.Election().Named.After(begun) })
			f.sleep(time.Duration(seconds * float64(time.Second)))
			wake()
		})
		return true
	}
}

// nap lets the leader wake before the others have noticed.
func (f *failover) nap() bool {
	f.name = "nap"
	wake := f.server.Faults().Hang(f.leader())
	f.sleep(3 * time.Second)
	wake()
	return false
}

func (f *failover) kill() bool {
	f.name = "kill"
	f.server.Faults().Kill(f.leader())
	return true
}

func (f *failover) shutdown() bool {
	f.name = "shutdown"
	f.server.Faults().Shutdown(f.leader())
	return true
}

func (f *failover) resign() bool {
	f.name = "resign"
	f.leader()
	f.server.Faults().Resign()
	return true
}

// compare ends the load and looks at what is in the log.
func (f *failover) compare() {
	close(f.over)
	f.working.Wait()
	done, err := f.store.Append(f.ctx, store.Write{Stream: "last-1", Expected: store.NoStream, Events: storetest.Events(2)})
	require.NoError(f, err)
	f.mu.Lock()
	f.target = done.Position
	f.mu.Unlock()
	_, err = f.store.Append(f.ctx, store.Write{Stream: "last-2", Expected: store.NoStream, Events: storetest.Events(1)})
	require.NoError(f, err)
	f.hearing.Wait()
	all, err := storetest.All(f.ctx, f.store)
	require.NoError(f, err)
	require.Len(f, all, len(f.acked)+3, "nothing lost, nothing twice")
	for _, r := range all[:len(all)-3] {
		revision, known := f.acked[r.ID]
		require.True(f, known, "an event that nobody wrote")
		require.Equal(f, revision, r.Revision)
	}
	for _, heard := range f.heard {
		require.Equal(f, all[:len(heard)], heard, "each once and in order")
		require.GreaterOrEqual(f, len(heard), len(all)-1)
	}
	f.Logf("%d events, %d replacements", len(all), f.store.Health().Replacements)
}
