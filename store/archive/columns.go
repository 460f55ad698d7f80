package archive

import (
	"context"
	"math"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// ColumnParts implements store.ColumnReader: a part is a row group, or what the span
// holds of one.
func (s *Store) ColumnParts(ctx context.Context, span store.Span, schema event.ColumnSchema) ([]store.ColumnPart, error) {
	segments, err := s.now(ctx)
	if err != nil {
		return nil, err
	}
	if err := store.Known(span.Begin(), end(segments)); err != nil {
		return nil, err
	}
	next := span // what is behind the last part
	span.After = span.First() - 1
	if span.Through == 0 {
		span.Through = math.MaxUint64
	}
	var parts []store.ColumnPart
	for _, seg := range segments[from(segments, span.After):] {
		for g := range seg.Groups {
			group := &seg.Groups[g]
			if group.Last <= span.After || group.First > span.Through {
				continue
			}
			var first, end int64
			whole := false
			err := s.reading(ctx, func() (err error) {
				first, end, err = seg.rows(g, span)
				if err == nil && group.Columns && end-first == group.Events {
					whole, err = seg.means(g, schema)
				}
				return err
			})
			if err != nil {
				return nil, err
			}
			if first >= end {
				continue
			}
			next.Through = min(group.Last, span.Through)
			part := store.ColumnPart{Span: next, Events: int(end - first), Columns: whole}
			next = store.Span{After: part.Through}
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// ReadColumns implements store.ColumnReader.
func (s *Store) ReadColumns(ctx context.Context, part store.ColumnPart, into *event.ColumnBlock) error {
	segments, err := s.now(ctx)
	if err != nil {
		return err
	}
	for _, seg := range segments[from(segments, part.First()-1):] {
		for g := range seg.Groups {
			if seg.Groups[g].Last == part.Through && seg.Groups[g].Columns {
				return s.reading(ctx, func() error { return seg.readBlock(g, into, false) })
			}
		}
	}
	return store.ErrInvalidWrite.At(uint64(part.Through)).With(nil, "it is no part with columns of this archive")
}

// readBlock reads the columns in which events of the group's types have values, or every
// column that the file has.
func (s *segment) readBlock(group int, into *event.ColumnBlock, every bool) error {
	into.Reset()
	n := int(s.Groups[group].Events)
	read := func(column string, do func(*cursor) error) error {
		c, err := s.cursor(group, column)
		if err != nil {
			return err
		}
		defer c.close()
		return do(c)
	}
	into.Positions, into.Revisions, into.OccurredAt = grown(into.Positions, n), grown(into.Revisions, n), grown(into.OccurredAt, n)
	if err := read(colPosition, func(c *cursor) error { return integers(c, into.Positions, 1) }); err != nil {
		return err
	}
	if err := read(colRevision, func(c *cursor) error { return integers(c, into.Revisions, 1) }); err != nil {
		return err
	}
	if err := read(colOccurredAt, func(c *cursor) error { return integers(c, into.OccurredAt, 1000) }); err != nil {
		return err
	}
	if err := read(colStream, func(c *cursor) error { return words(c, n, &into.Streams) }); err != nil {
		return err
	}
	if err := read(colType, func(c *cursor) error { return words(c, n, &into.Types) }); err != nil {
		return err
	}
	filled := s.meaning.has
	if !every {
		filled = s.meaning.filled(&into.Types.Values)
	}
	for _, column := range into.Columns() {
		if !filled(&column) {
			column.Empty()
			continue
		}
		err := read(column.Name, func(c *cursor) error {
			switch {
			case column.IDs != nil:
				return ids(c, n, column.IDs)
			case column.Ints != nil:
				return ints(c, n, column.Ints)
			default:
				return words(c, n, column.Words)
			}
		})
		if err != nil {
			return err
		}
	}
	if err := into.Check(); err != nil {
		return corrupt(0, err, "%s", s.Name)
	}
	return nil
}

// grown is a slice of n elements, in the memory of another if it is enough.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// integers reads a column of integers, divided by a unit; 0 where there is none.
func integers[T ~int64 | ~uint64](c *cursor, into []T, unit int64) error {
	for i := 0; i < len(into); {
		if c.row == c.end {
			if err := c.turn(); err != nil {
				return err
			}
			continue
		}
		rows := int(c.end - c.row)
		if len(c.levels) > 0 && c.nulls > 0 {
			for _, there := range c.levels {
				into[i] = 0
				if there != 0 {
					into[i] = T(c.ints[c.value] / unit)
					c.value++
				}
				i++
			}
		} else if unit == 1 {
			for k, v := range c.ints[:rows] {
				into[i+k] = T(v)
			}
			i += rows
		} else {
			for k, v := range c.ints[:rows] {
				into[i+k] = T(v / unit)
			}
			i += rows
		}
		c.row = c.end
	}
	return nil
}

// indexes reads where each row's value stands: in the dictionary, or among the
// values that there are.
func indexes(c *cursor, n int, into []int32, page func()) ([]int32, error) {
	into = grown(into, n)
	next := int32(0)
	for i := 0; i < n; {
		if c.row == c.end {
			if err := c.turn(); err != nil {
				return nil, err
			}
			if page != nil {
				page()
			}
			continue
		}
		rows := int(c.end - c.row)
		small := c.small
		switch {
		case len(c.levels) == 0:
			copy(into[i:], small[:rows])
		case c.dict == nil: // each value stands for itself
			for k, there := range c.levels {
				if there == 0 {
					into[i+k] = event.NoValue
				} else {
					into[i+k] = next
					next++
				}
			}
		default:
			value := 0
			for k, there := range c.levels {
				if there == 0 {
					into[i+k] = event.NoValue
				} else {
					into[i+k] = small[value]
					value++
				}
			}
		}
		i += rows
		c.row = c.end
	}
	return into, nil
}

func ids(c *cursor, n int, into *event.IDColumn) (err error) {
	if into.Index, err = indexes(c, n, into.Index, nil); err != nil {
		return err
	}
	into.Values = into.Values[:0]
	if c.dict != nil { // else no event has a value
		into.Values = append(into.Values, idsOf(c.dict.bytes)...)
	}
	return nil
}

func ints(c *cursor, n int, into *event.IntColumn) (err error) {
	into.Index, err = indexes(c, n, into.Index, func() { into.Values = append(into.Values, c.ints...) })
	return err
}

func words(c *cursor, n int, into *event.WordColumn) (err error) {
	if into.Index, err = indexes(c, n, into.Index, nil); err != nil {
		return err
	}
	w := &into.Values
	w.Bytes, w.Offsets = w.Bytes[:0], w.Offsets[:0]
	if c.dict != nil { // else no event has a value
		w.Bytes, w.Offsets = append(w.Bytes, c.dict.bytes...), append(w.Offsets, c.dict.offsets...)
	}
	return nil
}
