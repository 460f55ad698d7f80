package readmodel

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Type is what a column holds, whatever the database calls it.
type Type uint8

// The types of columns.
const (
	ID      Type = iota // a UUID
	Moment              // a moment to the second; NULL is never
	Integer             // 64 bits
	Text
	Bool
)

// Table is the definition of a table. DDL, statements and docs/read-models.md
// are made of it.
type Table struct {
	Name    string
	Doc     string
	Columns []Column
	Key     []string   // the primary key
	Indexes [][]string // other indexes, each by its columns
	Live    bool       // it has a view under its stable name while its version is live
	// Position is, in a table of records, the column with the position of the
	// event that made the row.
	Position string

	administrative bool // it stands once, under its stable name
}

// Column is the definition of a column.
type Column struct {
	Name    string
	Type    Type
	Doc     string
	Null    bool // it may be NULL
	Private bool // it is left out of the view: no public read model shows it
}

func column(name string, t Type, doc string) Column { return Column{Name: name, Type: t, Doc: doc} }

func (c Column) null() Column {
	c.Null = true
	return c
}

func (c Column) private() Column {
	c.Private = true
	return c
}

// ColumnNames are the names of all columns in order.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	return names
}

// public are the names of the columns that the view has.
func (t *Table) public() []string {
	var names []string
	for i := range t.Columns {
		if !t.Columns[i].Private {
			names = append(names, t.Columns[i].Name)
		}
	}
	return names
}

// reference is the table in a statement: see Dialect.SQL.
func (t *Table) reference() string {
	if t.administrative {
		return "#" + t.Name
	}
	return "@" + t.Name
}

// insert is the statement that writes a new row.
func (t *Table) insert() string {
	arguments := make([]string, len(t.Columns))
	for i := range arguments {
		arguments[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO " + t.reference() + " (" + strings.Join(t.ColumnNames(), ", ") + ") VALUES (" + strings.Join(arguments, ", ") + ")"
}

// upsert is the statement that writes a whole row, whether there is one or not.
func (t *Table) upsert() string {
	var set []string
	for _, name := range t.ColumnNames() {
		if !slices.Contains(t.Key, name) {
			set = append(set, name+" = excluded."+name)
		}
	}
	return t.insert() + " ON CONFLICT (" + strings.Join(t.Key, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
}

// querier is a transaction, and how statements refer to its tables.
type querier interface {
	Tx
	sql(statement string) string
}

// rows are the rows of a table for which a condition holds, whole and in order.
func (t *Table) rows(q querier, condition string, order []string, args ...any) iter.Seq2[Row, error] {
	return q.Query(q.sql("SELECT "+strings.Join(t.ColumnNames(), ", ")+" FROM "+t.reference()+
		" WHERE "+condition+" ORDER BY "+strings.Join(order, ", ")), args...)
}
