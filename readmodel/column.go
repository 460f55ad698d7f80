package readmodel

import (
	"fmt"
	"math"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// A field is one thing that rows keep of an R, in one column or several: what
// the columns are, how their values are made of an R, and how they come back.
type field[R any] interface {
	columns() []Column
	// write appends the values of the columns to a row.
	write(row []any, r *R) []any
	// scan appends what the columns are scanned into, which every row of a query
	// overwrites, and gives what then puts it into the R of the row.
	scan(targets []any) ([]any, func(*R) error)
}

// value is a field of one column that is never NULL. A V is what Tx and Row
// know.
type value[R, V any] struct {
	column Column
	get    func(*R) V
	set    func(*R, V) error
}

func (f value[R, V]) columns() []Column { return []Column{f.column} }

func (f value[R, V]) write(row []any, r *R) []any { return append(row, f.get(r)) }

func (f value[R, V]) scan(targets []any) ([]any, func(*R) error) {
	v := new(V)
	return append(targets, v), func(r *R) error { return f.set(r, *v) }
}

// where makes a value NULL for each R that has none, and only for those. Has may
// look at what stands in earlier columns.
func (f value[R, V]) where(has func(*R) bool) nullable[R, V] {
	get := func(r *R) (v V, known bool) {
		if known = has(r); known {
			v = f.get(r)
		}
		return v, known
	}
	set := func(r *R, v *V) error {
		switch {
		case (v != nil) != has(r):
			return fmt.Errorf("column %s is NULL or is not, against the columns before it", f.column.Name)
		case v == nil:
			return nil
		}
		return f.set(r, *v)
	}
	return nullable[R, V]{f.column.null(), get, set}
}

// nullable is a field of one column that may be NULL.
type nullable[R, V any] struct {
	column Column
	get    func(*R) (v V, known bool)
	set    func(*R, *V) error // of nil for NULL
}

func (f nullable[R, V]) columns() []Column { return []Column{f.column} }

func (f nullable[R, V]) write(row []any, r *R) []any {
	if v, known := f.get(r); known {
		return append(row, v)
	}
	return append(row, nil)
}

func (f nullable[R, V]) scan(targets []any) ([]any, func(*R) error) {
	v := new(*V)
	return append(targets, v), func(r *R) error { return f.set(r, *v) }
}

// group is several fields as one.
type group[R any] []field[R]

func (g group[R]) columns() (all []Column) {
	for _, f := range g {
		all = append(all, f.columns()...)
	}
	return all
}

func (g group[R]) write(row []any, r *R) []any {
	for _, f := range g {
		row = f.write(row, r)
	}
	return row
}

func (g group[R]) scan(targets []any) ([]any, func(*R) error) {
	all := make([]func(*R) error, len(g))
	for i, f := range g {
		targets, all[i] = f.scan(targets)
	}
	return targets, func(r *R) error {
		for _, set := range all {
			if err := set(r); err != nil {
				return err
			}
		}
		return nil
	}
}

// partColumns are the columns of a P that an R may have: none is what they come to
// for an R that has not.
type partColumns[R any, P comparable] struct {
	fields group[P]
	none   P
	of     func(*R) **P
}

func (c partColumns[R, P]) columns() []Column { return c.fields.columns() }

func (c partColumns[R, P]) write(row []any, r *R) []any {
	part := *c.of(r)
	if part == nil {
		none := c.none
		part = &none
	}
	return c.fields.write(row, part)
}

func (c partColumns[R, P]) scan(targets []any) ([]any, func(*R) error) {
	targets, set := c.fields.scan(targets)
	return targets, func(r *R) error {
		var part P
		if err := set(&part); err != nil {
			return err
		}
		if part != c.none {
			*c.of(r) = &part
		}
		return nil
	}
}

// The columns here are of what a pointer into an R leads to.

func idColumn[R any](name, doc string, of func(*R) *uuid.UUID) value[R, uuid.UUID] {
	return same(column(name, ID, doc), of)
}

func boolColumn[R any](name, doc string, of func(*R) *bool) value[R, bool] {
	return same(column(name, Bool, doc), of)
}

func timeColumn[R any](name, doc string, of func(*R) *event.Time) value[R, event.Time] {
	return same(column(name, Moment, doc), of)
}

// timeOrNull keeps event.Never as NULL.
func timeOrNull[R any](name, doc string, of func(*R) *event.Time) value[R, event.Time] {
	return same(column(name, Moment, doc).null(), of)
}

func same[R, V any](c Column, of func(*R) *V) value[R, V] {
	return value[R, V]{c, func(r *R) V { return *of(r) }, func(r *R, v V) error {
		*of(r) = v
		return nil
	}}
}

// textColumn takes only the texts that are known, if any are named.
func textColumn[R any, T ~string](name, doc string, of func(*R) *T, known ...T) value[R, string] {
	return value[R, string]{column(name, Text, doc), func(r *R) string { return escaped(string(*of(r))) }, func(r *R, text string) error {
		text = unescaped(text)
		if len(known) > 0 && !slices.Contains(known, T(text)) {
			return fmt.Errorf("column %s holds %.40q, which is none of %q", name, text, known)
		}
		*of(r) = T(text)
		return nil
	}}
}

func integerColumn[R any, T ~int | ~int8 | ~int16 | ~int64](name, doc string, of func(*R) *T) value[R, int64] {
	return value[R, int64]{column(name, Integer, doc), func(r *R) int64 { return int64(*of(r)) }, func(r *R, n int64) error {
		if int64(T(n)) != n {
			return fmt.Errorf("column %s holds %d", name, n)
		}
		*of(r) = T(n)
		return nil
	}}
}

// between takes only integers from low to high.
func between[R any](low, high int64, f value[R, int64]) value[R, int64] {
	set := f.set
	f.set = func(r *R, n int64) error {
		if n < low || n > high {
			return fmt.Errorf("column %s holds %d, which is not from %d to %d", f.column.Name, n, low, high)
		}
		return set(r, n)
	}
	return f
}

func positionColumn[R any](name, doc string, of func(*R) *event.Position) value[R, int64] {
	return between(0, math.MaxInt64, value[R, int64]{column(name, Integer, doc),
		func(r *R) int64 { return positionValue(*of(r)) },
		func(r *R, n int64) error {
			*of(r) = event.Position(n)
			return nil
		}})
}

// positionValue is a position as databases count. No log reaches the last one.
func positionValue(p event.Position) int64 { return int64(min(p, math.MaxInt64)) }

// positionOrNil is a position as databases count, and nil for 0.
func positionOrNil(p event.Position) any {
	if p == 0 {
		return nil
	}
	return positionValue(p)
}

// revisionColumn keeps the revision that a record's next event has, as that of
// its last one.
func revisionColumn[R any](next func(*R) *uint64) field[R] {
	return between(0, math.MaxInt64, value[R, int64]{column("revision", Integer, "of the stream's last event"),
		func(r *R) int64 { return int64(*next(r)) - 1 },
		func(r *R, last int64) error {
			*next(r) = uint64(last) + 1
			return nil
		}})
}

// idOrNull keeps uuid.Nil as NULL.
func idOrNull[R any](name, doc string, of func(*R) *uuid.UUID) nullable[R, uuid.UUID] {
	return nullable[R, uuid.UUID]{column(name, ID, doc).null(),
		func(r *R) (uuid.UUID, bool) { return *of(r), *of(r) != uuid.Nil },
		func(r *R, id *uuid.UUID) error {
			if *of(r) = uuid.Nil; id != nil {
				*of(r) = *id
			}
			return nil
		}}
}

// nullableText keeps "" as NULL.
func nullableText[R any, T ~string](name, doc string, of func(*R) *T) nullable[R, string] {
	return nullable[R, string]{column(name, Text, doc).null(),
		func(r *R) (string, bool) { return escaped(string(*of(r))), *of(r) != "" },
		func(r *R, text *string) error {
			if *of(r) = ""; text != nil {
				*of(r) = T(unescaped(*text))
			}
			return nil
		}}
}

// positionOrNull keeps position 0 as NULL.
func positionOrNull[R any](name, doc string, of func(*R) *event.Position) nullable[R, int64] {
	return nullable[R, int64]{column(name, Integer, doc).null(),
		func(r *R) (int64, bool) { return positionValue(*of(r)), *of(r) != 0 },
		func(r *R, n *int64) error {
			if *of(r) = 0; n == nil {
				return nil
			}
			if *n < 1 {
				return fmt.Errorf("column %s holds position %d", name, *n)
			}
			*of(r) = event.Position(*n)
			return nil
		}}
}
