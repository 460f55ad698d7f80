package competing

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// parked is what a group knows of its parked messages. It looks at their stream
// only when it goes on from a checkpoint; a group without one begins with none.
type parked struct {
	first, last int64 // revisions of those that are left; -1: not known
}

func nothingParked() parked { return parked{-1, -1} }

func (p parked) count() int64 {
	if p.last < 0 {
		return 0
	}
	return p.last - max(p.first, 0) + 1
}

// loadParked looks at the stream of the parked messages.
func (g *Group) loadParked() parked {
	newest, err := g.e.ReadStream(g.key.parkedStream(), engine.EndRevision, 1, true)
	if err != nil || len(newest.Records) == 0 {
		return nothingParked()
	}
	p := parked{-1, int64(newest.Records[0].Revision)}
	for from := uint64(0); ; {
		page, err := g.e.ReadStream(g.key.parkedStream(), from, 1, false)
		if err != nil {
			return p
		}
		if len(page.Records) > 0 {
			p.first = int64(page.Records[0].Revision)
		}
		if page.End || len(page.Records) > 0 {
			return p
		}
		from = uint64(page.Next)
	}
}

// park keeps a message apart: a link to its event in the stream of the parked
// messages; of a link without an event, that link's data. It is done then. One
// that cannot be parked is lost, as in EventStoreDB.
func (g *Group) park(m *message, reason string) {
	metadata, _ := json.Marshal(parkedBecause{time.Now(), reason, m.revision()}) // a time, a text and a number
	a, err := g.e.Append(background, g.key.parkedStream(), engine.Any, []engine.Event{{
		ID: uuid.New(), Type: engine.LinkType, Data: m.link(), Metadata: metadata,
	}})
	if err == nil {
		g.parked.last = a.Revision
	}
	g.release(m.id())
}

// parkedBecause is the metadata of a parked message.
type parkedBecause struct {
	Added    time.Time `json:"added"`
	Reason   string    `json:"reason"`
	Revision uint64    `json:"subscriptionEventNumber"`
}

// link is the data of a link to the message.
func (m *message) link() []byte {
	if of := m.resolved.Event; of != nil {
		return fmt.Appendf(nil, "%d@%s", int64(of.Revision), of.Stream)
	}
	return m.resolved.Link.Data
}

// replayParked gives parked messages again: all, or those before a revision of
// their stream. One replay goes on at a time; one up to revision 0 of a stream
// that has any never ends, so that no other begins.
func (g *Group) replayParked(stopAt *int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.buffer == nil || g.state.has(replaying) {
		return
	}
	g.state.set(replaying)
	newest, err := g.e.ReadStream(g.key.parkedStream(), engine.EndRevision, 1, true)
	if isMissing(err) {
		g.state.clear(replaying)
		return
	}
	stop := newest.Last + 1
	if stopAt != nil {
		stop = min(stop, *stopAt)
	}
	if err == nil && stop > 0 {
		g.replayUntil(stop)
	}
	g.pump()
}

// replayUntil reads the parked messages before a revision and truncates their
// stream behind what was read. A replay that cannot read never ends.
func (g *Group) replayUntil(stop int64) {
	for next := int64(0); ; {
		n := int(min(stop-next, int64(g.settings.ReadBatch), int64(g.settings.page())))
		page, err := g.readStream(g.key.parkedStream(), next, n, true)
		if err != nil {
			return
		}
		for _, of := range page.events {
			if int64(of.Original().Revision) < stop {
				g.buffer.addRetry(&message{resolved: of, replayed: true})
			}
		}
		g.pump()
		if next = page.next.Commit; page.end || stop <= next {
			g.truncateParked(min(stop, next))
			g.state.clear(replaying)
			return
		}
	}
}

// truncateParked hides the parked messages before a revision.
func (g *Group) truncateParked(before int64) {
	data := fmt.Appendf(nil, `{"$tb":%d,"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}`, before)
	_, err := g.e.Append(background, engine.MetadataStream(g.key.parkedStream()), engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: engine.MetadataType, JSON: true, Data: data}})
	if err == nil {
		g.parked.first = before
	}
}
