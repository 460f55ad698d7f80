package archive

import (
	"encoding/binary"
	"errors"
	"io"

	"github.com/parquet-go/parquet-go/bloom"
	"github.com/parquet-go/parquet-go/bloom/xxhash"
	"github.com/parquet-go/parquet-go/format"
)

const (
	magic     = "PAR1"
	tailBytes = 8 // the footer's length and the magic
	idBytes   = 16
)

// A footer is what a Parquet file says of itself, as far as an archive needs it and
// as Export writes it: flat columns, each of as many values as there are rows.
type footer struct {
	meta  format.FileMetaData
	pages int64 // where the file's columns end at the latest
}

func readFooter(file *checked) (*footer, error) {
	var head [len(magic)]byte
	var tail [tailBytes]byte
	if file.bytes < int64(len(head)+len(tail)) {
		return nil, errors.New("it is too short")
	}
	if err := readFull(file, head[:], 0); err != nil {
		return nil, err
	}
	if err := readFull(file, tail[:], file.bytes-tailBytes); err != nil {
		return nil, err
	}
	if string(head[:]) != magic || string(tail[4:]) != magic {
		return nil, errors.New("it does not begin and end as one")
	}
	n := int64(binary.LittleEndian.Uint32(tail[:]))
	if n > maxFooter || n > file.bytes-tailBytes-int64(len(head)) {
		return nil, errors.New("its footer is longer than it may be")
	}
	f := &footer{pages: file.bytes - tailBytes - n}
	text := make([]byte, n)
	if err := readFull(file, text, f.pages); err != nil {
		return nil, err
	}
	if _, err := decodeThrift(text, maxFooterItems, &f.meta); err != nil {
		return nil, err
	}
	return f, f.check()
}

// readFull reads all of it, or fails.
func readFull(file io.ReaderAt, b []byte, at int64) error {
	n, err := file.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// check finds out whether the columns of the schema are those of each row group,
// and what they come to.
func (f *footer) check() error {
	schema := f.meta.Schema
	if len(schema) == 0 || int(schema[0].NumChildren.V) != len(schema)-1 {
		return errors.New("its columns are not flat")
	}
	for i := range schema[1:] {
		if e := &schema[1+i]; !e.Type.Valid || e.NumChildren.V != 0 {
			return errors.New("its columns are not flat")
		}
	}
	for i := range f.meta.RowGroups {
		g := &f.meta.RowGroups[i]
		if len(g.Columns) != len(schema)-1 {
			return errors.New("a row group has not the columns of its schema")
		}
		room := int64(maxGroupBytes)
		for k := range g.Columns {
			size := g.Columns[k].MetaData.TotalUncompressedSize
			if size < 0 || size > room {
				return errors.New("a row group is larger than it may be")
			}
			room -= size
		}
	}
	return nil
}

// lookup gives a value of the file's own metadata.
func (f *footer) lookup(key string) (string, bool) {
	for i := range f.meta.KeyValueMetadata {
		if kv := &f.meta.KeyValueMetadata[i]; kv.Key == key {
			return kv.Value, true
		}
	}
	return "", false
}

// A chunk is a column of a row group: where its pages are, and what they are.
type chunk struct {
	name     string
	kind     format.Type
	optional bool
	packed   bool // compressed, with zstd
	dict     int64
	pages    []format.PageLocation // in order
	rows     int64
	end      int64 // of the last page
	room     int64 // what the pages and the dictionary come to, decompressed
}

// index is the place of a column by its name, -1 if there is none.
func (f *footer) index(name string) int {
	for i := range f.meta.Schema[1:] {
		if f.meta.Schema[1+i].Name == name {
			return i
		}
	}
	return -1
}

// chunk finds a column in a row group. It is one of those that Export writes, of
// that kind, or the file is damaged.
func (f *footer) chunk(file *checked, group int, name string) (*chunk, error) {
	damaged := func(err error, what string) error { return broken(err, "column %s of %s %s", name, file.name, what) }
	at := f.index(name)
	if at < 0 {
		return nil, damaged(nil, "is missing")
	}
	leaf := &f.meta.Schema[1+at]
	g := &f.meta.RowGroups[group]
	meta := &g.Columns[at].MetaData
	c := &chunk{name: name, kind: leaf.Type.V, optional: leaf.RepetitionType.V == format.Optional, packed: meta.Codec == format.Zstd,
		dict: meta.DictionaryPageOffset, rows: g.NumRows, room: meta.TotalUncompressedSize}
	if want, ours := schema.Lookup(name); ours {
		if kind := format.Type(want.Node.Type().Kind()); c.kind != kind || meta.Type != kind || c.optional != want.Node.Optional() {
			return nil, damaged(nil, "is of another kind")
		}
	}
	if leaf.RepetitionType.V == format.Repeated || (c.kind == format.FixedLenByteArray && leaf.TypeLength.V != idBytes) {
		return nil, damaged(nil, "is of another kind")
	}
	if (meta.Codec != format.Uncompressed && !c.packed) || meta.NumValues != c.rows {
		return nil, damaged(nil, "is not as it was written")
	}
	begin := meta.DataPageOffset
	if c.dict > 0 {
		begin = c.dict
	}
	if begin < int64(len(magic)) || begin > f.pages || meta.TotalCompressedSize < 1 || meta.TotalCompressedSize > f.pages-begin {
		return nil, damaged(nil, "is not within the file")
	}
	c.end = begin + meta.TotalCompressedSize
	var err error
	if c.pages, err = f.locations(file, &g.Columns[at]); err != nil {
		return nil, damaged(err, "has no index of its pages")
	}
	if !c.ordered(meta.DataPageOffset) {
		return nil, damaged(nil, "has an index that is not of its pages")
	}
	return c, nil
}

// ordered reports whether each page is behind the one before it, from an offset on.
func (c *chunk) ordered(offset int64) bool {
	if len(c.pages) == 0 || c.pages[0].Offset != offset || c.pages[0].FirstRowIndex != 0 || offset < c.dict {
		return false
	}
	for i := range c.pages {
		if c.endOf(i) <= c.pages[i].Offset || c.rowsOf(i) < 1 {
			return false
		}
	}
	return true
}

// endOf is where a page ends.
func (c *chunk) endOf(page int) int64 {
	if page+1 < len(c.pages) {
		return c.pages[page+1].Offset
	}
	return c.end
}

// rowsOf is how many rows a page has.
func (c *chunk) rowsOf(page int) int64 {
	if page+1 < len(c.pages) {
		return c.pages[page+1].FirstRowIndex - c.pages[page].FirstRowIndex
	}
	return c.rows - c.pages[page].FirstRowIndex
}

func (f *footer) locations(file *checked, c *format.ColumnChunk) ([]format.PageLocation, error) {
	n := int64(c.OffsetIndexLength)
	if n < 1 || n > maxFooter || c.OffsetIndexOffset < 0 || c.OffsetIndexOffset > file.bytes-n {
		return nil, errThrift
	}
	text := make([]byte, n)
	if err := readFull(file, text, c.OffsetIndexOffset); err != nil {
		return nil, err
	}
	var index format.OffsetIndex
	_, err := decodeThrift(text, maxIndexItems, &index)
	return index.PageLocations, err
}

// A filter is the Bloom filter of the streams of a row group.
type filter struct {
	bits *io.SectionReader
}

// filter finds a row group's, nil if it has none.
func (f *footer) filter(file *checked, group int) (*filter, error) {
	offset := f.meta.RowGroups[group].Columns[f.index(colStream)].MetaData.BloomFilterOffset
	if offset == 0 {
		return nil, nil
	}
	if offset < 0 || offset > f.pages {
		return nil, errThrift
	}
	var header format.BloomFilterHeader
	n, err := readHeader(file, offset, f.pages, &header)
	if err != nil {
		return nil, err
	}
	size := int64(header.NumBytes)
	_, split := header.Algorithm.Value.(*format.SplitBlockAlgorithm)
	_, hash := header.Hash.Value.(*format.XxHash)
	_, raw := header.Compression.Value.(*format.BloomFilterUncompressed)
	if !split || !hash || !raw || size < bloom.BlockSize || size%bloom.BlockSize != 0 || size > f.pages-offset-n {
		return nil, errThrift
	}
	return &filter{io.NewSectionReader(file, offset+n, size)}, nil
}

// mayHold reports whether a stream may be in the row group.
func (f *filter) mayHold(stream []byte) (bool, error) {
	if f == nil {
		return true, nil
	}
	return bloom.CheckSplitBlock(f.bits, f.bits.Size(), xxhash.Sum64(stream))
}

// readHeader reads the header that stands at an offset, and not beyond an end, and
// says how long it is.
func readHeader(file io.ReaderAt, at, end int64, into any) (int64, error) {
	for size := int64(256); ; size *= 16 { // most are short
		text := make([]byte, min(size, end-at, maxHeader))
		if err := readFull(file, text, at); err != nil {
			return 0, err
		}
		n, err := decodeThrift(text, maxHeaderItems, into)
		if err == nil || int64(len(text)) < size {
			return int64(n), err
		}
	}
}
