package readmodel

import (
	"fmt"
	"strings"
)

// Dialect is in what databases differ; all else is SQL that both understand.
// The zero value is none: there are SQLite and PostgreSQL.
type Dialect struct {
	// Name is for people.
	Name string

	// types are the database's types of columns.
	types [5]string
	// oneOf is the condition that a value is in the list that is an argument.
	oneOf string
	// space is what stands before the names of the tables of version %d, and
	// stable before those that do not change with the version.
	space, stable string
	// strict follows the list of columns.
	strict string
	// prefixed says that an index lies in one room with those of all versions,
	// so that its name needs the version too.
	prefixed bool
	// tableExists counts the tables in the schema $1, if the database has any,
	// of the name $2.
	tableExists string
	// enter and leave make and drop what space and stable name.
	enter, leave string
}

// SQLite keeps the tables of version 1 as m1_contracts and so on, and the
// stable names as they are. An id is a text of 36 small letters, so that
// people can read and join it, a moment Unix seconds, a truth value 0 or 1.
var SQLite = &Dialect{
	Name:        "SQLite",
	types:       [...]string{ID: "TEXT", Moment: "INTEGER", Integer: "INTEGER", Text: "TEXT", Bool: "INTEGER"},
	oneOf:       "IN (SELECT value FROM json_each(%s))",
	space:       "m%d_",
	strict:      " STRICT",
	tableExists: "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND $1 = '' AND name = $2",
	prefixed:    true,
}

// PostgreSQL keeps the tables of version 1 in the schema marketplace_1 and so
// on, and the stable names in the schema marketplace.
var PostgreSQL = &Dialect{
	Name:        "PostgreSQL",
	types:       [...]string{ID: "uuid", Moment: "timestamptz", Integer: "bigint", Text: "text", Bool: "boolean"},
	oneOf:       "= ANY (%s)",
	space:       "marketplace_%d.",
	stable:      "marketplace.",
	tableExists: "SELECT count(*) FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2",
	enter:       "CREATE SCHEMA IF NOT EXISTS %s",
	leave:       "DROP SCHEMA IF EXISTS %s CASCADE",
}

// Type is the database's type of a column.
func (d *Dialect) Type(t Type) string { return d.types[t] }

// Table is the name of a table of a version, for a statement or Tx.Copy.
func (d *Dialect) Table(version int64, name string) string {
	return fmt.Sprintf(d.space, version) + name
}

// Stable is the name of what does not change with the version: the view of a
// live table, or an administrative table.
func (d *Dialect) Stable(name string) string { return d.stable + name }

// OneOf is the condition that what stands before it is one of the list that is
// the argument, as in "id " + OneOf("$1").
func (d *Dialect) OneOf(argument string) string { return fmt.Sprintf(d.oneOf, argument) }

// SQL is a statement about the tables of a version: @contracts is its table
// contracts, and #model_versions a stable name.
func (d *Dialect) SQL(version int64, statement string) string {
	return strings.NewReplacer("@", fmt.Sprintf(d.space, version), "#", d.stable).Replace(statement)
}

// create is the DDL of a table, without its indexes.
func (d *Dialect) create(name string, t *Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n", name)
	for _, c := range t.Columns {
		null := " NOT NULL"
		if c.Null {
			null = ""
		}
		fmt.Fprintf(&b, "  %s %s%s,\n", c.Name, d.types[c.Type], null)
	}
	fmt.Fprintf(&b, "  PRIMARY KEY (%s)\n)%s", strings.Join(t.Key, ", "), d.strict)
	return b.String()
}

// index is the DDL of one of a table's indexes.
func (d *Dialect) index(version int64, t *Table, columns []string) string {
	name := t.Name + "_by_" + strings.Join(columns, "_")
	if d.prefixed {
		name = d.Table(version, name)
	}
	return fmt.Sprintf("CREATE INDEX %s ON %s (%s)", name, d.Table(version, t.Name), strings.Join(columns, ", "))
}

// rooms are the statements that make (or drop) where a version's tables lie.
func (d *Dialect) room(statement, space string) []string {
	if statement == "" {
		return nil
	}
	return []string{fmt.Sprintf(statement, strings.TrimSuffix(space, "."))}
}
