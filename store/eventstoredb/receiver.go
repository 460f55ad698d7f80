package eventstoredb

import (
	"context"
	"errors"
	"io"
	"sync"

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

// answer says whether there was an event of ours behind a position.
type answer struct {
	at   event.Position
	more bool
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
		at := event.Position(m.Checkpoint.GetCommitPosition())
		return message{checkpoint: at}, at != 0
	case *streams.ReadResp_CaughtUp_:
		return message{caughtUp: true}, true
	}
	return message{}, false
}

// ask asks the server whether an event of ours stands behind a position. It
// costs one short read and tells what no message of the subscription does: a
// server that finds its subscriber slow goes back to reading without a word.
func (r *receiver) ask(at event.Position) {
	r.asking = true
	r.start(func() {
		more, err := r.more(at)
		r.answers <- answer{at, more, err} // one question at a time
	})
}

// fewEvents are enough to find one behind the one at the position.
const fewEvents = 8

func (r *receiver) more(at event.Position) (bool, error) {
	c := r.call
	ctx, cancel := context.WithTimeout(c.ctx, c.hold.store.target.deadline)
	defer cancel()
	short := &call{hold: c.hold, link: c.link, lane: c.lane, ctx: ctx, cancel: cancel}
	from, err := short.read(c.hold.store.options.allRequest(allFrom(at), false, fewEvents))
	for n := 0; err == nil; {
		var m *streams.ReadResp
		if m, err = from.next(); errors.Is(err, io.EOF) {
			return n == fewEvents, nil // all of them the system's: there may be more
		}
		if e := m.GetEvent().GetEvent(); e != nil {
			n++
			if event.Position(e.GetCommitPosition()) > at && !isSystem(e.GetMetadata()[typeKey]) {
				return true, nil
			}
		}
	}
	return false, err
}
