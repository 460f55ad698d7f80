package archive

import (
	"testing"

	packing "github.com/parquet-go/parquet-go/encoding/delta"
	bytearrays "github.com/parquet-go/parquet-go/encoding/plain"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
)

// FuzzPage decodes bytes as those of a page, of each kind and encoding: they come to
// so many values or to an error, and take the memory of so many.
func FuzzPage(f *testing.F) {
	long.Sequential(f)
	ints := make([]int64, 300)
	small := make([]int32, 300)
	levels := make([]uint8, 300)
	var words []byte
	for i := range ints {
		ints[i], small[i], levels[i] = int64(i*i*i), int32(i*i%40), uint8(i/7%2)
		words = bytearrays.AppendByteArrayString(words, "word"[:i%5])
	}
	deltas, err := new(packing.BinaryPackedEncoding).EncodeInt64(nil, ints)
	require.NoError(f, err)
	indexes, err := (&rle.DictionaryEncoding{}).EncodeInt32(nil, small)
	require.NoError(f, err)
	runs, err := (&rle.Encoding{BitWidth: 1}).EncodeLevels(nil, levels)
	require.NoError(f, err)
	for _, b := range [][]byte{deltas, indexes, runs, words, make([]byte, 16*300), nil, {255, 255, 255, 255, 255, 255, 255, 255, 255, 1}} {
		f.Add(uint16(300), b)
		f.Add(uint16(1), b)
	}
	f.Add(uint16(291), append(append([]byte{6, 37<<1 | 1}, make([]byte, 37*6)...), 0, '1')) // an empty run, whose value the decoder takes for a run
	f.Fuzz(func(t *testing.T, count uint16, b []byte) {
		n := int(count)
		given := taken(func() {
			for _, kind := range []format.Type{format.Int32, format.Int64, format.ByteArray, format.FixedLenByteArray, format.Boolean} {
				for _, e := range []format.Encoding{format.Plain, format.RLEDictionary, format.DeltaBinaryPacked, format.DeltaByteArray} {
					p := &page{indexed: e == format.RLEDictionary}
					if err := p.decode(append([]byte{}, b...), n, kind, e); err != nil || n == 0 {
						continue
					}
					switch {
					case p.indexed, kind == format.Int32:
						require.Len(t, p.small, n)
					case kind == format.Int64:
						require.Len(t, p.ints, n)
					case kind == format.ByteArray:
						require.Len(t, p.offsets, n+1)
						require.Len(t, p.bytes, int(p.offsets[n]))
					default:
						require.Len(t, p.bytes, idBytes*n)
					}
				}
			}
			for zeros := range min(n, 3) {
				if levels, err := decodeLevels(nil, b, n, zeros); err == nil {
					require.Len(t, levels, n)
				}
			}
		})
		require.Less(t, given, uint64(64<<20))
	})
}
