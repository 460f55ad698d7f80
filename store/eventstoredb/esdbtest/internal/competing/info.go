package competing

import (
	"cmp"
	"slices"
	"time"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// Info is the state of a group.
type Info struct {
	Key         Key
	Settings    Settings
	Status      string // Live or Behind
	Start       string // revision or position, -1 for the end
	Checkpoint  string // empty: none yet
	LastKnown   string // empty: none
	Total       int64
	PerSecond   int32
	Buffered    int
	Retrying    int
	InFlight    int
	Parked      int64
	Connections []Connection
}

// Connection is the state of a consumer.
type Connection struct {
	Peer      Peer
	Total     int64
	PerSecond int32
	Free      int
	InFlight  int
}

// Info is the state of a group. It fails with ErrNotExist.
func (r *Registry) Info(key Key) (Info, error) {
	g, err := r.group(key)
	if err != nil {
		return Info{}, err
	}
	return g.info(), nil
}

// List is the state of every group, or of those on a stream, by their keys.
func (r *Registry) List(stream string, every bool) []Info {
	r.mu.Lock()
	var groups []*Group
	for k, g := range r.groups {
		if every || k.Stream == stream {
			groups = append(groups, g)
		}
	}
	r.mu.Unlock()
	infos := make([]Info, len(groups))
	for i, g := range groups {
		infos[i] = g.info()
	}
	slices.SortFunc(infos, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Key.Stream, b.Key.Stream), cmp.Compare(a.Key.Group, b.Key.Group))
	})
	return infos
}

func (g *Group) info() Info {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	i := Info{
		Key: g.key, Settings: g.settings, Status: "Live",
		Total: g.total, PerSecond: rate(g.total, now.Sub(g.created)),
		Buffered: len(g.buffer), Retrying: len(g.retry), InFlight: len(g.outstanding),
		Parked: g.parkedCount(),
	}
	last := int64(g.e.Head())
	if g.key.Stream != engine.AllStream {
		last = g.e.LastRevision(g.key.Stream)
	}
	if last >= 0 {
		i.LastKnown = g.position(last)
	}
	if g.through < last {
		i.Status = "Behind"
	}
	if _, ok := g.loadCheckpoint(); ok {
		i.Checkpoint = g.position(g.point.written)
	}
	switch s := g.settings.Start; {
	case s.End:
		i.Start = g.position(-1)
	case s.Start:
		i.Start = g.position(0)
	default:
		i.Start = g.position(int64(s.Value))
	}
	for _, c := range g.consumers {
		i.Connections = append(i.Connections, Connection{
			Peer: c.peer, Total: c.total, PerSecond: rate(c.total, now.Sub(c.since)),
			Free: c.free(), InFlight: c.inFlight,
		})
	}
	return i
}

// rate is a number per second.
func rate(n int64, d time.Duration) int32 {
	if d < time.Second {
		return int32(min(n, 1<<30))
	}
	return int32(min(n/int64(d/time.Second), 1<<30))
}
