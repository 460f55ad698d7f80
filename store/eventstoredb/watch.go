package eventstoredb

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/connectivity"
)

// watch is the supervisor's care for one link. An examination runs beside
// listening, so a break, a hint or its result ends the watch, whichever comes
// first.
//
// Its fields are of the goroutine of run, which is the supervisor's. The two that
// it starts, for listen and for examine, tell it by broken and examined, and it
// waits for both to end.
type watch struct {
	of       *supervisor
	link     *link
	running  sync.WaitGroup
	broken   chan struct{} // closed by listen's
	examined chan ending   // filled by examine's; nil while none runs
}

// ending is why a link is to be replaced.
type ending struct {
	err    error // nil: it is not
	next   node  // that takes its place, if it is known already
	silent bool  // the node does not answer
}

// looks is how often the supervisor looks at the calls in the time after which
// a silent one is suspicious.
const looks = 4

// run returns when the link is to be replaced or the context has ended.
func (w *watch) run(ctx context.Context) ending {
	ctx, cancel := context.WithCancel(ctx)
	w.broken = make(chan struct{})
	w.running.Go(func() {
		defer close(w.broken)
		w.listen(ctx)
	})
	tick := time.NewTicker(w.of.silence / looks)
	defer tick.Stop()
	for {
		end := w.step(ctx, tick.C)
		if end.err == nil && ctx.Err() == nil {
			continue
		}
		cancel()
		w.running.Wait()
		w.drop()
		return end
	}
}

// step waits for one piece of news.
func (w *watch) step(ctx context.Context, tick <-chan time.Time) ending {
	s := w.of
	select {
	case <-w.broken:
		return ending{err: errBroken}
	case <-ctx.Done():
	case <-tick:
		s.mu.Lock()
		silent := w.link.silent(looks, s.target.KeepAliveInterval >= 0)
		s.mu.Unlock()
		if silent {
			w.examine(ctx)
		}
	case <-s.wake:
		s.mu.Lock()
		hinted, suspected := s.hint != "", w.link.suspected
		s.mu.Unlock()
		if hinted || s.denied(w.link.address) {
			return ending{err: errNotLeader}
		}
		if suspected {
			w.examine(ctx)
		}
	case end := <-w.examined:
		w.examined = nil
		if end.err == nil {
			s.clear(w.link)
		}
		return end
	}
	return ending{}
}

// listen returns when the connection is no longer what it was.
func (w *watch) listen(ctx context.Context) {
	main := w.link.main
	// A call may have gone well before the connection says it is ready.
	for main.GetState() == connectivity.Connecting && main.WaitForStateChange(ctx, connectivity.Connecting) {
	}
	// Left alone, a connection that breaks would come back by itself, and
	// nobody would know that there had been a break.
	if main.GetState() == connectivity.Ready {
		main.WaitForStateChange(ctx, connectivity.Ready)
	}
}

// examine begins an examination, unless one runs.
func (w *watch) examine(ctx context.Context) {
	if w.examined != nil {
		return
	}
	result := make(chan ending, 1)
	w.examined = result
	w.running.Go(func() { result <- w.of.examine(ctx, w.link) })
}

// drop closes what an examination has found that came too late.
func (w *watch) drop() {
	if w.examined == nil {
		return
	}
	if end := <-w.examined; end.next.conn != nil {
		_ = end.next.conn.Close() // nobody has used it
	}
}

// examine finds out whether a link is still the right one: its node answers,
// and the cluster still recommends it. While it does not answer, nobody is lent
// the link, and the others are asked.
func (s *supervisor) examine(ctx context.Context, l *link) ending {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	answered, found := make(chan error, 1), make(chan node, 1)
	running.Go(func() { answered <- s.question(ctx, l) })
	select {
	case err := <-answered:
		return ending{err: err}
	case <-time.After(s.late()):
	}
	s.distrust(l)
	if s.target.gossip {
		running.Go(func() {
			if n, err := s.elsewhere(ctx, l.address); err == nil {
				found <- n
			}
		})
	}
	select {
	case n := <-found:
		return ending{err: errMoved, next: n, silent: true}
	case err := <-answered:
		cancel()
		running.Wait()
		return settled(err, found)
	}
}

// settled is the end of an examination that the node has answered at last, or
// not at all, with what the search has found at the same moment.
func settled(err error, found <-chan node) ending {
	end := ending{err: err, silent: err != nil}
	select {
	case end.next = <-found:
	default:
	}
	if err == nil && end.next.conn != nil {
		_ = end.next.conn.Close() // nobody has used it
		end.next = node{}
	}
	return end
}

// late is when a node has been slow to answer an examination. Where any other
// node is as good, there is no reason to hurry away from this one.
func (s *supervisor) late() time.Duration {
	if s.target.leader() {
		return s.beat
	}
	return s.silence
}

// distrust keeps a link from being lent.
func (s *supervisor) distrust(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.suspected = true
}

// question asks a link's node whether all is well with it.
func (s *supervisor) question(ctx context.Context, l *link) error {
	if err := s.target.probe(ctx, l.main); err != nil {
		return rpcError(err)
	}
	if !s.target.gossip || !s.target.leader() {
		return nil // any node will do, and this one answers
	}
	itself := false
	best, err := s.whom(ctx, l.main, func(address string) bool {
		itself = itself || address == l.address
		return s.denied(address)
	})
	if err != nil || itself {
		return nil // it knows of no other, or of two leaders, of which it is one
	}
	s.mu.Lock()
	s.hint = best
	s.mu.Unlock()
	return errMoved
}

// clear lets the link be lent again.
func (s *supervisor) clear(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.suspected {
		l.suspected = false
		s.announce()
	}
}
