package sqlite

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A stored is what an event's row holds. The bytes may belong to SQLite.
type stored struct {
	position   int64
	stream     int64
	revision   int64
	kind       int64 // the event's type
	id         []byte
	recordedAt int64 // microseconds since 1970
	data       []byte
	metadata   []byte
	crc        int64
}

// A summer computes checksums of records, over and over in the same memory.
type summer struct {
	head []byte
}

// sum is the CRC-32C of everything that a reader is told of an event: stream,
// type, position, revision, id, recorded_at, data and metadata, in this order.
// Integers are 64 bits, big-endian; a length stands before what has no fixed
// one, so no byte can move from one field to its neighbour unnoticed.
func (s *summer) sum(stream, kind string, r *stored) uint32 {
	h := binary.BigEndian.AppendUint64(s.head[:0], uint64(len(stream)))
	h = append(h, stream...)
	h = binary.BigEndian.AppendUint64(h, uint64(len(kind)))
	h = append(h, kind...)
	h = binary.BigEndian.AppendUint64(h, uint64(r.position))
	h = binary.BigEndian.AppendUint64(h, uint64(r.revision))
	h = binary.BigEndian.AppendUint64(h, uint64(len(r.id)))
	h = append(h, r.id...)
	h = binary.BigEndian.AppendUint64(h, uint64(r.recordedAt))
	h = binary.BigEndian.AppendUint64(h, uint64(len(r.data)))
	h = binary.BigEndian.AppendUint64(h, uint64(len(r.metadata)))
	s.head = h
	crc := crc32.Update(0, castagnoli, h)
	crc = crc32.Update(crc, castagnoli, r.data)
	return crc32.Update(crc, castagnoli, r.metadata)
}

// open is the record that a row holds, or an ErrCorrupt that names its
// position. The record shares its bytes with the row.
func (s *summer) open(r *stored, stream, kind string) (event.Record, error) {
	if len(r.id) != len(uuid.UUID{}) || r.position <= 0 || r.revision < 0 || r.crc != int64(s.sum(stream, kind, r)) {
		return event.Record{}, corrupt(event.Position(max(r.position, 0)), "the record does not have its checksum", nil)
	}
	return event.Record{
		Proposed:   event.Proposed{ID: uuid.UUID(r.id), Type: kind, Data: r.data, Metadata: r.metadata},
		Stream:     stream,
		Revision:   uint64(r.revision),
		Position:   event.Position(r.position),
		RecordedAt: time.UnixMicro(r.recordedAt).UTC(),
	}, nil
}

// insert runs the statement that adds the row.
func (r *stored) insert(st *sqlite3.Stmt) error {
	for i, v := range [...]int64{r.position, r.stream, r.revision, r.kind} {
		if err := st.BindInt64(i+1, v); err != nil {
			return err
		}
	}
	if err := st.BindBlob(5, r.id); err != nil {
		return err
	}
	if err := st.BindInt64(6, r.recordedAt); err != nil {
		return err
	}
	if err := st.BindRawText(7, r.data); err != nil {
		return err
	}
	if err := st.BindRawText(8, r.metadata); err != nil {
		return err
	}
	if err := st.BindInt64(9, r.crc); err != nil {
		return err
	}
	return st.Exec()
}
