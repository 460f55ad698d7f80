package esdbtest

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However a connection's bytes are cut into pieces, the same frames are seen,
// and what belongs to a frame that has begun is known.
func TestFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var wire []byte
		var want []uint32
		ends := map[int]bool{0: true} // where no frame is half written
		for range rapid.IntRange(0, 10).Draw(t, "frames") {
			payload := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "payload")
			id := rapid.Uint32Range(0, 1<<31-1).Draw(t, "stream")
			wire = append(wire, 0, 0, byte(len(payload)), byte(len(want)), 5)
			wire = append(binary.BigEndian.AppendUint32(wire, id|1<<31), payload...) // the reserved bit is nothing
			want, ends[len(wire)] = append(want, id), true
			if len(payload) > 0 {
				delete(ends, len(wire)-len(payload))
			}
		}
		var f frames
		var got []uint32
		for at := 0; at < len(wire); {
			n := rapid.IntRange(1, len(wire)-at).Draw(t, "piece")
			rest := f.rest(wire[at:])
			require.True(t, ends[at+rest])
			if ends[at] {
				require.Zero(t, rest)
			}
			f.pass(wire[at:at+n], func(kind, flags byte, stream uint32) {
				require.Equal(t, byte(len(got)), kind)
				require.Equal(t, byte(5), flags)
				got = append(got, stream)
			})
			at += n
			require.Equal(t, ends[at], f.between())
		}
		require.Equal(t, want, got)
	})
}
