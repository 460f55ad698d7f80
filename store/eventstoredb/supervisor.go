package eventstoredb

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/marketcore/marketplace/internal/backoff"
)

// supervisor owns the connection: one goroutine connects, watches, and
// replaces what is dead, so that however many calls meet the failure there is
// one replacement. Calls borrow the connection and tell what they suspect.
type supervisor struct {
	// Set by newSupervisor for good.
	target   *target
	log      *slog.Logger
	backoff  backoff.Backoff
	silence  time.Duration // without an answer, until a node is examined
	beat     time.Duration // see Options.SuspectAfter
	wake     chan struct{} // there is a suspicion or a hint; sent by calls, received by run
	first    chan struct{} // closed by run after the first attempt to connect
	firstTry func()        // closes first
	done     chan struct{} // closed by run when it has ended

	mu sync.Mutex // over all that follows

	// Written by the goroutine of run and by Close after its end, read by calls.
	link    *link         // nil while there is none
	changed chan struct{} // closed, and made anew, with every attempt's end
	newer   chan struct{} // closed, and made anew, with every connection
	attempt int           // failed attempts in a row
	refused error         // the last attempt was refused: waiting will not help
	health  Health
	closed  bool

	// Of run and of what it runs to search and to examine.
	members []string // of the cluster, when one was last asked
	told    string   // why the last attempt failed, as it was logged
	logins  logins   // that were refused

	// Written by calls and by run.
	links   map[*link]struct{}   // link, and older ones that calls still use
	hint    string               // where a node that does not lead says that the leader is
	deposed map[string]time.Time // nodes that have said that they do not lead
}

func newSupervisor(t *target, o Options) *supervisor {
	s := &supervisor{
		target:  t,
		log:     o.Logger,
		backoff: backoff.Backoff{First: time.Duration(t.DiscoveryInterval) * time.Millisecond, Last: o.MaxBackoff},
		silence: o.SuspectAfter,
		beat:    o.SuspectAfter / 4,
		wake:    make(chan struct{}, 1),
		logins:  logins{retryFor: o.LoginRetryFor},
		first:   make(chan struct{}),
		done:    make(chan struct{}),
		links:   map[*link]struct{}{},
		deposed: map[string]time.Time{},
		changed: make(chan struct{}),
		newer:   make(chan struct{}),
		health:  Health{Since: time.Now()},
	}
	s.firstTry = sync.OnceFunc(func() { close(s.first) })
	return s
}

// run connects and keeps connected until the context ends.
func (s *supervisor) run(ctx context.Context) {
	defer close(s.done)
	defer s.firstTry()
	var next node         // from a watch that has found one
	failures := 0         // links in a row that did not last
	var followed []string // hints of that row
	for {
		if next.conn == nil {
			var err error
			if next, err = s.find(ctx); err != nil {
				return
			}
		}
		l, begun := newLink(next.address, next.conn), time.Now()
		s.connected(l)
		s.firstTry()
		w := watch{of: s, link: l}
		end := w.run(ctx)
		if ctx.Err() != nil {
			return // close will close the link
		}
		s.lost(l, end)
		next = end.next
		if failures++; time.Since(begun) > s.backoff.Last {
			failures, followed = 0, nil
		}
		if next.conn != nil || failures == 0 {
			continue
		}
		if hint := s.hinted(); hint != "" && len(followed) < maxHints && !slices.Contains(followed, hint) {
			followed = append(followed, hint)
			continue
		}
		s.rest(ctx, failures)
	}
}

// hinted is where to look for the leader first. A hint is followed at once, but
// only once: it may lead nowhere, and so back to the node that gave it.
func (s *supervisor) hinted() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hint
}

// rest keeps a node that accepts and hangs up from being asked in a tight loop.
func (s *supervisor) rest(ctx context.Context, failures int) {
	d := s.backoff.Delay(failures)
	if s.target.gossip {
		d = min(d, s.beat)
	}
	backoff.Sleep(d, ctx.Done(), s.wake)
}

// Why a link is given up.
var (
	errBroken    = errors.New("the connection broke")
	errNotLeader = errors.New("the node no longer leads the cluster")
	errMoved     = errors.New("the cluster recommends another node")
)

func (s *supervisor) connected(l *link) {
	s.mu.Lock()
	if l.heir = s.health.Connections > 0; l.heir {
		s.health.Replacements++
	}
	s.link, s.refused, s.attempt, s.hint, s.told = l, nil, 0, "", ""
	s.logins.reset()
	s.links[l] = struct{}{}
	close(s.newer)
	s.newer = make(chan struct{})
	s.health.Connections++
	s.health.Connected, s.health.Node, s.health.Since = true, l.address, time.Now()
	s.announce()
	s.mu.Unlock()
	s.log.Info("eventstoredb: connected", "node", l.address)
}

// failed tells how a search stands that has found nothing. What the cluster
// answered, but for a leader, is no attempt that counts for maxDiscoverAttempts.
func (s *supervisor) failed(err error, counts bool) {
	s.mu.Lock()
	if counts {
		s.attempt++
	}
	n := s.attempt
	news := counts || err.Error() != s.told
	s.told, s.refused = err.Error(), nil
	doubtful := s.logins.doubtful(err, time.Now())
	if !doubtful {
		s.refused = refusal(err)
	}
	s.health.LastError = s.unreachable(err)
	s.announce()
	s.mu.Unlock()
	if !doubtful { // those who want a connection go on waiting
		s.firstTry()
	}
	if news {
		s.log.Warn("eventstoredb: cannot connect", "nodes", s.target.nodes(), "attempts", n, "error", err)
	}
}

func (s *supervisor) lost(l *link, end ending) {
	grace := s.beat // for answers that are on their way
	if end.silent {
		grace = 0
	}
	s.mu.Lock()
	s.link = nil
	s.health.Connected, s.health.Since = false, time.Now()
	s.health.LastError = s.unreachable(end.err)
	conns := l.retire(grace)
	if l.calls == 0 {
		delete(s.links, l)
	}
	s.announce()
	s.mu.Unlock()
	closeAll(conns)
	s.log.Warn("eventstoredb: connection lost", "node", l.address, "error", end.err)
}

// another is closed when there is another connection than that, nil for the one
// that there is.
func (s *supervisor) another(than *link) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if than != nil && s.link != nil && s.link != than {
		return closed
	}
	return s.newer
}

// closed is a channel that is.
var closed = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// announce wakes who waits. The caller holds the lock.
func (s *supervisor) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// suspects tells the goroutine that a call failed on the link, which nobody is
// lent until it was examined.
func (s *supervisor) suspects(l *link, v verdict) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.led {
		s.depose(l.address)
	}
	if s.link != l && s.link != nil {
		return // it is another one by now
	}
	hinted := v.leader != "" && v.leader != l.address && !s.isDeposed(v.leader)
	if hinted {
		s.hint = v.leader
	}
	if s.link == l {
		l.suspected, l.cause = true, v.err
	} else if !hinted {
		return
	}
	select {
	case s.wake <- struct{}{}:
	default: // it has not looked yet
	}
}

// takeHint is where to look for the leader first, once.
func (s *supervisor) takeHint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	hint := s.hint
	s.hint = ""
	return hint
}

// depose remembers that a node has said that it does not lead.
func (s *supervisor) depose(address string) {
	maps.DeleteFunc(s.deposed, func(a string, _ time.Time) bool { return !s.isDeposed(a) })
	s.deposed[address] = time.Now()
}

func (s *supervisor) isDeposed(address string) bool {
	at, said := s.deposed[address]
	return said && time.Since(at) < s.silence/2
}

// denied reports whether a node of a cluster has just said that it does not
// lead: whoever names it then is behind.
func (s *supervisor) denied(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.target.gossip && s.isDeposed(address)
}

// close closes every connection, after the goroutine has ended, and so ends the
// calls. Closing again does nothing.
func (s *supervisor) close() {
	<-s.done
	s.mu.Lock()
	var conns []*grpc.ClientConn
	for l := range s.links {
		l.gone = true
		conns = append(conns, l.conns()...)
	}
	clear(s.links)
	if !s.closed {
		s.closed, s.link = true, nil
		s.health.Connected, s.health.Since = false, time.Now()
		s.announce()
	}
	s.mu.Unlock()
	closeAll(conns)
}
