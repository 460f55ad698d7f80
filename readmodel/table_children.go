package readmodel

import (
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// childTable is a table of what a record R has any number of.
type childTable[R any] interface {
	definition() *Table
	// wanted reports whether the children are among the parts of a history.
	wanted(projection.Parts) bool
	// load loads the children for which a condition holds into their records.
	load(r versionTx, records map[uuid.UUID]*R, condition string, args ...any) error
	// write is the statement that writes a child that is new or has changed.
	write() string
	// rowsOf are the rows of the records' children that are newer than a position.
	rowsOf(records iter.Seq2[uuid.UUID, *R], after event.Position) iter.Seq[[]any]
	count(r *R) int
}

// childrenOf is the table of the children C of records R.
type childrenOf[R, C any] struct {
	tableOf[C]                  // of the columns after the first one, which is the record's id
	changes    bool             // a child may change after it was written
	part       projection.Parts // of an account's history that the children are; 0: of whatever has them
	list       func(*R) *[]C
	place      func(*R)                // makes the list's place, if it need not be there
	newest     func(*C) event.Position // the last event that changed it
}

// newChildTable is a table with the column of the record's id before those of
// the fields.
func newChildTable[C any](t Table, record, doc string, fields ...field[C]) tableOf[C] {
	t.Columns = []Column{column(record, ID, doc)}
	return newTable(t, fields...)
}

func (c childrenOf[R, C]) definition() *Table { return c.Table }

func (c childrenOf[R, C]) wanted(parts projection.Parts) bool {
	return c.part == 0 || parts&c.part != 0
}

func (c childrenOf[R, C]) count(r *R) int { return len(*c.list(r)) }

func (c childrenOf[R, C]) write() string {
	if c.changes {
		return c.upsert()
	}
	return c.insert()
}

func (c childrenOf[R, C]) rowsOf(records iter.Seq2[uuid.UUID, *R], after event.Position) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		var row []any
		for id, r := range records {
			children, record := *c.list(r), any(id)
			for i := range children {
				if c.newest(&children[i]) <= after {
					continue
				}
				if row = c.appendRow(append(row[:0], record), &children[i]); !yield(row) {
					return
				}
			}
		}
	}
}

func (c childrenOf[R, C]) load(r versionTx, records map[uuid.UUID]*R, condition string, args ...any) error {
	var record uuid.UUID
	scanner, child := c.scanner(&record), new(C)
	for row, err := range c.rows(r, condition, []string{c.Key[0], c.Position}, args...) {
		if err != nil {
			return err
		}
		*child = *new(C)
		if err := scanner.scan(row, child); err != nil {
			return err
		}
		if c.place != nil {
			c.place(records[record])
		}
		children := c.list(records[record])
		*children = append(*children, *child)
	}
	return nil
}
