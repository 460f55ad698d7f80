package competing

import (
	"errors"
	"math"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// page is what was read at once.
type page struct {
	events []engine.Resolved
	next   Position // where to go on
	end    bool     // there is no more
}

// errRead is about a number of events that cannot be read.
var errRead = errors.New("competing: that cannot be read")

// readOn reads while the group is behind and its buffer has room. The caller
// holds mu.
func (g *Group) readOn() {
	for g.buffer != nil && !g.state.has(pageRequested) {
		if g.buffer.live {
			g.state.setLive()
			return
		}
		if !g.buffer.accepts(g.settings.ReadBatch) {
			return
		}
		p, err := g.readPage()
		if err != nil {
			g.fail()
			return
		}
		for _, e := range p.events {
			g.buffer.addRead(&message{resolved: e, at: g.key.position(e.Original()), sequence: unsent})
		}
		if n := len(p.events); n > 0 {
			g.stats.seen(g.key.position(p.events[n-1].Original()))
		}
		if g.buffer.live {
			continue
		}
		g.next = p.next
		if g.missed = p.end && !g.buffer.atEnd() && len(p.events) == 0; g.missed {
			return
		}
	}
}

// fail is for a read that fails. It is the last: it is never known to have
// ended, and drops all consumers, and those that come later.
func (g *Group) fail() {
	g.failed = true
	g.state.set(pageRequested)
	for _, c := range g.consumers {
		g.chooser.left(c)
		c.drop()
	}
	g.consumers = nil
}

// readPage reads the next page. The first one of a group that goes on from a
// checkpoint begins with the event of the checkpoint, and is read without it.
func (g *Group) readPage() (page, error) {
	var p page
	var err error
	if g.key.Stream == engine.AllStream {
		p, err = g.readLog()
	} else {
		p, err = g.readStream(g.key.Stream, g.next.Commit, g.settings.page(), g.settings.Links)
	}
	if g.skipFirst && len(p.events) > 0 {
		p.events = p.events[1:]
	}
	g.skipFirst = false
	return p, err
}

// readStream reads a page of a stream. One that is not there has nothing, and
// is read from its beginning when it is.
func (g *Group) readStream(stream string, from int64, n int, links bool) (page, error) {
	if n <= 0 {
		return page{}, errRead
	}
	read, err := g.e.ReadStream(stream, uint64(from), n, false)
	if isMissing(err) {
		return page{next: At(0), end: true}, nil
	}
	if err != nil {
		return page{}, err
	}
	p := page{next: At(read.Next), end: read.End}
	for _, r := range read.Records {
		p.events = append(p.events, g.e.Resolve(r, links))
	}
	return p, nil
}

func isMissing(err error) bool {
	var missing *engine.NotFound
	return errors.As(err, &missing)
}

// readLog reads a page of the log. A filter looks at no more records at a time
// than make a checkpoint due, and skips them if none of them matches.
func (g *Group) readLog() (page, error) {
	n, window := g.settings.page(), math.MaxInt
	if n <= 0 {
		return page{}, errRead
	}
	if g.filtered() {
		window = max(g.settings.batch(), g.settings.MaxCheckpoint)
	}
	records := g.e.From(uint64(g.next.Commit), window)
	p := page{next: g.next, end: len(records) < window}
	for _, r := range records {
		if len(p.events) == n {
			p.end = false
			return p, nil
		}
		p.next = Position{Commit: int64(r.End())}
		if g.filter.Match(r) {
			p.events = append(p.events, g.e.Resolve(r, g.settings.Links))
		}
	}
	if g.filtered() && len(p.events) == 0 && len(records) > 0 {
		g.skip(g.next, int64(len(records)))
	}
	p.end = p.end && len(p.events) < n
	return p, nil
}
