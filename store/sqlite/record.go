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
	position int64
	stream   int64
	revision int64
	header
	data     []byte
	metadata []byte
}

// A header is what of an event has a fixed size and no index: one column, since
// SQLite's price is by the column. Integers are big-endian.
type header struct {
	id         uuid.UUID
	recordedAt int64  // microseconds since 1970
	kind       uint16 // the event's type
	crc        uint32
}

const headerBytes = 16 + 8 + 2 + 4

// parse reports false for bytes that are no header.
func (h *header) parse(b []byte) bool {
	if len(b) != headerBytes {
		return false
	}
	h.id = uuid.UUID(b[:16])
	h.recordedAt = int64(binary.BigEndian.Uint64(b[16:]))
	h.kind = binary.BigEndian.Uint16(b[24:])
	h.crc = binary.BigEndian.Uint32(b[26:])
	return true
}

func (h *header) append(b []byte) []byte {
	b = append(b, h.id[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.recordedAt))
	b = binary.BigEndian.AppendUint16(b, h.kind)
	return binary.BigEndian.AppendUint32(b, h.crc)
}

// image appends everything that a reader is told of an event, which is what its
// checksum is of: data, metadata, the lengths of both, position, revision, id,
// recorded_at, the lengths of stream and type, stream and type. Integers are 64
// bits, big-endian. A length stands for what has no fixed one, so no byte can
// move from one field to its neighbour unnoticed.
func (r *stored) image(b []byte, stream, kind string) []byte {
	b = append(b, r.data...)
	b = append(b, r.metadata...)
	var fixed [imageFixed]byte
	binary.BigEndian.PutUint64(fixed[0:], uint64(len(r.data)))
	binary.BigEndian.PutUint64(fixed[8:], uint64(len(r.metadata)))
	binary.BigEndian.PutUint64(fixed[16:], uint64(r.position))
	binary.BigEndian.PutUint64(fixed[24:], uint64(r.revision))
	copy(fixed[32:], r.id[:])
	binary.BigEndian.PutUint64(fixed[48:], uint64(r.recordedAt))
	binary.BigEndian.PutUint64(fixed[56:], uint64(len(stream)))
	binary.BigEndian.PutUint64(fixed[64:], uint64(len(kind)))
	b = append(b, fixed[:]...)
	b = append(b, stream...)
	return append(b, kind...)
}

const imageFixed = 7*8 + 16

func (r *stored) imageBytes(stream, kind string) int {
	return len(r.data) + len(r.metadata) + imageFixed + len(stream) + len(kind)
}

// sum is the CRC-32C of an image. It is of one piece because that is faster
// than of several.
func sum(image []byte) uint32 { return crc32.Checksum(image, castagnoli) }

// open is the record of a row with that image, and shares the image's bytes. It
// is ErrCorrupt that names the position if the checksum is another.
func (r *stored) open(image []byte, stream, kind string) (event.Record, error) {
	if r.position <= 0 || r.revision < 0 || r.crc != sum(image) {
		return event.Record{}, corrupt(event.Position(max(r.position, 0)), "the record does not have its checksum", nil)
	}
	data := len(r.data)
	payload := data + len(r.metadata)
	return event.Record{
		Proposed:   event.Proposed{ID: r.id, Type: kind, Data: image[:data:data], Metadata: image[data:payload:payload]},
		Stream:     stream,
		Revision:   uint64(r.revision),
		Position:   event.Position(r.position),
		RecordedAt: time.UnixMicro(r.recordedAt).UTC(),
	}, nil
}

// An inserter adds rows, over and over in the same memory.
type inserter struct {
	stmt          *sqlite3.Stmt
	image, header []byte
}

const insertEvent = `INSERT INTO events (position, stream, revision, header, data, metadata) VALUES (?, ?, ?, ?, ?, ?)`

// insert gives the row its checksum and adds it.
func (t *inserter) insert(r *stored, stream, kind string) error {
	t.image = r.image(t.image[:0], stream, kind)
	r.crc = sum(t.image)
	t.header = r.header.append(t.header[:0])
	if err := bind(t.stmt, r.position, r.stream, r.revision); err != nil {
		return err
	}
	if err := t.stmt.BindBlob(4, t.header); err != nil {
		return err
	}
	if err := t.stmt.BindRawText(5, r.data); err != nil {
		return err
	}
	if err := t.stmt.BindRawText(6, r.metadata); err != nil {
		return err
	}
	return t.stmt.Exec()
}
