package sqlite

import (
	"math"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// FuzzRecord: what was sealed opens to what it was, and with any one bit of any
// field changed it does not open.
func FuzzRecord(f *testing.F) {
	id := uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2")
	f.Add("invite-a", "InviteSent", id[:], int64(1), int64(0), int64(1_700_000_000_000_000), []byte(`{"a":1}`), []byte(`{}`), uint32(0))
	f.Add("s", "T", id[:], int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), []byte{}, []byte{}, uint32(99))
	f.Add("", "", []byte{}, int64(0), int64(-1), int64(0), []byte(nil), []byte(`{}`), uint32(7))
	f.Fuzz(func(t *testing.T, stream, kind string, id []byte, position, revision, at int64, data, metadata []byte, flip uint32) {
		var s summer
		row := stored{position: position, revision: revision, id: id, recordedAt: at, data: data, metadata: metadata}
		row.crc = int64(s.sum(stream, kind, &row))
		rec, err := s.open(&row, stream, kind)
		if len(id) != 16 || position <= 0 || revision < 0 {
			require.ErrorIs(t, err, store.ErrCorrupt)
			return
		}
		require.NoError(t, err)
		require.Equal(t, event.Record{
			Proposed: event.Proposed{ID: uuid.UUID(id), Type: kind, Data: data, Metadata: metadata},
			Stream:   stream, Revision: uint64(revision), Position: event.Position(position), RecordedAt: time.UnixMicro(at).UTC(),
		}, rec)

		stream, kind = flipped(&row, stream, kind, flip)
		_, err = s.open(&row, stream, kind)
		require.ErrorIs(t, err, store.ErrCorrupt)
	})
}

// flipped changes one bit of one field, chosen by n.
func flipped(row *stored, stream, kind string, n uint32) (string, string) {
	bit := n / 8
	in := func(b []byte) []byte {
		b = append([]byte{}, b...)
		if len(b) == 0 {
			return []byte{1} // there is none to change, so one more byte
		}
		b[bit/8%uint32(len(b))] ^= 1 << (bit % 8)
		return b
	}
	switch n % 8 {
	case 0:
		stream = string(in([]byte(stream)))
	case 1:
		kind = string(in([]byte(kind)))
	case 2:
		row.id = in(row.id)
	case 3:
		row.position ^= 1 << (bit % 64)
	case 4:
		row.revision ^= 1 << (bit % 64)
	case 5:
		row.recordedAt ^= 1 << (bit % 64)
	case 6:
		row.data = in(row.data)
	case 7:
		row.metadata = in(row.metadata)
	}
	return stream, kind
}

// FuzzRow: a row of any content, as damage may leave it, is an error or has its
// checksum; it never panics.
func FuzzRow(f *testing.F) {
	f.Add("s", "T", []byte{1, 2}, int64(1), int64(0), int64(5), []byte(`{}`), []byte(`{}`), int64(-1))
	f.Fuzz(func(t *testing.T, stream, kind string, id []byte, position, revision, at int64, data, metadata []byte, crc int64) {
		var s summer
		row := stored{position: position, revision: revision, id: id, recordedAt: at, data: data, metadata: metadata, crc: crc}
		if _, err := s.open(&row, stream, kind); err == nil {
			require.Equal(t, crc, int64(s.sum(stream, kind, &row)))
		} else {
			require.ErrorIs(t, err, store.ErrCorrupt)
		}
	})
}

// The format does not change by accident: a log of yesterday must open. The
// number was computed by another program from the description of sum.
func TestChecksumIsStable(t *testing.T) {
	id := uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2")
	row := stored{position: 7, revision: 3, id: id[:], recordedAt: 1_451_984_400_000_000, data: []byte(`{"a":1}`), metadata: []byte(`{}`)}
	require.Equal(t, uint32(0x7ff9b310), new(summer).sum("invite-a", "InviteSent", &row))
}

func TestFieldsCannotShift(t *testing.T) {
	id := uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2")
	row := func(data, metadata string) *stored {
		return &stored{position: 1, id: id[:], data: []byte(data), metadata: []byte(metadata)}
	}
	var s summer
	require.NotEqual(t, s.sum("ab", "c", row("x", "y")), s.sum("a", "bc", row("x", "y")))
	require.NotEqual(t, s.sum("a", "b", row("xy", "z")), s.sum("a", "b", row("x", "yz")))
	require.NotEqual(t, s.sum("a", "b", row("", "x")), s.sum("a", "b", row("x", "")))
}
