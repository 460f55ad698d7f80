package competing

import "time"

// Info is the state of a group.
type Info struct {
	Key         Key
	Settings    Settings
	Status      string
	Start       string // revision or position, -1 for the end
	Checkpoint  string // empty: none yet
	LastKnown   string // empty: none
	Total       int64
	Latest      int64 // of the total, since it was last told of
	PerSecond   int32
	Buffered    int
	Live        int
	Retrying    int
	InFlight    int
	Outstanding int
	Parked      int64
	Connections []Connection
}

// Connection is the state of a consumer.
type Connection struct {
	Peer         Peer
	Total        int64
	Latest       int64
	PerSecond    int32
	Free         int
	InFlight     int
	Measurements []Measurement
}

// stats is what a group counts to be told of.
type stats struct {
	total    int64
	known    *Position // the newest event that it has met
	counted  int64     // of the total, when it was last told of
	measured time.Time // when that was
}

func (s *stats) seen(p Position) {
	if s.known == nil || s.known.Compare(p) < 0 {
		s.known = &p
	}
}

// info tells the state of the group; what it counts by the second it counts
// since it was last asked.
func (g *Group) info(now time.Time) Info {
	g.mu.Lock()
	defer g.mu.Unlock()
	passed := now.Sub(g.stats.measured)
	i := Info{
		Key: g.key, Settings: g.settings, Status: g.state.String(),
		Start:      g.key.write(g.settings.Start),
		Checkpoint: g.text(g.progress.position),
		LastKnown:  g.text(g.stats.known),
		Total:      g.stats.total, Latest: g.stats.total - g.stats.counted,
		Outstanding: len(g.outstanding),
		Parked:      g.parked.count(),
	}
	i.PerSecond = rate(i.Latest, passed)
	if g.buffer != nil {
		i.Buffered, i.Retrying, i.Live = len(g.buffer.read), len(g.buffer.retry), len(g.buffer.recent.messages)
	}
	for _, c := range g.consumers {
		i.InFlight += len(c.unconfirmed)
		i.Connections = append(i.Connections, c.info(passed))
	}
	g.stats.counted, g.stats.measured = g.stats.total, now
	return i
}

func (c *Consumer) info(passed time.Duration) Connection {
	latest := c.total - c.counted
	c.counted = c.total
	return Connection{
		Peer: c.peer, Total: c.total, Latest: latest, PerSecond: rate(latest, passed),
		Free: c.free, InFlight: len(c.unconfirmed), Measurements: c.times.measurements(),
	}
}

func (g *Group) text(p *Position) string {
	if p == nil {
		return ""
	}
	return g.key.write(*p)
}

// rate is a number per second.
func rate(n int64, d time.Duration) int32 {
	if d <= 0 {
		return 0
	}
	return int32(float64(n) / d.Seconds())
}
