package eventstoredb

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
)

// supervisor owns the connection: one goroutine connects, watches, and
// replaces what is dead, so that however many calls meet the failure there is
// one replacement. Calls borrow the connection and tell what they suspect.
type supervisor struct {
	target  *target
	log     *slog.Logger
	backoff backoff
	suspect chan suspicion
	first   chan struct{} // closed after the first attempt to connect
	done    chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex
	link    *link // nil while there is none
	links   map[*link]struct{}
	changed chan struct{} // closed, and made anew, with every attempt's end
	attempt int           // failed attempts in a row
	refused error         // the last attempt was refused: waiting will not help
	logins  logins        // that were refused
	health  Health
	closed  bool
}

// suspicion is a call's news of its link.
type suspicion struct {
	link *link
	hint string // where the leader is, if a follower said it
}

func newSupervisor(t *target, o Options) *supervisor {
	return &supervisor{
		target:  t,
		log:     o.Logger,
		backoff: backoff{first: time.Duration(t.DiscoveryInterval) * time.Millisecond, most: o.MaxBackoff},
		logins:  logins{retryFor: o.LoginRetryFor},
		suspect: make(chan suspicion, 1),
		first:   make(chan struct{}),
		done:    make(chan struct{}),
		links:   map[*link]struct{}{},
		changed: make(chan struct{}),
		health:  Health{Since: time.Now()},
	}
}

// run connects and keeps connected until the context ends.
func (s *supervisor) run(ctx context.Context) {
	defer close(s.done)
	firstTry, hint := sync.OnceFunc(func() { close(s.first) }), ""
	failures, moves := 0, 0 // in a row
	defer firstTry()
	for ctx.Err() == nil {
		conn, address, err := s.target.discover(ctx, hint)
		if ctx.Err() != nil {
			if err == nil {
				_ = conn.Close() // nobody has used it
			}
			return
		}
		if err != nil {
			failures++
			hint = ""          // if there was one, it was no help
			if s.failed(err) { // it is doubtful
				pause(s.backoff.delay(failures), ctx.Done(), nil)
				continue
			}
		} else {
			l := newLink(address, conn)
			begun := time.Now()
			s.connected(l)
			firstTry()
			hint, err = s.watch(ctx, l)
			if ctx.Err() != nil {
				return // close will close the link
			}
			s.lost(l, err)
			if time.Since(begun) > s.backoff.most {
				failures, moves = 0, 0
				continue
			}
			if hint != "" {
				moves++
			}
			if hint != "" && moves == 1 {
				continue
			}
			// A node that accepts and hangs up is not asked in a tight loop, and
			// neither are two that each name the other as leader.
			failures++
		}
		firstTry()
		pause(s.backoff.delay(failures), ctx.Done(), nil)
	}
}

// watch returns when the link is to be replaced: it broke, or a call's
// suspicion proved right. A hint says where to go.
func (s *supervisor) watch(ctx context.Context, l *link) (hint string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	broken := make(chan struct{})
	go func() {
		defer close(broken)
		// A call may have gone well before the connection says it is ready.
		for l.main.GetState() == connectivity.Connecting && l.main.WaitForStateChange(ctx, connectivity.Connecting) {
		}
		// Left alone, a connection that breaks would come back by itself, and
		// nobody would know that there had been a break.
		if l.main.GetState() == connectivity.Ready {
			l.main.WaitForStateChange(ctx, connectivity.Ready)
		}
	}()
	defer func() { cancel(); <-broken }()
	for {
		select {
		case <-broken:
			return "", errBroken
		case <-ctx.Done():
			return "", ctx.Err()
		case of := <-s.suspect:
			if of.link != l {
				continue // of a link before this one
			}
			if of.hint != "" && of.hint != l.address {
				return of.hint, errNotLeader
			}
			if err := s.examine(ctx, l); err != nil {
				return "", err
			}
		}
	}
}

var (
	errBroken    = errors.New("the connection broke")
	errNotLeader = errors.New("the node no longer leads the cluster")
	errMoved     = errors.New("the cluster recommends another node")
)

// examine finds out whether a link that somebody suspects is still the right
// one: it answers, and the cluster still recommends its node.
func (s *supervisor) examine(ctx context.Context, l *link) error {
	if err := s.target.probe(ctx, l.main); err != nil {
		return rpcError(err)
	}
	if !s.target.gossip || !s.target.leader() {
		return nil // any node will do, and this one answers
	}
	best, err := s.target.recommended(ctx, l.address)
	if err == nil && best != l.address {
		return errMoved
	}
	return nil
}

func (s *supervisor) connected(l *link) {
	s.mu.Lock()
	s.link, s.refused, s.attempt, s.logins.since = l, nil, 0, time.Time{}
	s.links[l] = struct{}{}
	if s.health.Connections > 0 {
		s.health.Replacements++
	}
	s.health.Connections++
	s.health.Connected, s.health.Node, s.health.Since = true, l.address, time.Now()
	s.announce()
	s.mu.Unlock()
	s.log.Info("eventstoredb: connected", "node", l.address)
}

// failed tells that an attempt to connect failed, and reports whether a refusal
// is doubtful: then those who want a connection go on waiting.
func (s *supervisor) failed(err error) (doubtful bool) {
	s.mu.Lock()
	s.attempt++
	n := s.attempt
	if doubtful = s.logins.doubtful(err, time.Now()); doubtful {
		s.refused = nil
	} else {
		s.refused = refusal(err)
	}
	s.health.LastError = s.unreachable(err)
	s.announce()
	s.mu.Unlock()
	s.log.Warn("eventstoredb: cannot connect", "nodes", s.target.nodes(), "attempt", n, "error", err)
	return doubtful
}

func (s *supervisor) lost(l *link, err error) {
	s.mu.Lock()
	s.link = nil
	s.health.Connected, s.health.Since = false, time.Now()
	s.health.LastError = s.unreachable(err)
	conns := l.retire()
	if conns != nil {
		delete(s.links, l)
	}
	s.announce()
	s.mu.Unlock()
	closeAll(conns)
	s.log.Warn("eventstoredb: connection lost", "node", l.address, "error", err)
}

// announce wakes who waits. The caller holds the lock.
func (s *supervisor) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// suspects tells the goroutine that a call failed on the link. If it has
// another suspicion to look into, that one will do.
func (s *supervisor) suspects(l *link, hint string) {
	select {
	case s.suspect <- suspicion{l, hint}:
	default:
	}
}

// close closes every connection, after the goroutine has ended, and so ends the
// calls. Closing again does nothing.
func (s *supervisor) close() {
	<-s.done
	s.mu.Lock()
	var conns []*grpc.ClientConn
	for l := range s.links {
		l.retire()
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
