package engine

import "math"

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
	s := e.streams[name]
	if s.tombstoned() {
		return StreamPage{}, &Deleted{Stream: name}
	}
	m := e.metadataOf(name)
	if s.last() < 0 || m.softDeleted() {
		return StreamPage{}, &NotFound{Stream: name}
	}
	last := s.last()
	first := m.first(last)
	p := StreamPage{Last: last}
	start := int64(min(from, uint64(math.MaxInt64-PageSize)))
	low, high := start, start+int64(n)-1
	if backwards {
		start = min(start, last)
		low, high = start-int64(n)+1, start
		p.Next, p.End = low-1, low <= first
		low = max(low, first)
	} else {
		if first > last { // everything is truncated
			p.Next, p.End = max(start, last+1), true
			return p, nil
		}
		if high < first {
			p.Next = first
			return p, nil
		}
		p.Next, p.End = min(max(high, start-1), last)+1, high >= last
		low, high = max(low, first), min(high, last)
	}
	oldest := m.oldest(ticks(e.now()))
	for i := low; i <= high; i++ {
		if s.records[i].Created >= oldest {
			p.Records = append(p.Records, s.records[i])
		}
	}
	if backwards {
		for i, j := 0, len(p.Records)-1; i < j; i, j = i+1, j-1 {
			p.Records[i], p.Records[j] = p.Records[j], p.Records[i]
		}
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
