package engine

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// PageSize is how many events EventStoreDB reads at a time for a client.
const PageSize = 32

// StreamPage is a part of a stream.
type StreamPage struct {
	Records []*Record
	Next    int64 // where the next page starts
	End     bool  // there is no next page
	Last    int64 // the stream's last revision
}

// EndRevision as the start of a read means the end of the stream.
const EndRevision uint64 = math.MaxUint64

// ReadStream reads at most n revisions of a stream, from one on, inclusive. A
// page may hold fewer events than revisions, because of expired ones, and even
// none before the end. It fails with *NotFound or *Deleted.
func (e *Engine) ReadStream(name string, from uint64, n int, backwards bool) (StreamPage, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	last, m := e.last(name), e.metadataOf(name)
	switch {
	case last == tombstoned:
		return StreamPage{}, &Deleted{Stream: name}
	case last < 0 || m.softDeleted():
		return StreamPage{}, &NotFound{Stream: name}
	}
	low := int64(min(from, math.MaxInt64))
	high := low + min(int64(n)-1, math.MaxInt64-low)
	if backwards {
		high = min(low, last)
		low = high - int64(n) + 1
	}
	p := StreamPage{Last: last}
	if first := m.first(last); backwards {
		p.Next, p.End = low-1, low <= first
		low = max(low, first)
	} else {
		if high < first {
			p.Next = first
			return p, nil
		}
		p.Next, p.End = min(high, last)+1, high >= last
		low, high = max(low, first), min(high, last)
	}
	if low > high {
		return p, nil
	}
	now := ticks(e.now())
	if m.ageless(now) {
		return StreamPage{}, &Unreadable{Stream: name}
	}
	records := e.streams[name].records
	for _, r := range records[low : high+1] {
		if r.Created >= m.oldest(now) {
			p.Records = append(p.Records, r)
		}
	}
	switch {
	case backwards:
		slices.Reverse(p.Records)
	case len(p.Records) == 0: // all have expired: on with the first that has not
		next := slices.IndexFunc(records[high+1:], func(r *Record) bool { return r.Created >= m.oldest(now) })
		if p.End = next < 0; p.End {
			next = len(records) - int(high+1)
		}
		p.Next = high + 1 + int64(next)
	}
	return p, nil
}

// AllPage is a part of the log.
type AllPage struct {
	Records    []*Record
	Considered int    // records looked at, matching or not
	Through    uint64 // position of the last record considered, 0 of none
	Next       uint64 // where the next page starts
	End        bool   // there is no next page
}

// EndPosition as the start of a read means the end of the log.
const EndPosition uint64 = math.MaxUint64

// ReadAll reads at most n matching events of the log, and looks at no more
// than window: forwards from a position on, inclusive; backwards those before
// it.
func (e *Engine) ReadAll(from uint64, n, window int, backwards bool, f Filter) AllPage {
	e.mu.RLock()
	defer e.mu.RUnlock()
	at := sort.Search(len(e.all), func(i int) bool { return e.all[i].Position >= from })
	p := AllPage{Next: from}
	step := 1
	if backwards {
		at, step = at-1, -1
	}
	for ; at >= 0 && at < len(e.all) && len(p.Records) < n && p.Considered < window; at += step {
		r := e.all[at]
		p.Considered++
		p.Through = r.Position
		if f.Match(r) {
			p.Records = append(p.Records, r)
		}
	}
	switch {
	case at < 0 || at >= len(e.all):
		p.End = true
	case backwards:
		p.Next = p.Through
	default:
		p.Next = e.all[at].Position
	}
	return p
}

// Event is a stream's event at a revision as the log has it, nil if there is
// none. It also gives what a stream's metadata hides.
func (e *Engine) Event(stream string, revision uint64) *Record {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.event(stream, revision)
}

func (e *Engine) event(stream string, revision uint64) *Record {
	s := e.streams[stream]
	if s == nil || revision >= uint64(len(s.records)) {
		return nil
	}
	return s.records[revision]
}

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
	if err != nil {
		return nil
	}
	if r := e.event(stream, revision); r != nil && e.visible(r) {
		return r
	}
	return nil
}
