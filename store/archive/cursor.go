package archive

import (
	"errors"
	"io"

	"github.com/parquet-go/parquet-go"

	"github.com/marketcore/marketplace/store"
)

// A cursor reads one column of a row group, page by page, and only forwards.
// Values stand as the file has them: integers, or indexes into the dictionary,
// or bytes.
type cursor struct {
	name  string
	pages parquet.Pages
	page  parquet.Page // at hand, nil at first
	spent []parquet.Page
	end   int64 // the row behind the page

	row    int64  // the next one
	levels []byte // of the page's rows: 1 if there is a value; nil if all have one
	level  int    // of the next row, in levels
	value  int    // of the next value, in the page

	ints    []int64
	small   []int32 // 32-bit integers, or indexes
	bytes   []byte
	offsets []uint32 // of bytes; nil if all are 16 bytes long
	dict    parquet.Dictionary
}

func openCursor(group parquet.RowGroup, column int, name string) *cursor {
	return &cursor{name: name, pages: group.ColumnChunks()[column].Pages()}
}

// close gives the column's pages back; values that were read are void then.
func (c *cursor) close() {
	c.forget()
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
	_ = c.pages.Close() // it only gives buffers back
}

// forget gives back the pages before the one at hand.
func (c *cursor) forget() {
	for _, p := range c.spent {
		parquet.Release(p)
	}
	c.spent = c.spent[:0]
}

// turn reads the next page.
func (c *cursor) turn() error {
	if c.page != nil {
		c.spent = append(c.spent, c.page)
		c.page = nil
	}
	p, err := c.pages.ReadPage()
	if errors.Is(err, io.EOF) {
		return corrupt(0, nil, "column %s has too few rows", c.name)
	}
	if err != nil {
		return broken(c.name, err)
	}
	c.page, c.end = p, c.row+p.NumRows()
	c.levels, c.level, c.value = p.DefinitionLevels(), 0, 0
	c.ints, c.small, c.bytes, c.offsets, c.dict = nil, nil, nil, nil, p.Dictionary()
	data := p.Data()
	switch {
	case c.dict != nil:
		c.small = data.Int32()
	default:
		switch kind := p.Type().Kind(); kind {
		case parquet.Int64:
			c.ints = data.Int64()
		case parquet.Int32:
			c.small = data.Int32()
		case parquet.ByteArray:
			c.bytes, c.offsets = data.ByteArray()
		case parquet.FixedLenByteArray:
			c.bytes, _ = data.FixedLenByteArray()
		default:
			return corrupt(0, nil, "column %s is of kind %v", c.name, kind)
		}
	}
	return nil
}

// broken is the error of bytes that are no Parquet, or of the file under them.
func broken(column string, err error) error {
	if told := failure(err); !errors.Is(told, store.ErrUnavailable) {
		return told
	}
	return corrupt(0, err, "column %s cannot be read", column)
}

func (c *cursor) seek(row int64) error {
	if row == c.row {
		return nil
	}
	if c.page == nil || row >= c.end {
		if c.page != nil {
			c.spent = append(c.spent, c.page)
			c.page = nil
		}
		if err := c.pages.SeekToRow(row); err != nil {
			return broken(c.name, err)
		}
		c.row, c.end = row, row
		return nil
	}
	skip := int(row - c.row)
	c.row = row
	if c.levels == nil {
		c.value += skip
		return nil
	}
	for _, there := range c.levels[c.level : c.level+skip] {
		c.value += int(there)
	}
	c.level += skip
	return nil
}

// read hands on the place of the value of each of the next rows in the page at
// hand, -1 of a row that has none.
func (c *cursor) read(rows int, set func(i, value int)) error {
	for i := 0; i < rows; {
		if c.row == c.end {
			if err := c.turn(); err != nil {
				return err
			}
			continue
		}
		n := min(rows-i, int(c.end-c.row))
		c.row += int64(n)
		if c.levels == nil {
			for range n {
				set(i, c.value)
				c.value++
				i++
			}
			continue
		}
		for _, there := range c.levels[c.level : c.level+n] {
			if there == 0 {
				set(i, -1)
			} else {
				set(i, c.value)
				c.value++
			}
			i++
		}
		c.level += n
	}
	return nil
}

func (c *cursor) of(value int) []byte {
	if c.offsets == nil {
		return c.bytes[16*value : 16*value+16 : 16*value+16]
	}
	return c.bytes[c.offsets[value]:c.offsets[value+1]:c.offsets[value+1]]
}

// integer is a value of a column of small integers.
func (c *cursor) integer(value int) int32 {
	if c.dict != nil {
		return c.dict.Index(c.small[value]).Int32()
	}
	return c.small[value]
}
