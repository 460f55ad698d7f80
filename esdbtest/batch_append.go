package esdbtest

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

const (
	// maxBatches bounds the appends that one call has begun and not ended,
	// maxAnswers the answers that wait for a slow client.
	maxBatches = 256
	maxAnswers = 64
	// writeTimeout is the longest that EventStoreDB waits for an append to be
	// finished.
	writeTimeout = 2 * time.Second
	// writeLatency is how long an append takes at least, as long as a client
	// needs to close its side right behind it.
	writeLatency = time.Millisecond
)

// batchCall is one call of BatchAppend: many appends, each with a correlation
// id, in one message or several, and answered by one; what is wrong with it is
// said in that answer. What is received and what is sent have a goroutine each.
type batchCall struct {
	service *streamsService
	stream  streams.Streams_BatchAppendServer
	answers chan batchAnswer
	done    chan error // how receiving ended, nil for a half-closed call

	// unanswered counts the finished appends, less all answers.
	unanswered atomic.Int64

	mu    sync.Mutex
	begun map[uuid.UUID]*batch
}

// batchAnswer is an answer that is not sent before it is due.
type batchAnswer struct {
	resp *streams.BatchAppendResp
	due  time.Time
}

// batch is an append that is not finished.
type batch struct {
	stream   string
	expected engine.Expected
	size     appendSize
	over     error // the append is larger than it may be
	events   []engine.Event
	timer    *time.Timer
}

// BatchAppend does many appends in one call.
func (s *streamsService) BatchAppend(stream streams.Streams_BatchAppendServer) error {
	c := &batchCall{
		service: s,
		stream:  stream,
		answers: make(chan batchAnswer, maxAnswers),
		done:    make(chan error, 1),
		begun:   make(map[uuid.UUID]*batch),
	}
	defer c.forget()
	go func() { c.done <- c.receive() }()
	return c.send()
}

// send sends the answers. After the client has half-closed, the call ends with
// the next answer to a finished append; if they are all out, it stays open
// until the client leaves, as in EventStoreDB.
func (c *batchCall) send() error {
	closing := false
	var next *batchAnswer
	answers, due := c.answers, (<-chan time.Time)(nil)
	for {
		select {
		case a := <-answers: // one at a time
			next, answers, due = &a, nil, time.After(time.Until(a.due))
		case <-due:
			if err := c.stream.Send(next.resp); err != nil {
				return err
			}
			if c.unanswered.Add(-1) >= 0 && closing {
				return nil
			}
			answers, due = c.answers, nil
		case err := <-c.done:
			if err != nil {
				return err
			}
			closing = true
		case <-c.stream.Context().Done():
			return c.stream.Context().Err()
		}
	}
}

// receive takes the messages of the call until the client half-closes it.
func (c *batchCall) receive() error {
	for {
		req, err := c.stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err := received(req, err); err != nil {
			return err
		}
		if err := c.take(req); err != nil {
			return err
		}
	}
}

// take takes a message. One that cannot be read is refused in an answer if it
// has options, and ends the call if it has none.
func (c *batchCall) take(req *streams.BatchAppendReq) error {
	err := c.read(req)
	var limit *rpcError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &limit):
		return limit
	case req.GetOptions() == nil:
		return handlerFailed()
	}
	c.refuse(req, badRequest(err.Error()))
	return nil
}

// refuse answers a message with options whose append does not begin or go on.
func (c *batchCall) refuse(req *streams.BatchAppendReq, fault *rpcstatus.Status) {
	c.answer(batchError(req, req.GetOptions().GetStreamIdentifier(), fault), time.Now())
}

// read reads a message: it begins an append, goes on with one, or finishes
// one, or all of these. A message of an append that nobody has begun, or that
// is over, is passed over.
func (c *batchCall) read(req *streams.BatchAppendReq) error {
	id, err := parseUUID(req.GetCorrelationId())
	if err != nil {
		return err
	}
	if req.GetOptions() != nil {
		if begun, err := c.begin(id, req); !begun {
			return err
		}
	}
	c.mu.Lock()
	b := c.begun[id]
	c.mu.Unlock()
	if b == nil {
		return nil
	}
	if err := b.add(req.GetProposedMessages()); err != nil {
		return err // and it times out by itself
	}
	if b.over != nil {
		c.remove(id, b)
		c.answer(batchError(req, identifier(b.stream), sizeFault(b.size)), time.Now())
		return nil
	}
	if !req.GetIsFinal() || !c.remove(id, b) {
		return nil
	}
	c.unanswered.Add(1)
	if id == uuid.Nil {
		return refusal("correlationId (Parameter 'correlationId should be non-empty GUID.')")
	}
	c.finish(req, b)
	return nil
}

// begin begins the append of a message with options, unless it has begun.
func (c *batchCall) begin(id uuid.UUID, req *streams.BatchAppendReq) (begun bool, err error) {
	o := req.GetOptions()
	name := streamName(o.GetStreamIdentifier())
	switch {
	case o.GetStreamIdentifier() == nil:
		return false, refusal("Object reference not set to an instance of an object.")
	case name == "":
		return false, refusal("Value cannot be null. (Parameter 'value')")
	case !c.service.node.server.allowed(c.stream.Context(), engine.Write, name):
		c.refuse(req, fault(codes.PermissionDenied, "AccessDenied", new(shared.AccessDenied)))
		return false, nil
	}
	wait := timeout(o)
	if wait <= 0 {
		c.refuse(req, timeoutFault())
		return false, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.begun[id] != nil:
		return true, nil
	case len(c.begun) >= maxBatches:
		return false, &rpcError{codes.ResourceExhausted, "esdbtest: too many appends are begun and not finished.", nil}
	}
	want, err := batchExpected(o)
	if err != nil {
		return false, err
	}
	b := &batch{stream: name, expected: want, size: appendSize{limit: c.service.node.server.cfg.MaxAppendSize}}
	b.timer = time.AfterFunc(wait, func() {
		if c.remove(id, b) {
			begun := &streams.BatchAppendReq{CorrelationId: uuidToWire(id, false)}
			c.answer(batchError(begun, identifier(name), timeoutFault()), time.Now())
		}
	})
	c.begun[id] = b
	return true, nil
}

// timeout is how long an append may take to be finished.
func timeout(o *streams.BatchAppendReq_Options) time.Duration {
	switch d := o.GetDeadlineOption().(type) {
	case *streams.BatchAppendReq_Options_Deadline:
		return min(d.Deadline.AsDuration(), writeTimeout)
	case *streams.BatchAppendReq_Options_Deadline_21_10_0:
		return min(time.Until(d.Deadline_21_10_0.AsTime()), writeTimeout)
	}
	return writeTimeout
}

func batchExpected(o *streams.BatchAppendReq_Options) (engine.Expected, error) {
	switch at := o.GetExpectedStreamPosition().(type) {
	case *streams.BatchAppendReq_Options_Any:
		return engine.Any, nil
	case *streams.BatchAppendReq_Options_NoStream:
		return engine.NoStream, nil
	case *streams.BatchAppendReq_Options_StreamExists:
		return engine.StreamExists, nil
	case *streams.BatchAppendReq_Options_StreamPosition:
		return revision(at.StreamPosition)
	}
	return 0, refusal(`Status(StatusCode="InvalidArgument", Detail="` +
		noCase("BatchAppendReq+Types+Options+ExpectedStreamPosition").Error() + `")`)
}

// add takes further events of an append, up to the first that cannot be read.
func (b *batch) add(messages []*streams.BatchAppendReq_ProposedMessage) error {
	for _, m := range messages {
		ev, err := event(m)
		if err != nil {
			return err
		}
		if err := b.size.add(m); err != nil {
			b.over = err
		}
		b.events = append(b.events, ev)
	}
	return nil
}

// remove ends an append and reports whether it had not ended before.
func (c *batchCall) remove(id uuid.UUID, b *batch) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.begun[id] != b {
		return false
	}
	b.timer.Stop()
	delete(c.begun, id)
	return true
}

// forget ends what is begun when the call has ended.
func (c *batchCall) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range c.begun {
		b.timer.Stop()
	}
	clear(c.begun)
}

// finish writes an append and answers it, later.
func (c *batchCall) finish(req *streams.BatchAppendReq, b *batch) {
	s, ctx, began := c.service, c.stream.Context(), time.Now()
	var a engine.Appended
	var err error
	if s.node.duplicatesWrite(c.stream) {
		_, err = s.engine().Append(ctx, b.stream, b.expected, b.events)
	}
	if err == nil {
		a, err = s.engine().Append(ctx, b.stream, b.expected, b.events)
	}
	if errors.Is(err, engine.ErrNoAnswer) || errors.Is(err, context.Canceled) {
		return
	}
	resp := batchError(req, identifier(b.stream), batchFault(err))
	if err == nil {
		resp.Result = batchSuccess(a)
	}
	c.answer(resp, began.Add(writeLatency))
}

// answer hands an answer to the sender.
func (c *batchCall) answer(resp *streams.BatchAppendResp, due time.Time) {
	select {
	case c.answers <- batchAnswer{resp, due}:
	case <-c.stream.Context().Done():
	}
}
