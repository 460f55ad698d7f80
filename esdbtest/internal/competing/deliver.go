package competing

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// pump gives messages to consumers while there are both. The caller holds mu.
func (g *Group) pump() {
	if g.buffer != nil && len(g.consumers) > 0 {
		g.buffer.each(g.offer)
	}
}

// offer gives a message to a consumer, if one has room for it. Of two messages
// with one id both are given, but only the first counts as outstanding.
func (g *Group) offer(m *message) outcome {
	if o := g.chooser.offer(m); o != sent {
		return o
	}
	g.stats.total++
	g.progress.number(m)
	if _, has := g.outstanding[m.id()]; !has {
		g.outstanding[m.id()] = outstanding{m, time.Now().Add(g.settings.MessageTimeout)}
	}
	return sent
}

// ack finishes messages.
func (g *Group) ack(ids []uuid.UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.finish(ids)
}

// nack does with messages what a consumer says.
func (g *Group) nack(a Action, reason string, ids []uuid.UUID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return
	}
	for _, id := range ids {
		o, has := g.outstanding[id]
		switch {
		case !has:
		case a == Retry:
			if !g.again(o.message) {
				return
			}
		case a == Park:
			g.park(o.message, "Client explicitly NAK'ed message.\n"+reason)
		}
	}
	g.finish(ids)
}

// finish takes messages from whoever has them, and goes on.
func (g *Group) finish(ids []uuid.UUID) {
	if g.closed {
		return
	}
	for _, id := range ids {
		g.release(id)
	}
	if g.buffer != nil {
		g.mark(time.Now(), false)
		g.readOn()
		g.pump()
	}
}

// release takes a message from whoever has it.
func (g *Group) release(id uuid.UUID) {
	delete(g.outstanding, id)
	for _, c := range g.consumers {
		if m := c.confirm(id); m != nil {
			g.chooser.confirmed(c, m)
		}
	}
}

// again gives a message another try, or parks it after too many. It reports
// false where EventStoreDB fails.
func (g *Group) again(m *message) bool {
	if m.retries >= g.settings.MaxRetryCount {
		g.park(m, "Reached retry count of "+strconv.Itoa(g.settings.MaxRetryCount))
		return true
	}
	return g.retry(m)
}

func (g *Group) retry(m *message) bool {
	g.release(m.id())
	m.retries++
	return g.buffer.addRetry(m)
}

// expire takes back what consumers had for too long, what is due first first.
// It reports false where EventStoreDB fails.
func (g *Group) expire(now time.Time) bool {
	var late []outstanding
	for _, o := range g.outstanding {
		if !o.deadline.After(now) {
			late = append(late, o)
		}
	}
	slices.SortFunc(late, func(a, b outstanding) int {
		return cmp.Or(a.deadline.Compare(b.deadline), cmp.Compare(a.sequence, b.sequence))
	})
	for _, o := range late {
		if !g.again(o.message) {
			return false
		}
	}
	return true
}

// retryAll gives messages again, by their revisions. It reports false where
// EventStoreDB fails: the others wait until their time has passed.
func (g *Group) retryAll(messages map[uuid.UUID]*message) bool {
	all := make([]*message, 0, len(messages))
	for _, m := range messages {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *message) int {
		return cmp.Or(cmp.Compare(a.revision(), b.revision()), cmp.Compare(a.sequence, b.sequence))
	})
	for _, m := range all {
		if !g.retry(m) {
			return false
		}
	}
	return true
}
