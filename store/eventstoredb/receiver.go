package eventstoredb

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/marketcore/marketplace/event"
)

// receiver takes a server subscription's messages ahead of the subscriber, so
// that one can see whether more has come, and asks the server whether there is
// more. Its goroutines end with stop.
type receiver struct {
	call     *call
	messages chan message // closed when nothing more comes
	answers  chan answer
	asking   bool
	running  sync.WaitGroup
}

// message is what a subscription can hear, one of them.
type message struct {
	record     event.Record
	checkpoint event.Position
	caughtUp   bool
	err        error
}

// question is whether an event of ours stands behind a position.
type question struct {
	at    event.Position
	toEnd bool // and where the log ends
}

type answer struct {
	question
	end  event.Position // where the log ended before it was looked into
	more bool
	took time.Duration // to find that out
	err  error
}

func newReceiver(c *call, from reply) *receiver {
	r := &receiver{call: c, messages: make(chan message, receiveBuffer), answers: make(chan answer, 1)}
	r.start(func() {
		defer close(r.messages)
		r.receive(from)
	})
	return r
}

// start runs a goroutine that Close waits for, too. The operation is in its
// hold, so Close does not wait yet.
func (r *receiver) start(run func()) {
	receivers := &r.call.hold.store.receivers
	receivers.Add(1)
	r.running.Go(func() {
		defer receivers.Done()
		run()
	})
}

func (r *receiver) stop() {
	r.call.cancel()
	r.running.Wait()
}

// idle reports whether everything that has come was taken.
func (r *receiver) idle() bool { return len(r.messages) == 0 && !r.asking }

func (r *receiver) receive(from reply) {
	var d decoder
	for {
		m, again := d.message(from)
		if !again {
			continue
		}
		select {
		case r.messages <- m:
		case <-r.call.ctx.Done():
			return
		case <-r.call.hold.store.base.Done(): // the subscriber may not look at the context for long
			return
		}
		if m.err != nil {
			return
		}
	}
}

// message reads the next message; it reports false for one that means nothing.
func (d *decoder) message(from reply) (message, bool) {
	m, err := from.next()
	if errors.Is(err, io.EOF) {
		err = from.call.broken("the server ended the subscription")
	}
	if err != nil {
		return message{err: err}, true
	}
	switch m := m.GetContent().(type) {
	case *streams.ReadResp_Event:
		rec, err := d.record(m.Event)
		return message{record: rec, err: err}, true
	case *streams.ReadResp_Checkpoint_:
		// 24.2 tells 2^64-1, and 0, where it has no position yet.
		at := m.Checkpoint.GetCommitPosition()
		return message{checkpoint: event.Position(at)}, isPosition(at)
	case *streams.ReadResp_CaughtUp_:
		return message{caughtUp: true}, true
	}
	return message{}, false
}

// ask asks the server whether an event of ours stands behind a position. It
// costs a short read or two and tells what no message of the subscription does:
// a server that finds its subscriber slow goes back to reading without a word.
func (r *receiver) ask(q question) {
	r.asking = true
	r.start(func() {
		a := answer{question: q}
		began := time.Now()
		short := r.call.beside()
		defer short.leave()
		if q.toEnd {
			a.end, a.err = short.logEnd()
		}
		if a.err == nil {
			a.more, a.err = short.more(q.at)
		}
		a.took = time.Since(began)
		r.answers <- a // one question at a time
	})
}

// beside begins a call beside another one, on its connection: the same node. It
// has no deadline, since it may have to look through a log of others; a node
// that hangs is found out as for every call.
func (c *call) beside() *call {
	ctx, cancel := context.WithCancel(c.ctx)
	short := &call{hold: c.hold, link: c.link, lane: c.lane, ctx: ctx, cancel: cancel}
	short.turn.Store(1)
	c.hold.store.supervisor.join(short)
	return short
}

// leave ends a call beside another one.
func (c *call) leave() {
	c.cancel()
	c.hold.store.supervisor.leave(c)
}

// fewEvents are enough to find one behind the one at the position.
const fewEvents = 8

// more reads on from a position until there is an event of ours.
func (c *call) more(at event.Position) (bool, error) {
	o := &c.hold.store.options
	next, err := c.find(at, false, fewEvents, func(p event.Position, e *recordedEvent) bool { return p > at && o.yieldsEvent(e) })
	return next != 0, err
}
