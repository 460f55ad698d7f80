package eventstoredb

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/metadata"

	"github.com/marketcore/marketplace/store"
)

// call is one attempt on the server: a borrowed connection, and a context that
// ends with the attempt, but for an append's, which is the caller's.
type call struct {
	hold   *hold
	link   *link
	lane   *lane
	ctx    context.Context
	cancel context.CancelFunc // nil for an append
	stream string             // for errors
	reads  bool
	open   streams.Streams_ReadClient // nil, or what was not read to its end

	// turn is odd while the server owes the call something, and another number
	// with every message: by it the supervisor sees that nothing comes.
	turn  atomic.Uint32
	lasts bool   // a subscription, to which nothing may have to be said for long
	seen  uint32 // turn when the supervisor last looked; of its lock, as quiet is
	quiet int    // looks in a row without an answer
}

// begin borrows the connection for a call that can be ended. A timeout of 0 is
// none; a patient call waits for a connection for ever.
func (h *hold) begin(stream string, timeout time.Duration, patient bool) (*call, error) {
	c, err := h.borrow(stream, patient)
	if err != nil {
		return nil, err
	}
	if timeout > 0 {
		c.ctx, c.cancel = context.WithTimeout(c.ctx, timeout)
	} else {
		c.ctx, c.cancel = context.WithCancel(c.ctx)
	}
	return c, nil
}

// borrow borrows the connection for a call that ends by itself.
func (h *hold) borrow(stream string, patient bool) (*call, error) {
	s := h.store
	c := &call{hold: h, stream: stream, ctx: h.ctx, lasts: patient}
	c.turn.Store(1)
	if !s.supervisor.borrow(c) {
		if err := h.await(c, patient); err != nil {
			return nil, err
		}
	}
	if s.target.leader() {
		c.ctx = forLeader(c.ctx)
	}
	return c, nil
}

func (h *hold) await(c *call, patient bool) error {
	s := h.store
	wait := h.ctx
	if !patient {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(h.ctx, s.options.RetryFor)
		defer cancel()
	}
	err := s.supervisor.acquire(wait, c, patient)
	if err == nil {
		return nil
	}
	if end := h.ended(); end != nil {
		return end
	}
	if wait.Err() != nil {
		return s.supervisor.absent()
	}
	return err
}

// leaderOnly is the header of a call that a node which does not lead is to
// refuse. The official client means to send it and does not (B6).
var leaderOnly = metadata.Pairs("requires-leader", "true")

func forLeader(ctx context.Context) context.Context {
	if md, ok := metadata.FromOutgoingContext(ctx); ok {
		return metadata.NewOutgoingContext(ctx, metadata.Join(md, leaderOnly))
	}
	return metadata.NewOutgoingContext(ctx, leaderOnly)
}

// end ends the attempt and gives the connection back.
func (c *call) end() {
	c.cancel()
	for c.open != nil { // until the gRPC library has let go of it
		if _, err := c.open.Recv(); err != nil {
			c.open = nil
		}
	}
	c.giveBack()
}

func (c *call) giveBack() { c.hold.store.supervisor.release(c) }

// fail reads the error of the attempt: the operation's end, a failure after
// which another attempt may be made, or what to tell. The supervisor hears of
// what may be the connection's fault.
func (c *call) fail(err error, trailers metadata.MD) error {
	if end := c.hold.ended(); end != nil {
		return end
	}
	v := judge(c.stream, c.reads, err, trailers)
	if !v.again {
		return v.err
	}
	c.hold.store.supervisor.suspects(c.link, v)
	return &failure{v, c.link}
}

// broken is a failure of the server's that the client side found.
func (c *call) broken(format string, args ...any) error {
	return failed(c.stream, byServer, format, args...)
}

// away is a failure that passes.
func (c *call) away(format string, args ...any) error {
	return failed(c.stream, byAbsence, format, args...)
}

func failed(stream string, why cause, format string, args ...any) error {
	return &failure{verdict: verdict{again: true, sent: true, cause: why, err: store.ErrUnavailable.In(stream).With(nil, format, args...)}}
}

// unheard counts the supervisor's looks at the call that found it waiting and
// nothing new. With all, what is said to subscriptions counts, too.
func (c *call) unheard(all bool) int {
	turn := c.turn.Load()
	if turn%2 == 1 && turn == c.seen && (all || !c.lasts) {
		c.quiet++
	} else {
		c.quiet = 0
	}
	c.seen = turn
	return c.quiet
}

// reply is one call of Read.
type reply struct {
	call   *call
	stream streams.Streams_ReadClient
}

func (c *call) read(options *streams.ReadReq_Options) (reply, error) {
	c.reads = true
	stream, err := c.lane.streams.Read(c.ctx, &streams.ReadReq{Options: options})
	if err != nil {
		return reply{}, c.fail(err, nil)
	}
	c.open = stream
	return reply{c, stream}, nil
}

// next is the next message, io.EOF at the end that the server has declared.
func (r reply) next() (*streams.ReadResp, error) {
	r.call.turn.Store(r.call.turn.Load() | 1)
	m, err := r.stream.Recv()
	r.call.turn.Add(1) // until the next one is asked for, the silence is not the server's
	if err == nil {
		return m, nil
	}
	r.call.open = nil
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	return nil, r.call.fail(err, r.stream.Trailer())
}
