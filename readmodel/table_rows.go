package readmodel

import (
	"slices"

	"github.com/marketcore/marketplace/event"
)

// tableOf is a table whose rows are written of values R and read back into
// them: the fields are all that is said of its columns.
type tableOf[R any] struct {
	*Table
	fields []field[R]
}

func newTable[R any](t Table, fields ...field[R]) tableOf[R] {
	for _, f := range fields {
		t.Columns = append(t.Columns, f.columns()...)
	}
	return tableOf[R]{&t, fields}
}

func (t tableOf[R]) row(r *R) []any { return t.appendRow(make([]any, 0, len(t.Columns)), r) }

func (t tableOf[R]) appendRow(row []any, r *R) []any {
	for _, f := range t.fields {
		row = f.write(row, r)
	}
	return row
}

// scanner reads the rows of one query, of which leading are what columns before
// those of the fields are scanned into.
func (t tableOf[R]) scanner(leading ...any) scanner[R] { return scanner[R]{table: t, targets: leading} }

type scanner[R any] struct {
	table   tableOf[R]
	targets []any
	sets    []func(*R) error // nil before the first row
}

// scan puts a row into an R, which is otherwise zero.
func (s *scanner[R]) scan(row Row, r *R) error {
	if s.sets == nil {
		s.begin()
	}
	if err := row.Scan(s.targets...); err != nil {
		return err
	}
	for _, set := range s.sets {
		if err := set(r); err != nil {
			return ErrCorrupt.With(err, "table %s", s.table.Name)
		}
	}
	return nil
}

func (s *scanner[R]) begin() {
	s.sets = make([]func(*R) error, len(s.table.fields))
	for i, f := range s.table.fields {
		s.targets, s.sets[i] = f.scan(s.targets)
	}
}

// read reads the rows for which a condition holds.
func (t tableOf[R]) read(q querier, condition string, order []string, args ...any) (all []R, err error) {
	scanner := t.scanner()
	for row, err := range t.rows(q, condition, order, args...) {
		if err != nil {
			return nil, err
		}
		var r R
		if err := scanner.scan(row, &r); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// computedTable is a table whose rows are computed of values R and never read
// back into them.
type computedTable[R any] struct {
	*Table
	computed []computedColumn[R]
}

// computedColumn is a column with its value, as Tx takes it.
type computedColumn[R any] struct {
	Column
	value func(*R) any
}

func computed[R any](name string, t Type, doc string, value func(*R) any) computedColumn[R] {
	return computedColumn[R]{column(name, t, doc), value}
}

func (c computedColumn[R]) null() computedColumn[R] {
	c.Null = true
	return c
}

func newComputedTable[R any](t Table, columns ...[]computedColumn[R]) computedTable[R] {
	all := slices.Concat(columns...)
	for _, c := range all {
		t.Columns = append(t.Columns, c.Column)
	}
	return computedTable[R]{&t, all}
}

func (t computedTable[R]) row(r *R) []any {
	row := make([]any, len(t.computed))
	for i := range t.computed {
		row[i] = t.computed[i].value(r)
	}
	return row
}

// columnsOf are the columns of a P as columns of the R that it belongs to. They are
// all NULL for an R that has none.
func columnsOf[R, P any](part func(*R) *P, columns []computedColumn[P]) []computedColumn[R] {
	all := make([]computedColumn[R], len(columns))
	for i, c := range columns {
		all[i] = computedColumn[R]{c.Column, func(r *R) any {
			if p := part(r); p != nil {
				return c.value(p)
			}
			return nil
		}}
	}
	return all
}

func orNull(n *int64) any {
	if n == nil {
		return nil
	}
	return *n
}

func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func momentOrNull(t *event.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
