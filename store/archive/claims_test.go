package archive

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/store"
)

// withPage puts a page behind those of a Parquet file and makes it the first data
// page of a column, or its dictionary.
func withPage(t testing.TB, b []byte, column string, codec format.CompressionCodec, page format.PageHeader, body []byte) []byte {
	t.Helper()
	marshal := func(v any) []byte {
		text, err := thrift.Marshal(new(thrift.CompactProtocol), v)
		require.NoError(t, err)
		return text
	}
	at := int64(len(b) - 8 - int(binary.LittleEndian.Uint32(b[len(b)-8:])))
	text := append(marshal(&page), body...)
	end := at + int64(len(text))
	return withFooter(b, func(m *format.FileMetaData) []byte {
		c := &m.RowGroups[0].Columns[slices.IndexFunc(m.Schema[1:], func(e format.SchemaElement) bool { return e.Name == column })]
		c.MetaData.Codec, c.MetaData.TotalUncompressedSize, c.MetaData.TotalCompressedSize = codec, 1<<29, int64(len(text))
		c.MetaData.DataPageOffset, c.MetaData.DictionaryPageOffset = at, 0
		if page.Type == format.DictionaryPage { // and what follows is a data page, whatever it holds
			c.MetaData.DataPageOffset, c.MetaData.DictionaryPageOffset = end, at
			first := dataPage(int32(m.NumRows), 2, 2, 0, format.RLEDictionary)
			text = append(append(text, marshal(&first)...), 1, 0)
			c.MetaData.TotalCompressedSize = int64(len(text))
		}
		index := format.OffsetIndex{PageLocations: []format.PageLocation{{Offset: c.MetaData.DataPageOffset}}}
		c.OffsetIndexOffset = at + int64(len(text))
		c.OffsetIndexLength = int32(len(marshal(&index)))
		return append(text, marshal(&index)...)
	})
}

func dataPage(rows, size, packed, levels int32, e format.Encoding) format.PageHeader {
	return format.PageHeader{Type: format.DataPageV2, UncompressedPageSize: size, CompressedPageSize: packed,
		DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{NumValues: rows, NumRows: rows, Encoding: e, DefinitionLevelsByteLength: levels})}
}

// A Bloom filter that leaves a stream out would hide it from who reads that stream.
func TestVerifyAsksTheFilter(t *testing.T) {
	log := contracts(t, 6)
	valid := exportOf(t, log, small)
	dir := crafted(t, valid, func(b []byte) []byte {
		return withFooter(b, func(m *format.FileMetaData) []byte {
			for _, c := range m.RowGroups[0].Columns {
				if at := c.MetaData.BloomFilterOffset; at > 0 {
					var h format.BloomFilterHeader
					n, err := decodeThrift(b[at:], maxHeaderItems, &h)
					require.NoError(t, err)
					clear(b[int(at)+n : int(at)+n+int(h.NumBytes)])
				}
			}
			return nil
		})
	})
	s := opened(t, dir)
	require.ErrorIs(t, s.Verify(t.Context()), store.ErrCorrupt)
	require.NoError(t, opened(t, valid).Verify(t.Context()))
}

// Claims of size that the bytes do not bear out, each in the place where a reader
// makes room for it.
func TestClaimsAreChecked(t *testing.T) {
	long.Sequential(t)
	log := contracts(t, 50)
	valid := exportOf(t, log, ExportOptions{groupEvents: 50 * contractEvents})
	const rows = 50 * contractEvents
	run := func(count uint64, value ...byte) []byte { return append(binary.AppendUvarint(nil, count<<1), value...) }
	numbers := func(n ...uint64) (b []byte) {
		for _, v := range n {
			b = binary.AppendUvarint(b, v)
		}
		return b
	}
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	bomb := encoder.EncodeAll(make([]byte, 128<<20), nil)
	require.Less(t, len(bomb), 16<<10)
	in := func(column string, page func([]byte) format.PageHeader, body []byte) func([]byte) []byte {
		return func(b []byte) []byte { return withPage(t, b, column, format.Uncompressed, page(body), body) }
	}
	packedIn := func(column string, size int32, e format.Encoding, body []byte) func([]byte) []byte {
		return func(b []byte) []byte {
			return withPage(t, b, column, format.Zstd, dataPage(rows, size, int32(len(body)), 0, e), body)
		}
	}
	data := func(e format.Encoding, levels int32) func([]byte) format.PageHeader {
		return func(body []byte) format.PageHeader {
			return dataPage(rows, int32(len(body)), int32(len(body)), levels, e)
		}
	}
	for name, change := range map[string]func([]byte) []byte{
		"the length of the footer": func(b []byte) []byte {
			binary.LittleEndian.PutUint32(b[len(b)-8:], math.MaxUint32)
			return b
		},
		"a list of the footer": func(b []byte) []byte {
			text := append([]byte{0x15, 2, 0x19, 0xfc}, numbers(math.MaxInt32)...) // the schema
			b = append(b[:len(b)-8-int(binary.LittleEndian.Uint32(b[len(b)-8:]))], text...)
			return append(binary.LittleEndian.AppendUint32(b, uint32(len(text))), magic...)
		},
		"the index of pages": func(b []byte) []byte {
			return withFooter(b, func(m *format.FileMetaData) []byte {
				for i := range m.RowGroups[0].Columns {
					m.RowGroups[0].Columns[i].OffsetIndexLength = math.MaxInt32
				}
				return nil
			})
		},
		"a Bloom filter": func(b []byte) []byte {
			return withFooter(b, func(m *format.FileMetaData) []byte {
				for i := range m.RowGroups[0].Columns {
					if c := &m.RowGroups[0].Columns[i].MetaData; c.BloomFilterOffset > 0 {
						c.BloomFilterOffset = math.MaxInt64
					}
				}
				return nil
			})
		},
		"what a page is in the file":           in(colPosition, func([]byte) format.PageHeader { return dataPage(rows, 1<<30, 1<<30, 0, format.Plain) }, []byte{1}),
		"what a page is decompressed":          packedIn(colRecordedAt, math.MaxInt32, format.DeltaBinaryPacked, encoder.EncodeAll([]byte{1, 2, 3}, nil)),
		"a frame that is larger than the page": packedIn(colData, 1<<20, format.Plain, bomb),
		"frames behind each other":             packedIn(colData, 100, format.Plain, append(encoder.EncodeAll(make([]byte, 100), nil), bomb...)),
		"a run of levels":                      in(colActor, data(format.Plain, 6), append(run(math.MaxInt32, 1), 0, 0, 0, 0)),
		"a run of indexes":                     in(colStream, data(format.RLEDictionary, 0), append([]byte{32}, run(math.MaxInt32, 0, 0, 0, 0)...)),
		"packed indexes":                       in(colStream, data(format.RLEDictionary, 0), append([]byte{32}, numbers(math.MaxInt32<<1|1)...)),
		"integers":                             in(colPosition, data(format.DeltaBinaryPacked, 0), numbers(128, 4, math.MaxInt32, 2, 2, 0)),
		"blocks of integers":                   in(colPosition, data(format.DeltaBinaryPacked, 0), numbers(1<<20, 1<<19, rows, 2, 2, 0)),
		"bits of integers":                     in(colPosition, data(format.DeltaBinaryPacked, 0), append(numbers(128, 4, rows, 2, 2), 255, 255, 255, 255)),
		"a word": in(colType, func(b []byte) format.PageHeader {
			return dataPage(rows, int32(len(b)), int32(len(b)), 0, format.Plain)
		}, numbers(math.MaxUint32)),
		"the words of a dictionary": in(colStream, func(b []byte) format.PageHeader {
			return format.PageHeader{Type: format.DictionaryPage, UncompressedPageSize: int32(len(b)), CompressedPageSize: int32(len(b)),
				DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: math.MaxInt32, Encoding: format.Plain})}
		}, []byte{1, 0, 0, 0, 'a'}),
	} {
		t.Run(name, func(t *testing.T) {
			dir := crafted(t, valid, change)
			var whole bool
			given := taken(func() { whole = readInEveryWay(t, dir, log) })
			require.False(t, whole)
			require.Less(t, given, uint64(mostMemory))
		})
	}
}
