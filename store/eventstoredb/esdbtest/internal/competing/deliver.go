package competing

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// pump gives events to consumers while there are both. The caller holds mu.
func (g *Group) pump() {
	for !g.closed && len(g.consumers) > 0 {
		g.refill()
		if !g.deliverOne(&g.retry) && !g.deliverOne(&g.buffer) {
			return
		}
	}
}

// deliverOne delivers the first message of a queue that can be; only a pinned
// one lets others overtake it.
func (g *Group) deliverOne(queue *[]*message) bool {
	for i, m := range *queue {
		_, busy := g.outstanding[m.id()] // an id that two streams have in common
		if !busy {
			if c := g.choose(m); c != nil {
				*queue = slices.Delete(*queue, i, i+1)
				g.deliver(m, c)
				return true
			}
		}
		if !busy && !g.settings.Strategy.pins() {
			return false
		}
	}
	return false
}

func (g *Group) deliver(m *message, c *Consumer) {
	o := &outstanding{message: m, consumer: c}
	if g.settings.MessageTimeout > 0 {
		o.deadline = time.Now().Add(g.settings.MessageTimeout)
		if !g.armed {
			g.wakeLoop()
		}
	}
	g.outstanding[m.id()] = o
	c.inFlight++
	c.total++
	g.total++
	c.queue = append(c.queue, Delivery{Event: m.resolved, Retries: m.retries})
	c.signal()
}

// refill reads on when the buffer is empty.
func (g *Group) refill() {
	if len(g.retry) == 0 {
		g.refillParked()
	}
	for len(g.buffer) == 0 {
		n := min(g.settings.ReadBatch, g.settings.Buffer)
		var records []*engine.Record
		var end bool
		before := g.through
		if g.key.Stream == engine.AllStream {
			p := g.e.ReadAll(g.next, n, 4*engine.PageSize+n, false, g.filter)
			records, end, g.next = p.Records, p.End, max(g.next, p.Through+1)
			g.through = max(g.through, int64(p.Through))
		} else {
			p, err := g.e.ReadStream(g.key.Stream, g.next, n, false)
			if err != nil {
				return // it does not exist, or no longer
			}
			next := min(p.Next, p.Last+1) // a stream may be truncated beyond its end
			records, end, g.next = p.Records, p.End || p.Next > next, max(g.next, uint64(next))
			g.through = max(g.through, next-1)
		}
		for _, r := range records {
			m := &message{resolved: g.e.Resolve(r, g.settings.Links), order: r.Revision, before: before}
			if g.key.Stream == engine.AllStream {
				m.order = r.Position
			}
			before = int64(m.order)
			g.buffer = append(g.buffer, m)
		}
		if end {
			return
		}
	}
}

// settle finishes messages as a consumer says.
func (g *Group) settle(a Action, reason string, ids []uuid.UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, id := range ids {
		o := g.outstanding[id]
		if o == nil {
			continue
		}
		g.release(o)
		switch a {
		case Retry:
			g.again(o.message)
		case Park:
			g.park(o.message, "Client explicitly NAK'ed message.\n"+reason)
		default:
			g.point.finished++
		}
	}
	g.mark(time.Now())
	g.pump()
}

// release takes a message from its consumer.
func (g *Group) release(o *outstanding) {
	delete(g.outstanding, o.id())
	o.consumer.inFlight--
}

// again queues a message for another try, or parks it after too many.
func (g *Group) again(m *message) {
	if m.retries >= g.settings.MaxRetryCount {
		g.park(m, "Reached retry count of "+itoa(g.settings.MaxRetryCount))
		return
	}
	m.retries++
	at := slices.IndexFunc(g.retry, func(other *message) bool { return m.precedes(other) })
	if at < 0 {
		at = len(g.retry)
	}
	g.retry = slices.Insert(g.retry, at, m)
}

// expire takes back what consumers had for too long.
func (g *Group) expire(now time.Time) {
	g.takeBack(func(o *outstanding) bool { return !o.deadline.IsZero() && !now.Before(o.deadline) })
}

// takeBack takes back messages, in order.
func (g *Group) takeBack(which func(*outstanding) bool) {
	var back []*outstanding
	for _, o := range g.outstanding {
		if which(o) {
			back = append(back, o)
		}
	}
	slices.SortFunc(back, func(a, b *outstanding) int { return cmp.Compare(a.order, b.order) })
	for _, o := range back {
		g.release(o)
		g.again(o.message)
	}
}
