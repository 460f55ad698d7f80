package engine

import (
	"errors"
	"strconv"
	"strings"
)

// lastEvent as the revision of a link is the last one of the stream.
const lastEvent = -1

// Resolve follows a link, if told so, for who reads. One that leads nowhere, or
// to something hidden, comes without an event. A link to a link leads to the
// link. What does not begin with a number is no link but an event as any other.
func (e *Engine) Resolve(r *Record, links bool) Resolved {
	if !links || r.Type != LinkType {
		return Resolved{Event: r}
	}
	event, err := e.target(r)
	if errors.Is(err, errNoLink) {
		return Resolved{Event: r}
	}
	return Resolved{Link: r, Event: event}
}

// ResolveLive is Resolve for who follows: what is no link comes as one that
// leads nowhere.
func (e *Engine) ResolveLive(r *Record, links bool) Resolved {
	if !links || r.Type != LinkType {
		return Resolved{Event: r}
	}
	event, _ := e.target(r)
	return Resolved{Link: r, Event: event}
}

var errNoLink = errors.New("engine: the data of a link does not begin with a number")

// target is the event that a link leads to, nil if it cannot be read. The data
// of a link is revision@stream; around the revision may be white space, and a
// sign in front of it.
func (e *Engine) target(link *Record) (*Record, error) {
	number, stream, _ := strings.Cut(string(link.Data), "@")
	revision, err := strconv.ParseInt(strings.TrimRight(strings.Trim(number, " \t\n\v\f\r"), "\x00"), 10, 64)
	if err != nil {
		return nil, errNoLink
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	if revision == lastEvent {
		revision = e.last(stream)
	}
	if revision < 0 {
		return nil, nil
	}
	if r := e.event(stream, uint64(revision)); r != nil && e.visible(r) {
		return r, nil
	}
	return nil, nil
}
