package sqlite

import (
	"context"
	"errors"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// The most that one read transaction copies out of the file. A single record
// may be larger.
const (
	batchRecords   = 1024
	batchBytes     = 256 << 10
	smallestBuffer = 16 << 10
)

// A batch is the records of one read transaction, copied out of SQLite's
// memory. It is reused, so that a long read allocates nothing per record.
type batch struct {
	records []event.Record
	buf     []byte // the records' bytes; never grows while records point into it
	full    bool   // there may be more
	tight   bool   // it was the buffer that filled up
}

var batches = sync.Pool{New: func() any { return new(batch) }}

func takeBatch() *batch {
	b := batches.Get().(*batch)
	b.empty()
	return b
}

func (b *batch) giveBack() {
	if cap(b.buf) <= batchBytes { // one huge record should not stay for ever
		batches.Put(b)
	}
}

// empty makes room for the next batch, and more of it if that was scarce.
func (b *batch) empty() {
	if b.tight && cap(b.buf) < batchBytes {
		b.buf = make([]byte, 0, min(2*cap(b.buf), batchBytes))
	}
	b.records, b.buf, b.full, b.tight = b.records[:0], b.buf[:0], false, false
}

// room reports whether so many more bytes fit behind those that are there. An
// empty batch makes the room.
func (b *batch) room(need int) bool {
	if cap(b.buf)-len(b.buf) >= need {
		return true
	}
	if len(b.records) > 0 {
		return false
	}
	b.buf = make([]byte, 0, max(need, smallestBuffer))
	return true
}

// fill reads the statement's rows, at most so many, until the batch is full. The
// statement's first columns are header, data and metadata; place sets where the
// row stands. Each row must have the checksum of just that. What was read before
// an error stays in the batch.
func (b *batch) fill(r *reader, rows *sqlite3.Stmt, most int64, place func(*stored)) (err error) {
	b.empty()
	var row stored // out here, because it escapes
	for int64(len(b.records)) < most && !b.full && rows.Step() {
		place(&row)
		if err = b.add(r, rows, &row); err != nil {
			break
		}
	}
	if e := finish(rows); err == nil {
		err = e
	}
	return err
}

// add adds the record of the row, if there is room.
func (b *batch) add(r *reader, rows *sqlite3.Stmt, row *stored) error {
	if !row.parse(rows.ColumnRawBlob(0)) {
		return corrupt(event.Position(max(row.position, 0)), "the record has no header", nil)
	}
	stream, err := r.streams.name(row.stream)
	if err != nil {
		return err
	}
	kind, err := r.types.name(int64(row.kind))
	if err != nil {
		return err
	}
	row.data, row.metadata = rows.ColumnRawBlob(1), rows.ColumnRawBlob(2) // text as it is stored
	if !b.room(row.imageBytes(stream, kind)) {
		b.full, b.tight = true, true
		return nil
	}
	start := len(b.buf)
	rec, err := row.open(row.image(b.buf, stream, kind)[start:], stream, kind)
	if err != nil {
		return err
	}
	b.buf = b.buf[:start+len(row.data)+len(row.metadata)] // the next image overwrites the rest
	b.records = append(b.records, rec)
	b.full = len(b.records) == batchRecords
	return nil
}

func (b *batch) fillFrom(r *reader, next, through int64) error {
	if err := bind(r.byPosition, next); err != nil {
		return err
	}
	due := next - 1
	err := b.fill(r, r.byPosition, through-next+1, func(row *stored) {
		due++
		row.position, row.stream, row.revision = due, r.byPosition.ColumnInt64(3), r.byPosition.ColumnInt64(4)
	})
	due = next + int64(len(b.records))
	if err == nil && (b.full || due > through) {
		return nil
	}
	if missing(err, r.hasPosition, due) {
		err = corrupt(event.Position(due), "the record is missing", nil)
	}
	return placed(err, "", event.Position(due))
}

// fillStream reads a stream's records of revisions next, next+1, … through.
func (b *batch) fillStream(r *reader, name string, stream, next, through int64) error {
	if err := bind(r.byRevision, stream, next); err != nil {
		return err
	}
	due := next - 1
	err := b.fill(r, r.byRevision, through-next+1, func(row *stored) {
		due++
		row.position, row.stream, row.revision = r.byRevision.ColumnInt64(3), stream, due
	})
	due = next + int64(len(b.records))
	if err == nil && (b.full || due > through) {
		return nil
	}
	if missing(err, r.hasRevision, stream, due) {
		err = corruptStream(name, nil, "revision %d is missing", due)
	}
	return placed(err, name, 0)
}

// missing tells a record that is not there from a damaged one: where one is
// missing, the next does not have the checksum of that place. The statement asks
// for the record that was due.
func missing(err error, has *sqlite3.Stmt, due ...any) bool {
	if err == nil { // there was no next
		return true
	}
	if !errors.Is(err, store.ErrCorrupt) || bind(has, due...) != nil {
		return false
	}
	found := has.Step()
	return finish(has) == nil && !found
}

// placed says of damage that SQLite reports where it stopped us.
func placed(err error, stream string, p event.Position) error {
	err = failure(context.Background(), err)
	var e *fault.Error
	if errors.As(err, &e) && e.Is(store.ErrCorrupt) && e.Stream == "" && e.Position == 0 {
		return e.In(stream).At(uint64(p)).With(e.Err, "%s", e.Detail)
	}
	return err
}
