package esdbtest

import (
	"context"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// life is whether a node's process runs, hangs or ends.
type life struct {
	ousted atomic.Bool // see standing
	missed atomic.Bool // the others have noticed that it hangs
	ill    atomic.Bool // it hangs or ends: the rest is to be looked at

	mu     sync.Mutex
	frozen chan struct{} // nil: it does not hang
	dying  *dying        // nil: it does not end
	calls  map[*livingStream]context.CancelFunc
}

// hang stops everything until wake, which reports whether it did hang till then.
func (l *life) hang() (wake func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frozen := make(chan struct{})
	l.frozen = frozen
	l.ill.Store(true)
	return func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.frozen != frozen {
			return false
		}
		l.frozen = nil
		l.ill.Store(l.dying != nil)
		close(frozen)
		return true
	}
}

func (l *life) hangs() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.frozen != nil
}

func (l *life) ends() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dying != nil
}

// die begins the end; nil if it has begun.
func (l *life) die() *dying {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dying != nil {
		return nil
	}
	doom := make(chan struct{})
	l.dying = &dying{doom: doom, end: sync.OnceFunc(func() { close(doom) })}
	l.ill.Store(true)
	return l.dying
}

// doom ends the calls, which breakOff has told their callers, unless that end is
// over.
func (l *life) doom(d *dying, breakOff func()) bool {
	l.mu.Lock()
	over := l.dying != d
	l.mu.Unlock()
	if over {
		return false
	}
	breakOff()
	l.mu.Lock()
	defer l.mu.Unlock()
	d.end()
	for _, cancel := range l.calls {
		cancel()
	}
	return true
}

// over lets whoever waits go on: the process is gone.
func (l *life) over() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.frozen != nil {
		close(l.frozen)
		l.frozen = nil
	}
	if l.dying != nil {
		l.dying.end()
		l.dying = nil
	}
	l.ill.Store(false)
	l.ousted.Store(false)
	l.missed.Store(false)
}

// thaw waits while the node hangs.
func (l *life) thaw(done <-chan struct{}) {
	for l.ill.Load() {
		l.mu.Lock()
		frozen := l.frozen
		l.mu.Unlock()
		if frozen == nil {
			return
		}
		select {
		case <-frozen:
		case <-done:
			return
		}
	}
}

// lives waits while the node hangs and, if it ends, until it breaks its calls
// off.
func (l *life) lives(ctx context.Context) error {
	if !l.ill.Load() {
		return nil
	}
	l.thaw(ctx.Done())
	l.mu.Lock()
	d := l.dying
	l.mu.Unlock()
	if d == nil {
		return nil
	}
	select {
	case <-d.doom:
	case <-ctx.Done():
	}
	return reset()
}

// fit reports whether a node can lead.
func (n *node) fit() bool {
	l := &n.life
	l.mu.Lock()
	alive := l.frozen == nil && l.dying == nil && !l.ousted.Load()
	l.mu.Unlock()
	return alive && n.running()
}

// reset is the end of a call for its handler. The caller does not hear it: it
// was broken off by its connection.
func reset() error { return &rpcError{codes.Internal, "The node has ended.", nil} }

func (n *node) lifeUnary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if err := n.life.lives(ctx); err != nil {
		return nil, err
	}
	resp, err := next(ctx, req)
	if err := n.life.lives(ctx); err != nil {
		return nil, err
	}
	return resp, err
}

func (n *node) lifeStream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	s := &livingStream{streamWithContext{ServerStream: stream, ctx: ctx}, n}
	n.life.mu.Lock()
	n.life.calls[s] = cancel
	n.life.mu.Unlock()
	defer func() {
		n.life.mu.Lock()
		delete(n.life.calls, s)
		n.life.mu.Unlock()
	}()
	err := n.life.lives(ctx)
	if err == nil {
		err = next(srv, s)
	}
	if end := n.life.lives(stream.Context()); end != nil {
		return end
	}
	return err
}

// livingStream is the server's end of a call, as long as its node lives.
type livingStream struct {
	streamWithContext
	node *node
}

// SendMsg implements grpc.ServerStream.
func (s *livingStream) SendMsg(m any) error {
	if err := s.node.life.lives(s.Context()); err != nil {
		return err
	}
	if err := s.awaitArrival(m); err != nil {
		return err
	}
	return s.ServerStream.SendMsg(m)
}
