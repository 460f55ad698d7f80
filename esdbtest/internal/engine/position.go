package engine

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sort"
)

// Position is a place in the log, told as two byte offsets: that of a commit
// and that of the record that it commits. Since every record commits itself
// they are one and the same, the offset at which the record begins. A position
// whose second half is 0 is in front of the record, so that what comes after it
// begins with that record.
//
// -1 is the end of the log in a request and, in an answer, what comes before
// its first record. Both are 2^64-1 on the wire, and only as such can one be
// compared with another: it is above all others there.
type Position struct{ Commit, Prepare int64 }

// The positions that no record has.
var (
	LogStart    = Position{}
	LogEnd      = Position{-1, -1}
	beforeFirst = Position{-1, -1}
)

// Errors about positions.
var (
	// ErrNoPosition: the halves of a position cannot be those of one.
	ErrNoPosition = errors.New("engine: a position is not above 2^63-1, and its prepare half not above its commit half")
	// ErrInsideRecord: a position is not where a record begins.
	ErrInsideRecord = errors.New("engine: no record begins at the position")
	// ErrBehindEnd: a position to read backwards from is behind the end.
	ErrBehindEnd = errors.New("engine: the position is behind the end of the log")
)

// At is the position of a record that begins at an offset.
func At(offset uint64) Position { return Position{int64(offset), int64(offset)} }

// before is the place in front of the record at an offset.
func before(offset uint64) Position { return Position{Commit: int64(offset)} }

// NewPosition reads a position of the wire. It fails with ErrNoPosition.
func NewPosition(commit, prepare uint64) (Position, error) {
	tooLarge := func(half uint64) bool { return half > math.MaxInt64 && half != math.MaxUint64 }
	if tooLarge(commit) || tooLarge(prepare) || commit < prepare {
		return Position{}, ErrNoPosition
	}
	return Position{int64(commit), int64(prepare)}, nil
}

// Wire is the position as it is told.
func (p Position) Wire() (commit, prepare uint64) { return uint64(p.Commit), uint64(p.Prepare) }

// Compare is the order of positions.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Commit, q.Commit), cmp.Compare(p.Prepare, q.Prepare))
}

// CheckForwards checks a position to read forwards from. Behind the beginning of
// the last record there is nothing to read and nothing to refuse; before, a
// record has to begin there. It fails with ErrInsideRecord.
func (e *Engine) CheckForwards(p Position) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	switch {
	case p == LogEnd, p.Commit > int64(e.head()):
		return nil
	case p.Commit < 0 || p.Prepare < 0:
		return ErrInsideRecord
	}
	return e.beginsRecord(p)
}

// leastRecord is less than any record takes, in bytes: the lengths at its ends.
const leastRecord = 8

// Backwards is the offset that a position to read backwards from stands for: a
// record has to begin there, or the log to end. If the halves differ, the record
// that ends there is behind it. In front of the first few bytes there is nothing,
// and nothing to refuse. It fails with ErrInsideRecord or ErrBehindEnd.
func (e *Engine) Backwards(p Position) (from uint64, err error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	switch end := int64(e.next); {
	case p == LogEnd:
		return EndPosition, nil
	case p.Commit < 0 || p.Prepare < 0:
		return 0, ErrInsideRecord
	case p.Commit < leastRecord:
		return 0, nil
	case p.Commit > end:
		return 0, ErrBehindEnd
	case p.Commit < end:
		err = e.beginsRecord(p)
	}
	from = uint64(p.Commit)
	if at := seek(e.all, from) - 1; p.Prepare < p.Commit && at >= 0 && e.all[at].End() == from {
		from = e.all[at].Position
	}
	return from, err
}

func (e *Engine) beginsRecord(p Position) error {
	at := seek(e.all, uint64(p.Commit))
	if p.Commit == 0 || at < len(e.all) && e.all[at].Position == uint64(p.Commit) {
		return nil
	}
	if _, blank := slices.BinarySearch(e.blanks, uint64(p.Commit)); blank {
		return nil
	}
	return ErrInsideRecord
}

// seek finds the first record that begins at an offset or behind it.
func seek(log []*Record, offset uint64) int {
	return sort.Search(len(log), func(i int) bool { return log[i].Position >= offset })
}

// records is the log as it is now: it only grows, so that it can be read
// without a lock.
func (e *Engine) records() []*Record {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.all
}
