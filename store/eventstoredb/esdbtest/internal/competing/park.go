package competing

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// replay is a range of parked messages that are to be delivered again.
type replay struct {
	next, end int64 // revisions of the parked stream; end is exclusive
}

// park keeps a message apart: a link to it in the group's parked stream. One
// that cannot be parked is delivered again.
func (g *Group) park(m *message, reason string) {
	of := m.resolved.Event
	if of == nil {
		of = m.resolved.Link
	}
	metadata, _ := json.Marshal(map[string]any{ // strings and a time
		"added":                   time.Now().UTC(),
		"reason":                  reason,
		"subscriptionEventNumber": m.order,
	})
	_, err := g.e.Append(background, g.key.parkedStream(), engine.Any, []engine.Event{{
		ID:       uuid.New(),
		Type:     engine.LinkType,
		Data:     fmt.Appendf(nil, "%d@%s", of.Revision, of.Stream),
		Metadata: metadata,
	}})
	if err != nil {
		m.retries = 0
		g.retry = append(g.retry, m)
		return
	}
	g.point.finished++
}

// replayParked starts a replay of the parked messages before a revision of
// their stream, or of all.
func (g *Group) replayParked(stopAt int64, limited bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	end := g.e.LastRevision(g.key.parkedStream()) + 1
	if limited {
		end = min(end, max(stopAt, 0))
	}
	if next := max(g.replay.next, g.firstParked()); next < end {
		g.replay = replay{next: next, end: max(g.replay.end, end)}
		g.pump()
	}
}

// firstParked is the first parked message that was not replayed yet.
func (g *Group) firstParked() int64 {
	if tb := g.e.Metadata(g.key.parkedStream()).TruncateBefore; tb != nil {
		return *tb
	}
	return 0
}

// parkedCount is how many messages are parked.
func (g *Group) parkedCount() int64 {
	return max(0, g.e.LastRevision(g.key.parkedStream())+1-g.firstParked())
}

// refillParked reads on in a replay, and notes in the parked stream's metadata
// what need not be replayed again.
func (g *Group) refillParked() {
	if g.replay.next >= g.replay.end {
		return
	}
	stop := min(g.replay.end, g.replay.next+int64(g.settings.ReadBatch))
	for ; g.replay.next < stop; g.replay.next++ {
		r := g.e.Event(g.key.parkedStream(), uint64(g.replay.next))
		if r == nil {
			continue
		}
		if resolved := g.e.Resolve(r, true); resolved.Event != nil {
			g.retry = append(g.retry, &message{resolved: resolved, order: r.Revision, parked: true})
		}
	}
	data := fmt.Appendf(nil, `{"$tb":%d}`, g.replay.next)
	// If this fails, a message may be replayed twice: that is allowed.
	_, _ = g.e.Append(background, engine.MetadataStream(g.key.parkedStream()), engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: data}})
}
