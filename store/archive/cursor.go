package archive

import "sort"

// A cursor reads one column of a row group, page by page, and only forwards.
type cursor struct {
	pageReader
	*page         // at hand, nil at first
	spent []*page // before it
	next  int     // of the pages

	row   int64 // the next one
	end   int64 // the row behind the page
	skip  int64 // rows of the next page that are not read
	level int   // of the next row, in levels
	value int   // of the next value, in the page

	dict *dictionary // of the page at hand: nil if it does without
	all  *dictionary // what dict is, once it was read
}

func (s *segment) cursor(group int, column string) (*cursor, error) {
	c, err := s.footer.chunk(s.bytes, group, column)
	if err != nil {
		return nil, err
	}
	return &cursor{pageReader: pageReader{chunk: c, file: s.bytes}}, nil
}

// close gives the column's pages back; values that were read are void then.
func (c *cursor) close() {
	c.spend()
	c.forget()
}

// spend puts the page at hand to those that are spent.
func (c *cursor) spend() {
	if c.page != nil {
		c.spent = append(c.spent, c.page)
		c.page = nil
	}
}

// forget gives back the pages before the one at hand.
func (c *cursor) forget() {
	for _, p := range c.spent {
		pages.Put(p)
	}
	c.spent = c.spent[:0]
}

// turn reads the next page.
func (c *cursor) turn() error {
	c.spend()
	if c.next == len(c.chunk.pages) {
		return corrupt(0, nil, "column %s has too few rows", c.name)
	}
	p := pages.Get().(*page)
	err := c.pageReader.read(c.next, p)
	if err == nil && p.indexed {
		err = c.indexed(p)
	}
	if err != nil {
		pages.Put(p)
		return broken(err, "column %s cannot be read", c.name)
	}
	c.page, c.dict = p, nil
	if p.indexed {
		c.dict = c.all
	}
	c.row -= c.skip
	c.end = c.row + int64(p.rows)
	c.next++
	c.level, c.value = 0, 0
	skip := c.skip
	c.skip = 0
	return c.seek(c.row + skip)
}

// indexed makes sure that the dictionary has all that a page asks of it.
func (c *cursor) indexed(p *page) (err error) {
	if c.all == nil {
		if c.all, err = c.dictionary(); err != nil {
			return err
		}
	}
	if c.all == nil {
		return errPage
	}
	for _, i := range p.small {
		if uint32(i) >= uint32(c.all.len) {
			return errPage
		}
	}
	return nil
}

func (c *cursor) seek(row int64) error {
	if row == c.row {
		return nil
	}
	if c.page == nil || row >= c.end {
		c.spend()
		behind := sort.Search(len(c.chunk.pages), func(i int) bool { return c.chunk.pages[i].FirstRowIndex > row })
		c.next = behind - 1 // the first page has row 0
		c.row, c.end = row, row
		c.skip = row - c.chunk.pages[c.next].FirstRowIndex
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
		return c.dict.small[c.small[value]]
	}
	return c.small[value]
}
