package competing

import (
	"context"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Delivery is an event given to a consumer.
type Delivery struct {
	Event   engine.Resolved
	Retries int // how often it was given before
}

// Peer says who a consumer is.
type Peer struct{ User, ConnectionName string }

// Consumer is one connection to a group. It is given no more events than it
// has room for, and room is made by Ack and Nack.
type Consumer struct {
	group *Group
	peer  Peer
	room  int

	// Guarded by the group's lock.
	free        int // how many more events it may be given
	unconfirmed map[uuid.UUID]*message
	queue       []Delivery
	err         error // delivered after what is queued
	total       int64
	counted     int64 // of them when they were last told of
	times       *times

	wake chan struct{}
}

// push gives a message to the consumer, if it has room. A second message of an
// id that it has takes room for good: an acknowledgement makes room for one.
func (c *Consumer) push(m *message) bool {
	if c.free <= 0 {
		return false
	}
	c.free--
	c.total++
	c.times.begin(m.id())
	if _, has := c.unconfirmed[m.id()]; !has {
		c.unconfirmed[m.id()] = m
	}
	if len(c.queue) < c.room { // or else it is lost: the consumer does not listen
		c.queue = append(c.queue, Delivery{Event: m.resolved, Retries: m.retries})
	}
	c.signal()
	return true
}

// confirm takes a message from the consumer, nil if it does not have it.
func (c *Consumer) confirm(id uuid.UUID) *message {
	c.times.end(id)
	m := c.unconfirmed[id]
	if m != nil {
		delete(c.unconfirmed, id)
		c.free++
	}
	return m
}

// Next waits for the next event. It fails with ErrDropped when the group goes
// away.
func (c *Consumer) Next(ctx context.Context) (Delivery, error) {
	for {
		if d, ok, err := c.take(); ok || err != nil {
			return d, err
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return Delivery{}, ctx.Err()
		}
	}
}

func (c *Consumer) take() (d Delivery, ok bool, err error) {
	c.group.mu.Lock()
	defer c.group.mu.Unlock()
	if len(c.queue) == 0 {
		return Delivery{}, false, c.err
	}
	d, c.queue = c.queue[0], c.queue[1:]
	return d, true, nil
}

func (c *Consumer) drop() {
	c.err = ErrDropped
	c.signal()
}

func (c *Consumer) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Ack says that events, by the ids of what stood in the stream that was read,
// were processed. A consumer may say so of what another one has.
func (c *Consumer) Ack(ids ...uuid.UUID) { c.group.ack(ids) }

// Nack says that they were not, and what to do about it.
func (c *Consumer) Nack(a Action, reason string, ids ...uuid.UUID) { c.group.nack(a, reason, ids) }

// Action is what becomes of an event that a consumer could not process.
type Action int

// The actions. Stop is Skip, as in EventStoreDB, which never implemented it.
const (
	Retry Action = iota // give it to a consumer again, or park it after too many times
	Park                // keep it apart until a replay
	Skip                // go on without it
	Stop
)

// Close ends the connection; what it had not acknowledged is given to others.
func (c *Consumer) Close() { c.group.leave(c) }
