package engine

import (
	"math"
	"slices"
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
	last, m := e.last(name), e.consult(name)
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
