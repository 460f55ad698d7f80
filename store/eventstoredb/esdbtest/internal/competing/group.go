package competing

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Group is one persistent subscription: it reads a stream or the log once for
// all its consumers, gives each event to one of them, and remembers how far
// they have come.
type Group struct {
	key      Key
	settings Settings
	filter   engine.Filter
	e        *engine.Engine
	created  time.Time

	mu          sync.Mutex
	closed      bool
	next        uint64     // what to read next
	through     int64      // everything up to here was read, -1: nothing
	buffer      []*message // read, at most settings.Buffer
	retry       []*message // to be delivered again, before the buffer
	outstanding map[uuid.UUID]*outstanding
	consumers   []*Consumer
	turn        int // of round robin
	replay      replay
	point       checkpoint
	total       int64
	armed       bool // the loop has a timer for what is outstanding

	poke chan struct{} // wakes the loop
	stop chan struct{}
	done chan struct{}
}

// outstanding is a message that a consumer has.
type outstanding struct {
	*message
	consumer *Consumer
	deadline time.Time // zero: none
}

func newGroup(e *engine.Engine, key Key, s Settings) *Group {
	f, _ := s.filter() // normalize has checked it
	g := &Group{
		key: key, settings: s, filter: f, e: e, created: time.Now(),
		outstanding: make(map[uuid.UUID]*outstanding),
		poke:        make(chan struct{}, 1),
		stop:        make(chan struct{}),
		done:        make(chan struct{}),
	}
	g.start()
	grown, cancel := e.Watch()
	go g.loop(grown, cancel)
	return g
}

// start finds where to begin: after the checkpoint, or where the settings say.
func (g *Group) start() {
	at, ok := g.loadCheckpoint()
	switch {
	case ok:
		g.next, g.through = uint64(at+1), at
	case g.settings.Start.Start:
		g.next, g.through = 0, -1
	case g.settings.Start.End:
		end := int64(g.e.Head())
		if g.key.Stream != engine.AllStream {
			end = g.e.LastRevision(g.key.Stream)
		}
		g.next, g.through = uint64(end+1), end
	default:
		g.next, g.through = g.settings.Start.Value, int64(g.settings.Start.Value)-1
	}
	g.point.written, g.point.at = g.through, time.Now()
}

// loop delivers what is appended, takes back what takes too long and writes
// checkpoints that are due.
func (g *Group) loop(grown <-chan struct{}, cancel func()) {
	defer close(g.done)
	defer cancel()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		g.mu.Lock()
		g.expire(time.Now())
		g.mark(time.Now())
		g.pump()
		timer.Reset(g.wait(time.Now()))
		g.mu.Unlock()
		select {
		case <-grown:
		case <-g.poke:
		case <-timer.C:
		case <-g.stop:
			return
		}
	}
}

// wait is how long the loop may sleep.
func (g *Group) wait(now time.Time) time.Duration {
	least := time.Hour
	g.armed = false
	for _, o := range g.outstanding {
		if !o.deadline.IsZero() {
			g.armed = true
			least = min(least, o.deadline.Sub(now))
		}
	}
	if g.point.timed = g.point.due(g.settings); g.point.timed {
		due := g.point.at.Add(g.settings.CheckpointAfter).Sub(now)
		least = min(least, max(due, leastCheckpointWait))
	}
	return max(least, time.Millisecond)
}

// leastCheckpointWait keeps a group whose oldest event is unfinished from
// trying to write the same checkpoint over and over.
const leastCheckpointWait = 100 * time.Millisecond

func (g *Group) wakeLoop() {
	select {
	case g.poke <- struct{}{}:
	default:
	}
}

// join adds a consumer.
func (g *Group) join(room int, peer Peer) (*Consumer, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return nil, ErrDropped
	}
	if g.settings.MaxSubscribers > 0 && len(g.consumers) >= g.settings.MaxSubscribers {
		return nil, ErrMaxSubscribers
	}
	c := &Consumer{
		group: g, id: uuid.New(), peer: peer, since: time.Now(),
		room: min(max(room, 1), maxBuffer),
		wake: make(chan struct{}, 1),
	}
	g.consumers = append(g.consumers, c)
	g.pump()
	return c, nil
}

// leave removes a consumer.
func (g *Group) leave(c *Consumer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.consumers, c)
	if at < 0 {
		return
	}
	g.consumers = slices.Delete(g.consumers, at, at+1)
	g.turn = 0
	g.takeBack(func(o *outstanding) bool { return o.consumer == c })
	g.mark(time.Now())
	g.pump()
}

// shut drops the consumers and ends the loop.
func (g *Group) shut() {
	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return
	}
	g.closed = true
	for _, c := range g.consumers {
		c.err = ErrDropped
		c.signal()
	}
	g.consumers = nil
	g.mu.Unlock()
	close(g.stop)
	<-g.done
}

// background is the context of what the server writes by itself.
var background = context.Background()
