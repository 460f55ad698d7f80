package sqlite

import (
	"context"
	"errors"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
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

// hold copies the row's bytes. It reports false if they do not fit behind those
// that are there.
func (b *batch) hold(row *stored) bool {
	need := len(row.id) + len(row.data) + len(row.metadata)
	if cap(b.buf)-len(b.buf) < need {
		if len(b.records) > 0 {
			return false
		}
		b.buf = make([]byte, 0, max(need, smallestBuffer))
	}
	row.data, row.metadata = b.copy(row.data), b.copy(row.metadata)
	return true
}

func (b *batch) copy(p []byte) []byte {
	start := len(b.buf)
	b.buf = append(b.buf, p...)
	return b.buf[start:len(b.buf):len(b.buf)]
}

// fill reads the statement's rows until the batch is full. Each row must pass
// the check, which is about its place, and have its checksum. What was read
// before an error stays in the batch.
func (s *Store) fill(r *reader, b *batch, rows *sqlite3.Stmt, check func(*stored) error) (err error) {
	b.empty()
	var row stored // out here, because it escapes
	for rows.Step() {
		row = stored{
			position:   rows.ColumnInt64(0),
			stream:     rows.ColumnInt64(1),
			revision:   rows.ColumnInt64(2),
			kind:       rows.ColumnInt64(3),
			id:         rows.ColumnRawBlob(4),
			recordedAt: rows.ColumnInt64(5),
			data:       rows.ColumnRawText(6),
			metadata:   rows.ColumnRawText(7),
			crc:        rows.ColumnInt64(8),
		}
		if err = check(&row); err != nil {
			break
		}
		if b.tight = !b.hold(&row); b.tight {
			b.full = true
			break
		}
		var rec event.Record
		if rec, err = s.decode(r, &row); err != nil {
			break
		}
		b.records = append(b.records, rec)
		if b.full = len(b.records) == batchRecords; b.full {
			break
		}
	}
	if e := finish(rows); err == nil {
		err = e
	}
	return err
}

func (s *Store) decode(r *reader, row *stored) (event.Record, error) {
	stream, err := r.streams.name(row.stream)
	if err != nil {
		return event.Record{}, err
	}
	kind, err := r.types.name(row.kind)
	if err != nil {
		return event.Record{}, err
	}
	return r.sum.open(row, stream, kind)
}

// fillFrom reads the records at next, next+1, … through.
func (s *Store) fillFrom(r *reader, b *batch, next, through int64) error {
	if err := bind(r.byPosition, next-1, through); err != nil {
		return err
	}
	want := next
	missing := func() error { return corrupt(event.Position(want), "the record is missing", nil) }
	err := s.fill(r, b, r.byPosition, func(row *stored) error {
		if row.position != want {
			return missing()
		}
		want++
		return nil
	})
	want = next + int64(len(b.records))
	if err == nil && !b.full && want <= through {
		err = missing()
	}
	return placed(err, "", event.Position(want))
}

// fillStream reads a stream's records of revisions next, next+1, … through.
func (s *Store) fillStream(r *reader, b *batch, name string, stream, next, through int64) error {
	if err := bind(r.byRevision, stream, next, through); err != nil {
		return err
	}
	want := next
	missing := func() error { return corruptStream(name, nil, "revision %d is missing", want) }
	err := s.fill(r, b, r.byRevision, func(row *stored) error {
		if row.stream != stream || row.revision != want {
			return missing()
		}
		want++
		return nil
	})
	want = next + int64(len(b.records))
	if err == nil && !b.full && want <= through {
		err = missing()
	}
	return placed(err, name, 0)
}

// placed says of damage that SQLite reports where it stopped us.
func placed(err error, stream string, p event.Position) error {
	err = failure(context.Background(), err)
	var e *store.Error
	if errors.As(err, &e) && e.Code == store.ErrCorrupt.Code && e.Stream == "" && e.Position == 0 {
		return &store.Error{Code: e.Code, Stream: stream, Position: p, Detail: e.Detail, Err: e.Err}
	}
	return err
}
