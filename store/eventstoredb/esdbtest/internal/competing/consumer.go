package competing

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Delivery is an event given to a consumer.
type Delivery struct {
	Event   engine.Resolved
	Retries int // how often it was given before
}

// Peer says who a consumer is.
type Peer struct {
	Address, User, ConnectionName string
}

// Consumer is one connection to a group. It is given no more events than it
// has room for, and room is made by Ack and Nack.
type Consumer struct {
	group *Group
	id    uuid.UUID
	peer  Peer
	room  int
	since time.Time

	// Guarded by the group's lock.
	inFlight int
	queue    []Delivery
	err      error
	total    int64

	wake chan struct{}
}

func (c *Consumer) free() int { return c.room - c.inFlight }

// Next waits for the next event. It fails with ErrDropped when the group goes
// away.
func (c *Consumer) Next(ctx context.Context) (Delivery, error) {
	for {
		c.group.mu.Lock()
		if c.err != nil {
			err := c.err
			c.group.mu.Unlock()
			return Delivery{}, err
		}
		if len(c.queue) > 0 {
			d := c.queue[0]
			c.queue = c.queue[1:]
			c.group.mu.Unlock()
			return d, nil
		}
		c.group.mu.Unlock()
		select {
		case <-c.wake:
		case <-ctx.Done():
			return Delivery{}, ctx.Err()
		}
	}
}

func (c *Consumer) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Ack says that events, by the ids of what stood in the stream that was read,
// were processed.
func (c *Consumer) Ack(ids ...uuid.UUID) { c.group.settle(Skip, "", ids) }

// Nack says that they were not, and what to do about it.
func (c *Consumer) Nack(a Action, reason string, ids ...uuid.UUID) { c.group.settle(a, reason, ids) }

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
