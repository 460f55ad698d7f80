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

var someID = uuid.MustParse("0b9f7a4e-51c2-4f0e-8a86-8f4bb1f0c3d2")

// FuzzRecord: what was sealed opens to what it was, and with any one bit of any
// field changed it does not open.
func FuzzRecord(f *testing.F) {
	f.Add("invite-a", "InviteSent", someID[:], int64(1), int64(0), int64(1_700_000_000_000_000), []byte(`{"a":1}`), []byte(`{}`), uint32(0))
	f.Add("s", "T", someID[:], int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MinInt64), []byte{}, []byte{}, uint32(99))
	f.Add("", "", []byte{}, int64(0), int64(-1), int64(0), []byte(nil), []byte(`{}`), uint32(7))
	f.Fuzz(func(t *testing.T, stream, kind string, id []byte, position, revision, at int64, data, metadata []byte, flip uint32) {
		row := stored{position: position, revision: revision, header: header{recordedAt: at}, data: data, metadata: metadata}
		copy(row.id[:], id)
		row.crc = sum(row.image(nil, stream, kind))
		var h header
		require.True(t, h.parse(row.header.append(nil)))
		require.Equal(t, row.header, h)
		rec, err := row.open(row.image(nil, stream, kind), stream, kind)
		if position <= 0 || revision < 0 {
			require.ErrorIs(t, err, store.ErrCorrupt)
			return
		}
		require.NoError(t, err)
		require.Equal(t, event.Record{
			Proposed: event.Proposed{ID: row.id, Type: kind, Data: append([]byte{}, data...), Metadata: append([]byte{}, metadata...)},
			Stream:   stream, Revision: uint64(revision), Position: event.Position(position), RecordedAt: time.UnixMicro(at).UTC(),
		}, rec)

		stream, kind = flipped(&row, stream, kind, flip)
		_, err = row.open(row.image(nil, stream, kind), stream, kind)
		require.ErrorIs(t, err, store.ErrCorrupt)
	})
}

// flipped changes one bit of one field, chosen by n.
func flipped(row *stored, stream, kind string, n uint32) (string, string) {
	bit := n / 9
	in := func(b []byte) []byte {
		b = append([]byte{}, b...)
		if len(b) == 0 {
			return []byte{1} // there is none to change, so one more byte
		}
		b[bit/8%uint32(len(b))] ^= 1 << (bit % 8)
		return b
	}
	switch n % 9 {
	case 0:
		stream = string(in([]byte(stream)))
	case 1:
		kind = string(in([]byte(kind)))
	case 2:
		row.id = uuid.UUID(in(row.id[:]))
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
	case 8:
		row.crc ^= 1 << (bit % 32)
	}
	return stream, kind
}

// FuzzRow: a row of any content, as damage may leave it, is an error or has its
// checksum; it never panics.
func FuzzRow(f *testing.F) {
	f.Add("s", "T", []byte{1, 2}, int64(1), int64(0), []byte(`{}`), []byte(`{}`))
	f.Add("s", "T", make([]byte, headerBytes), int64(1), int64(0), []byte(`{}`), []byte(`{}`))
	f.Fuzz(func(t *testing.T, stream, kind string, head []byte, position, revision int64, data, metadata []byte) {
		row := stored{position: position, revision: revision, data: data, metadata: metadata}
		require.Equal(t, len(head) == headerBytes, row.parse(head))
		image := row.image(nil, stream, kind)
		require.Len(t, image, row.imageBytes(stream, kind))
		if _, err := row.open(image, stream, kind); err == nil {
			require.Equal(t, row.crc, sum(image))
		} else {
			require.ErrorIs(t, err, store.ErrCorrupt)
		}
	})
}

// The format does not change by accident: a log of yesterday must open. The
// number was computed by another program from the description of image.
func TestChecksumIsStable(t *testing.T) {
	row := stored{position: 7, revision: 3, data: []byte(`{"a":1}`), metadata: []byte(`{}`),
		header: header{id: someID, recordedAt: 1_451_984_400_000_000}}
	require.Equal(t, uint32(0x685268ba), sum(row.image(nil, "invite-a", "InviteSent")))
}

func TestHeaderIsStable(t *testing.T) {
	h := header{id: someID, recordedAt: 0x0102030405060708, kind: 0x090a, crc: 0x0b0c0d0e}
	require.Equal(t, append(someID[:], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14), h.append(nil))
}

func TestFieldsCannotShift(t *testing.T) {
	of := func(stream, kind, data, metadata string) uint32 {
		row := stored{position: 1, header: header{id: someID}, data: []byte(data), metadata: []byte(metadata)}
		return sum(row.image(nil, stream, kind))
	}
	require.NotEqual(t, of("ab", "c", "x", "y"), of("a", "bc", "x", "y"))
	require.NotEqual(t, of("a", "b", "xy", "z"), of("a", "b", "x", "yz"))
	require.NotEqual(t, of("a", "b", "", "x"), of("a", "b", "x", ""))
}
