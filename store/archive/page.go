package archive

import (
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A page is a decoded one: so many rows of a column. Values stand as the file has
// them: integers, or indexes into the dictionary, or bytes.
type page struct {
	rows, nulls int
	levels      []byte // of the rows: 1 if there is a value; nil if all have one
	indexed     bool   // small are indexes into the dictionary

	ints    []int64
	small   []int32  // 32-bit integers, or indexes
	bytes   []byte   // of byte arrays, one after the other
	offsets []uint32 // of bytes; nil if all are 16 bytes long

	memory struct { // what the slices above are cut from
		levels, bytes []byte
		ints          []int64
		small         []int32
		offsets       []uint32
	}
}

// pages keeps the memory of pages for the next ones.
var pages = sync.Pool{New: func() any { return new(page) }}

// A dictionary is the distinct values of a column of a row group.
type dictionary struct {
	page
	len int
}

func (d *dictionary) word(i int32) []byte { return d.bytes[d.offsets[i]:d.offsets[i+1]] }

// pageHeader is format.PageHeader without what a page says of its values.
type pageHeader struct {
	Type       format.PageType                          `thrift:"1,required"`
	Size       int32                                    `thrift:"2,required"` // decompressed, in bytes
	Packed     int32                                    `thrift:"3,required"` // as it stands in the file, in bytes
	Dictionary thrift.Null[format.DictionaryPageHeader] `thrift:"7,optional"`
	Data       thrift.Null[dataHeader]                  `thrift:"8,optional"`
}

// dataHeader is format.DataPageHeaderV2, likewise.
type dataHeader struct {
	Values   int32             `thrift:"1,required"`
	Nulls    int32             `thrift:"2,required"`
	Rows     int32             `thrift:"3,required"`
	Encoding format.Encoding   `thrift:"4,required"`
	Levels   int32             `thrift:"5,required"` // of definition, in bytes
	Repeats  int32             `thrift:"6,required"` // levels of repetition, in bytes
	IsPacked thrift.Null[bool] `thrift:"7,optional"`
}

var (
	errPage  = errors.New("a page is not as it was written")
	errLarge = errors.New("the pages are larger than the footer says")
)

// decoder decompresses; what it writes is never more than it was given room for.
var decoder = sync.OnceValue(func() *zstd.Decoder {
	d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true)) // the options are right
	return d
})

// A pageReader reads the pages of a chunk.
type pageReader struct {
	*chunk
	file    io.ReaderAt
	scratch []byte // compressed bytes
}

// read reads a page. It claims no memory that the footer has not told of, and the
// footer was checked.
func (r *pageReader) read(i int, p *page) error {
	at, end := r.pages[i].Offset, r.endOf(i)
	var h pageHeader
	n, err := readHeader(r.file, at, end, &h)
	if err != nil {
		return err
	}
	v := h.Data.V
	if h.Type != format.DataPageV2 || !h.Data.Valid || int64(v.Rows) != r.rowsOf(i) || v.Values != v.Rows ||
		v.Nulls < 0 || v.Nulls > v.Rows || (v.Nulls > 0 && !r.optional) || v.Repeats != 0 {
		return errPage
	}
	if r.optional != (v.Levels > 0) || v.Levels < 0 || v.Levels > h.Packed {
		return errPage
	}
	p.rows, p.nulls = int(v.Rows), int(v.Nulls)
	head, body, err := r.body(p, &h, at+n, end, int(v.Levels), r.packed && (v.IsPacked.V || !v.IsPacked.Valid))
	if err != nil {
		return err
	}
	p.levels = nil
	if r.optional {
		if p.levels, err = decodeLevels(p.memory.levels, head, p.rows, p.nulls); err != nil {
			return err
		}
		p.memory.levels = p.levels
	}
	p.indexed = v.Encoding == format.RLEDictionary
	return p.decode(body, p.rows-p.nulls, r.kind, v.Encoding)
}

// dictionary reads the chunk's dictionary, nil if it has none.
func (r *pageReader) dictionary() (*dictionary, error) {
	if r.dict == 0 {
		return nil, nil
	}
	var h pageHeader
	end := r.pages[0].Offset
	n, err := readHeader(r.file, r.dict, end, &h)
	if err != nil {
		return nil, err
	}
	v := h.Dictionary.V
	if h.Type != format.DictionaryPage || !h.Dictionary.Valid || v.NumValues < 0 || int64(v.NumValues) > r.rows || v.Encoding != format.Plain {
		return nil, errPage
	}
	d := &dictionary{len: int(v.NumValues)}
	_, body, err := r.body(&d.page, &h, r.dict+n, end, 0, r.packed)
	if err != nil {
		return nil, err
	}
	return d, d.decode(body, d.len, r.kind, format.Plain)
}

// body reads what follows a header, up to an end: so many bytes that are never
// compressed, and the rest.
func (r *pageReader) body(p *page, h *pageHeader, at, end int64, raw int, packed bool) (head, body []byte, err error) {
	size := int(h.Size)
	if int64(h.Packed) != end-at || size < raw {
		return nil, nil, errPage
	}
	if r.room -= int64(size); r.room < 0 {
		return nil, nil, errLarge
	}
	if !packed {
		if size != int(h.Packed) {
			return nil, nil, errPage
		}
		p.memory.bytes = grown(p.memory.bytes, size)
		err := readFull(r.file, p.memory.bytes, at)
		return p.memory.bytes[:raw], p.memory.bytes[raw:], err
	}
	r.scratch = grown(r.scratch, int(h.Packed))
	if err := readFull(r.file, r.scratch, at); err != nil {
		return nil, nil, err
	}
	size -= raw
	p.memory.bytes = grown(p.memory.bytes, size)
	if size == 0 {
		return r.scratch[:raw], nil, nil
	}
	body, err = decoder().DecodeAll(r.scratch[raw:], p.memory.bytes[:0:size])
	if err == nil && len(body) != size {
		err = errPage
	}
	return r.scratch[:raw], body, err
}
