package eventstoredb

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"google.golang.org/grpc"

	"github.com/marketcore/marketplace/internal/backoff"
)

// node is one that has answered.
type node struct {
	address string
	conn    *grpc.ClientConn
}

// search looks for the node to connect to until it has one. Each member of a
// cluster is asked by a goroutine of its own, again and again, so that one that
// does not answer holds up nobody; the nodes that they name are connected to,
// each once at a time, and the first that answers is it. Without gossip the
// candidates themselves are.
type search struct {
	of     *supervisor
	unfit  func(address string) bool
	report func(err error, counts bool) // told how it stands when another question came to nothing; nil: nobody is
	found  chan node                    // room for one: the others are closed

	mu       sync.Mutex
	running  sync.WaitGroup
	dialling map[string]*dialling
	asked    []*asked
	attempts int // reported
}

// dialling is a connection that is being made.
type dialling struct {
	done chan struct{}
	err  error // nil if it was made, when done is closed
}

// asked is a member or candidate.
type asked struct {
	address string
	conn    *grpc.ClientConn // to ask it by; of its own goroutine

	// Of the search's lock:
	heard    chan struct{} // closed when its first question came to nothing
	err      error         // of its last question; nil while there is none
	failures int           // in a row
}

func (a *asked) hangUp() {
	if a.conn != nil {
		_ = a.conn.Close() // fails only if it was closed
		a.conn = nil
	}
}

var errPending = errors.New("the node that was named has not answered yet")

// find is the search for a first or another connection: it reports attempts
// that fail, and hears hints meanwhile.
func (s *supervisor) find(ctx context.Context) (node, error) {
	q := &search{of: s, unfit: s.denied, report: s.failed}
	return q.run(ctx, s.wake)
}

// elsewhere is the search beside an examination: for another node than that.
func (s *supervisor) elsewhere(ctx context.Context, than string) (node, error) {
	q := &search{of: s, unfit: func(a string) bool { return a == than || s.denied(a) }}
	return q.run(ctx, nil)
}

// run searches until it has found a node or the context ends.
func (q *search) run(ctx context.Context, wake <-chan struct{}) (node, error) {
	ctx, cancel := context.WithCancel(ctx)
	q.found, q.dialling = make(chan node, 1), map[string]*dialling{}
	for _, address := range q.of.candidates() {
		q.asked = append(q.asked, &asked{address: address, heard: make(chan struct{})})
	}
	q.running.Go(func() { q.begin(ctx, wake != nil) })
	n, err := q.await(ctx, wake)
	cancel()
	q.running.Wait()
	select {
	case late := <-q.found:
		_ = late.conn.Close() // another one was faster, or nobody wants it any more
	default:
	}
	return n, err
}

// begin asks one after the other, the next when one was no help or takes long.
func (q *search) begin(ctx context.Context, hinted bool) {
	if hinted {
		q.follow(ctx)
	}
	for _, a := range q.asked {
		q.running.Go(func() { q.ask(ctx, a) })
		backoff.Sleep(q.of.beat, a.heard, ctx.Done())
	}
}

func (q *search) await(ctx context.Context, wake <-chan struct{}) (node, error) {
	for {
		select {
		case n := <-q.found:
			return n, nil
		case <-wake:
			q.running.Go(func() { q.follow(ctx) })
		case <-ctx.Done():
			return node{}, ctx.Err()
		}
	}
}

// follow goes where a hint says, if there is one.
func (q *search) follow(ctx context.Context) {
	if hint := q.of.takeHint(); hint != "" {
		_ = q.connect(ctx, hint) // if it is no help, others are asked
	}
}

// ask asks one member, or connects to one candidate, until the context ends.
func (q *search) ask(ctx context.Context, a *asked) {
	defer a.hangUp()
	for ctx.Err() == nil {
		named, answered, err := q.named(ctx, a)
		if err == nil {
			err = q.connect(ctx, named)
		}
		if err == nil {
			return
		}
		if ctx.Err() == nil && !errors.Is(err, errPending) {
			backoff.Sleep(q.note(a, q.of.target.doubt(ctx, a.address, err), answered), ctx.Done(), nil)
		}
	}
}

// named is whom a member recommends and whether it answered at all; without
// gossip it is the candidate.
func (q *search) named(ctx context.Context, a *asked) (address string, answered bool, err error) {
	if !q.of.target.gossip {
		return a.address, false, nil
	}
	if a.conn == nil {
		if a.conn, err = q.of.target.dial(a.address); err != nil {
			return "", false, err
		}
	}
	address, err = q.of.whom(ctx, a.conn, q.unfit)
	answered = err == nil || errors.Is(err, errNoLeader) || errors.Is(err, errNoMember)
	if !answered {
		a.hangUp() // gRPC would pause before it dials again
	}
	return address, answered, err
}

// connect connects to a node, unless that is on its way, and waits for it, but
// not long: errPending.
func (q *search) connect(ctx context.Context, address string) error {
	q.mu.Lock()
	d := q.dialling[address]
	if d == nil {
		d = &dialling{done: make(chan struct{})}
		q.dialling[address] = d
		q.running.Go(func() { q.dial(ctx, address, d) })
	}
	q.mu.Unlock()
	late := time.NewTimer(q.of.beat)
	defer late.Stop()
	select {
	case <-d.done:
		return d.err
	case <-late.C:
		return errPending
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *search) dial(ctx context.Context, address string, d *dialling) {
	conn, err := q.of.target.connect(ctx, address)
	if err == nil {
		select {
		case q.found <- node{address, conn}:
		default:
			_ = conn.Close() // another one was faster
		}
	} else {
		d.err = &candidateError{address, err}
	}
	q.mu.Lock()
	delete(q.dialling, address)
	q.mu.Unlock()
	close(d.done)
}

// note remembers why a question came to nothing and says how long to wait
// before the next. When every member has come to nothing once more, an attempt
// has failed; members that answer and only have no leader do not count.
func (q *search) note(a *asked, err error, answered bool) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	if a.err == nil {
		close(a.heard)
	}
	var named *candidateError
	if a.err = err; !errors.As(err, &named) {
		a.err = &candidateError{a.address, err}
	}
	if a.failures++; answered {
		a.failures = 0
	}
	if errs, attempts := q.tally(); errs != nil && q.report != nil {
		q.report(joined(errs), attempts > q.attempts)
		q.attempts = attempts
	}
	if answered {
		return backoff.Backoff{First: q.of.beat, Last: q.of.beat}.Delay(1)
	}
	delay := q.of.backoff.Delay(a.failures)
	if isLoginRefused(err) { // by a node that is there
		delay = min(delay, q.of.beat)
	}
	return delay
}

// tally is what each member last came to and how often all of them have failed;
// nil if one has come to nothing yet.
func (q *search) tally() (errs []error, attempts int) {
	attempts = math.MaxInt
	for _, a := range q.asked {
		if a.err == nil {
			return nil, 0
		}
		errs, attempts = append(errs, a.err), min(attempts, a.failures)
	}
	return errs, attempts
}

// candidates are whom to ask, in any order: those of the connection string and
// the members that were alive when one was last asked.
func (s *supervisor) candidates() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]string, 0, len(s.target.candidate)+len(s.members))
	for _, i := range rand.Perm(len(s.target.candidate)) {
		all = append(all, s.target.candidate[i])
	}
	for _, m := range s.members {
		if len(all) < maxCandidates && !slices.Contains(s.target.candidate, m) {
			all = append(all, m)
		}
	}
	return all
}

// whom asks a member whom to connect to, and remembers who the members are.
func (s *supervisor) whom(ctx context.Context, conn *grpc.ClientConn, unfit func(string) bool) (string, error) {
	best, members, err := s.target.recommended(ctx, conn, unfit)
	if len(members) > 0 {
		s.mu.Lock()
		s.members = members
		s.mu.Unlock()
	}
	return best, err
}
