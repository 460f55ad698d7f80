package readmodel

import (
	"iter"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// copyPart is what a bulk load writes into one table.
type copyPart struct {
	table *Table
	count int
	rows  iter.Seq[[]any] // in the order of the table's records, which a database's trees take fastest
}

func (r versionTx) copyModel(m *projection.Model, told func(rows, of int)) error {
	var all []copyPart
	of := 0
	for _, t := range recordTables {
		parts, err := t.parts(m)
		if err != nil {
			return err
		}
		for _, p := range parts {
			of += p.count
		}
		all = append(all, parts...)
	}
	for _, p := range all {
		if err := r.Copy(r.dialect.Table(r.version, p.table.Name), p.table.ColumnNames(), counted(p.rows, of, told)); err != nil {
			return err
		}
	}
	return nil
}

func (t *recordsOf[R]) parts(m *projection.Model) ([]copyPart, error) {
	var records []*R
	for r, err := range t.all(m) {
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	slices.SortFunc(records, func(a, b *R) int { return compareIDs(t.id(a), t.id(b)) })
	parts := []copyPart{{t.Table, len(records), func(yield func([]any) bool) {
		var row []any
		for _, r := range records {
			if row = t.appendRow(row[:0], r); !yield(row) {
				return
			}
		}
	}}}
	byID := func(yield func(uuid.UUID, *R) bool) {
		for _, r := range records {
			if !yield(t.id(r), r) {
				return
			}
		}
	}
	for _, c := range t.children {
		n := 0
		for _, r := range records {
			n += c.count(r)
		}
		parts = append(parts, copyPart{c.definition(), n, c.rowsOf(byID, 0)})
	}
	return parts, nil
}

// counted tells how many rows went by.
func counted(rows iter.Seq[[]any], of int, told func(rows, of int)) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		n := 0
		for row := range rows {
			if n++; n == tellEvery {
				told(n, of)
				n = 0
			}
			if !yield(row, nil) {
				return
			}
		}
		told(n, of)
	}
}
