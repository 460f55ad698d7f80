package competing

import (
	"encoding/json"
	"hash/fnv"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Strategy is how a group chooses the consumer for an event.
type Strategy string

// The strategies of EventStoreDB.
const (
	DispatchToSingle    Strategy = "DispatchToSingle"
	RoundRobin          Strategy = "RoundRobin"
	Pinned              Strategy = "Pinned"              // by stream
	PinnedByCorrelation Strategy = "PinnedByCorrelation" // by $correlationId of the metadata
)

func (s Strategy) known() bool {
	switch s {
	case DispatchToSingle, RoundRobin, Pinned, PinnedByCorrelation:
		return true
	}
	return false
}

// pins reports whether an event has to wait for one consumer, so that others
// may overtake it.
func (s Strategy) pins() bool { return s == Pinned || s == PinnedByCorrelation }

// choose picks the consumer for a message, nil if it has to wait. The caller
// holds the group's lock.
func (g *Group) choose(m *message) *Consumer {
	switch s := g.settings.Strategy; {
	case len(g.consumers) == 0:
		return nil
	case s.pins():
		if c := g.pinned(pin(s, m.resolved)); c.free() > 0 {
			return c
		}
	case s == RoundRobin:
		for i := range g.consumers {
			c := g.consumers[(g.turn+i)%len(g.consumers)]
			if c.free() > 0 {
				g.turn = (g.turn + i + 1) % len(g.consumers)
				return c
			}
		}
	default:
		for _, c := range g.consumers {
			if c.free() > 0 {
				return c
			}
		}
	}
	return nil
}

// pinned finds the consumer for a key by the highest random weight, so that
// the coming or going of one moves no more keys than it must.
func (g *Group) pinned(key string) *Consumer {
	var best *Consumer
	var weight uint64
	for _, c := range g.consumers {
		h := fnv.New64a()
		h.Write(c.id[:])
		h.Write([]byte(key))
		if w := h.Sum64(); best == nil || w > weight {
			best, weight = c, w
		}
	}
	return best
}

// pin is what the event is pinned by.
func pin(s Strategy, r engine.Resolved) string {
	of := r.Event
	if of == nil {
		of = r.Link
	}
	if s == PinnedByCorrelation {
		var m struct {
			ID string `json:"$correlationId"`
		}
		if json.Unmarshal(of.Metadata, &m) == nil && m.ID != "" {
			return m.ID
		}
	}
	return of.Stream
}

// message is an event on its way to a consumer.
type message struct {
	resolved engine.Resolved
	order    uint64 // revision or position; of what the group reads
	before   int64  // the order before it: what a checkpoint says while this one is unfinished
	parked   bool   // replayed: it does not count for the checkpoint
	retries  int
}

// precedes is the order of retries: as in the stream, replayed ones last.
func (m *message) precedes(other *message) bool {
	if m.parked != other.parked {
		return other.parked
	}
	return m.order < other.order
}

func (m *message) id() uuid.UUID { return m.resolved.Original().ID }
