package engine

import (
	"fmt"

	"github.com/google/uuid"
)

// Expected is what a writer expects of a stream: a revision, or one of the
// constants. The numbers are those of EventStoreDB's trailers.
type Expected int64

// Expectations other than a revision.
const (
	NoStream     Expected = -1
	Any          Expected = -2
	StreamExists Expected = -4
)

// String says the expectation in words.
func (e Expected) String() string {
	switch e {
	case NoStream:
		return "no stream"
	case Any:
		return "any revision"
	case StreamExists:
		return "a stream that exists"
	}
	return fmt.Sprintf("revision %d", int64(e))
}

// decision is what becomes of an append.
type decision struct {
	// write: the events are new. Otherwise they were written before, and last
	// is the last of them.
	write bool
	last  *Record
	// undelete: the stream is soft-deleted, and the write reopens it.
	undelete bool
}

// check decides an append as EventStoreDB's index writer does: an expected
// revision behind the end is a repeated append if the ids match those in the
// log, exactly and however long ago; Any and StreamExists know only the ids
// written lately.
func (e *Engine) check(stream string, expected Expected, ids []uuid.UUID) (decision, error) {
	s, current := e.streams[stream], e.lastWritten(stream)
	wrong := &WrongVersion{Stream: stream, Expected: expected, Current: current}
	if current == tombstoned {
		return decision{}, &Deleted{Stream: stream}
	}
	softDeleted := func() bool { return e.consultToWrite(stream).softDeleted() }
	switch {
	case expected == StreamExists && softDeleted():
		return decision{}, &Deleted{Stream: stream}
	case expected == StreamExists && current < 0 && e.lastWritten(MetadataStream(stream)) < 0:
		return decision{}, wrong
	case expected == Any || expected == StreamExists:
		return e.checkLately(ids, wrong, softDeleted)
	case int64(expected) > current:
		return decision{}, wrong
	case int64(expected) == current:
		return decision{write: true, undelete: softDeleted()}, nil
	}
	for i, id := range ids {
		at := int64(expected) + 1 + int64(i)
		if at <= current && s.records[at].ID == id {
			continue
		}
		if i == 0 && expected == NoStream && softDeleted() {
			return decision{write: true, undelete: true}, nil
		}
		return decision{}, wrong
	}
	if len(ids) == 0 {
		return decision{}, wrong
	}
	return decision{last: s.records[int64(expected)+int64(len(ids))]}, nil
}

// checkLately decides an append without an expected revision: a known first id
// makes it a repetition, and then every other must be known too, in whatever
// order. One whose last event stands more than one before its first is never
// answered.
func (e *Engine) checkLately(ids []uuid.UUID, wrong *WrongVersion, softDeleted func() bool) (decision, error) {
	var first, last *Record
	for i, id := range ids {
		last = e.ids.find(id)
		switch {
		case last == nil || last.Stream != wrong.Stream:
			if i > 0 {
				return decision{}, wrong
			}
			return decision{write: true, undelete: softDeleted()}, nil
		case i == 0:
			first = last
		}
	}
	switch {
	case last == nil:
		return decision{write: true, undelete: softDeleted()}, nil
	case last.Revision+1 < first.Revision:
		return decision{}, ErrNoAnswer
	}
	return decision{last: last}, nil
}
