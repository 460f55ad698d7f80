package competing

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Group is one persistent subscription: it reads a stream or the log once for
// all its consumers, gives each event to one of them, and remembers how far
// they have come.
type Group struct {
	key      Key
	settings Settings
	filter   engine.Filter
	e        *engine.Engine

	mu        sync.Mutex
	closed    bool
	failed    bool // a read has failed: it drops whoever joins
	state     state
	next      Position // where to read on
	skipFirst bool     // of what is read next
	missed    bool     // what has come live could not be read: it is tried again when more comes
	buffer    *buffer  // nil: it never begins

	consumers   []*Consumer // in the order in which they came
	chooser     chooser
	outstanding map[uuid.UUID]outstanding
	progress    progress
	parked      parked
	stats       stats
}

// outstanding is a message that a consumer has.
type outstanding struct {
	*message
	deadline time.Time
}

// newGroup begins a group; its settings have been checked. One that has a
// checkpoint goes on behind it, another begins where its settings say. One
// whose queue of live events has a size below 0 never begins.
func newGroup(e *engine.Engine, key Key, s Settings) (*Group, error) {
	f, err := s.filter()
	if err != nil {
		return nil, err
	}
	g := &Group{
		key: key, settings: s, filter: f, e: e,
		state:       behind,
		chooser:     s.Strategy.chooser(),
		outstanding: make(map[uuid.UUID]outstanding),
		progress:    newProgress(),
		parked:      nothingParked(),
		stats:       stats{measured: time.Now()},
	}
	if s.LiveBuffer < 0 {
		return g, nil
	}
	g.buffer = &buffer{size: s.Buffer, recent: recent{size: s.LiveBuffer}}
	g.mu.Lock()
	defer g.mu.Unlock()
	if at, ok := g.loadCheckpoint(); ok {
		g.next, g.skipFirst, g.buffer.after = at, true, &at
		g.progress = resumed(at)
		g.parked = g.loadParked()
	} else if g.buffer.live = s.Start == End; !g.buffer.live {
		g.next = s.Start
	}
	if key.Stream == engine.AllStream && e.CheckForwards(g.next) != nil {
		g.fail()
	}
	g.readOn()
	return g, nil
}

func (g *Group) filtered() bool { return g.settings.Filter != nil }

// notify tells the group of a record that was written. It reports false where
// EventStoreDB fails, and tells it to no other group.
func (g *Group) notify(r *engine.Record) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.key.position(r)
	if g.closed || g.buffer == nil || at.Compare(g.settings.Start) < 0 {
		return true
	}
	if g.buffer.live && at.Compare(g.next) < 0 {
		return true // it was read before the group was told of it
	}
	e := g.e.ResolveLive(r, g.settings.Links)
	if g.filtered() {
		// Live, the filter looks at the event that a link stands for.
		if e.Event == nil {
			return false
		}
		if !g.filter.Match(e.Event) {
			g.skip(at, 1)
			return true
		}
	}
	g.stats.seen(at)
	was := g.buffer.live
	if !g.buffer.addLive(&message{resolved: e, at: at, sequence: unsent}) {
		return false
	}
	if !g.buffer.live {
		g.state.setBehind()
		if was {
			g.next = at
		}
		if g.missed {
			g.readOn()
		}
	}
	g.pump()
	return true
}

// skip passes over events that the filter does not pick.
func (g *Group) skip(through Position, n int64) {
	g.progress.skip(through, n)
	g.mark(time.Now(), false)
}

// tick is what a group does once a second: it takes back what consumers had for
// too long, and writes a checkpoint that is due.
func (g *Group) tick(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.buffer == nil {
		return
	}
	if g.expire(now) {
		g.pump()
		g.mark(now, true)
	}
}

func (g *Group) join(room int, peer Peer) (*Consumer, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if limit := g.settings.MaxSubscribers; limit != 0 && len(g.consumers) >= limit {
		return nil, ErrMaxSubscribers
	}
	c := &Consumer{
		group: g, peer: peer, room: room, free: room,
		unconfirmed: make(map[uuid.UUID]*message),
		times:       newTimes(g.settings.ExtraStatistics),
		wake:        make(chan struct{}, 1),
	}
	if g.closed || g.failed {
		c.drop()
		return c, nil
	}
	g.consumers = append(g.consumers, c)
	g.chooser.joined(c)
	g.pump()
	return c, nil
}

// leave removes a consumer. What it had is given again, however often it was
// given before.
func (g *Group) leave(c *Consumer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if at := slices.Index(g.consumers, c); at >= 0 {
		g.consumers = slices.Delete(g.consumers, at, at+1)
		g.chooser.left(c)
		if g.retryAll(c.unconfirmed) {
			g.pump()
		}
	}
}

// shut drops the consumers.
func (g *Group) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for _, c := range g.consumers {
		c.drop()
	}
	g.consumers = nil
}

// background is the context of what the server writes by itself.
var background = context.Background()
