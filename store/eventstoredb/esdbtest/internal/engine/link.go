package engine

import (
	"strconv"
	"strings"
)

// Resolve follows a link if told so. The event of a link that leads nowhere,
// or to something hidden, is nil.
func (e *Engine) Resolve(r *Record, links bool) Resolved {
	if !links || r.Type != LinkType {
		return Resolved{Event: r}
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	return Resolved{Link: r, Event: e.target(r)}
}

// target is the event that a link leads to, nil if it can not be read.
func (e *Engine) target(link *Record) *Record {
	number, stream, ok := strings.Cut(string(link.Data), "@")
	if !ok {
		return nil
	}
	revision, err := strconv.ParseUint(number, 10, 63)
	if err != nil || e.streams[stream].tombstoned() {
		return nil
	}
	r := e.event(stream, revision)
	if r == nil {
		return nil
	}
	m := e.metadataOf(stream)
	if m.softDeleted() || int64(revision) < m.first(e.streams[stream].last()) || r.Created < m.oldest(ticks(e.now())) {
		return nil
	}
	return r
}
