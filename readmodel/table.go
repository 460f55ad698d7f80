package readmodel

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

// Table is the definition of a table. DDL, the lists of columns that are
// written and docs/read-models.md are all made of it or compared with it.
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
}

// Column is the definition of a column.
type Column struct {
	Name    string
	Type    Type
	Doc     string
	Null    bool // it may be NULL
	Private bool // it is left out of the view: no public read model shows it
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

func (c Column) null() Column {
	c.Null = true
	return c
}

func (c Column) private() Column {
	c.Private = true
	return c
}

func column(name string, t Type, doc string) Column { return Column{Name: name, Type: t, Doc: doc} }

// when are the two columns of a dated fact that may not have happened.
func when(fact, doc string) []Column {
	return []Column{
		column(fact+"_at", Moment, doc).null(),
		column(fact+"_position", Integer, "position of its event").null(),
	}
}

// happened are the two columns of a dated fact that every row has.
func happened(fact, doc string) []Column {
	c := when(fact, doc)
	c[0].Null, c[1].Null = false, false
	return c
}
