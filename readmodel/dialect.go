package readmodel

import (
	"fmt"
	"strings"
)

// Dialect is in what databases differ; all else is SQL that all understand:
// among it INSERT … ON CONFLICT … DO UPDATE, CREATE VIEW, LIMIT with OFFSET, and
// DDL within a transaction. SQLite and PostgreSQL are here; one for another
// database, as examples/duckdb-readmodel has for DuckDB, sets every field, but for
// those that say what is left empty. It is not changed once it is in use: the
// names that it makes are where read models are found again.
type Dialect struct {
	// Name is for people.
	Name string
	// Types are the database's types of columns, each at the index of the Type
	// that it holds.
	Types [5]string
	// InList is a condition that what stands before it is in a list of ids, with
	// %s for the list, an argument.
	InList string
	// VersionPrefix stands before the names of the tables of a version, with %d
	// for its number. One that ends with a dot is a namespace of its own.
	VersionPrefix string
	// StablePrefix stands before the names that do not change with the version:
	// those of views and administrative tables. It may be empty, and ends with a
	// dot if it is a namespace.
	StablePrefix string
	// CreateNamespace and DropNamespace are statements with %s for a namespace,
	// which may be there, or not be there, already. Empty if no prefix is one.
	CreateNamespace, DropNamespace string
	// TableOptions follows the list of a new table's columns. It may be empty.
	TableOptions string
	// SharedIndexes says that the names of indexes are shared by all versions,
	// so that they need the prefix too.
	SharedIndexes bool
	// CountTables is a query for the number of tables in the namespace $1 of the
	// name $2. Without namespaces $1 is StablePrefix, most likely "".
	CountTables string
	// Relations is a query for what has a name in the namespace $1, or, where that
	// is "", in none: tables, views and what else cannot have the same name, but
	// for indexes. A row has two texts, the name and, of a view, the statement or the
	// query by which it was made, else "". A namespace that is there has a row of the
	// name "".
	Relations string
	// ReplaceViews says that CREATE OR REPLACE VIEW is understood, which keeps the
	// rights on a view and what others have made of it.
	ReplaceViews bool
	// Grants is a query for the statements that give on the namespace $2, and on
	// what has the same name there, the rights that others than the asking role
	// have on the namespace $1. A row has two texts, the name of the table or view,
	// "" for the namespace, and the statement. Empty if the database knows no rights.
	Grants string
	// LockTimeout is a statement with %d for milliseconds: what comes after it in
	// the transaction waits for no lock for longer, and then fails with ErrBusy.
	// Empty if readers and a change of what they read do not wait for each other.
	LockTimeout string
}

// SQLite keeps the tables of version 1 as m1_contracts and so on, and the
// stable names as they are. An id is a text of 36 small letters, so that
// people can read and join it, a moment Unix seconds, a truth value 0 or 1.
var SQLite = &Dialect{
	Name:          "SQLite",
	Types:         [...]string{ID: "TEXT", Moment: "INTEGER", Integer: "INTEGER", Text: "TEXT", Bool: "INTEGER"},
	InList:        "IN (SELECT value FROM json_each(%s))",
	VersionPrefix: "m%d_",
	TableOptions:  " STRICT",
	SharedIndexes: true,
	CountTables:   "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND $1 = '' AND name = $2",
	Relations:     "SELECT name, CASE WHEN type = 'view' THEN sql ELSE '' END FROM sqlite_schema WHERE $1 = '' AND type IN ('table', 'view')",
}

// Type is the database's type of a column.
func (d *Dialect) Type(t Type) string { return d.Types[t] }

// Table is the name of a table of a version, for a statement or Tx.Copy.
func (d *Dialect) Table(version int64, name string) string {
	return d.versionPrefix(version) + name
}

func (d *Dialect) versionPrefix(version int64) string { return fmt.Sprintf(d.VersionPrefix, version) }

// Stable is the name of what does not change with the version: the view of a
// live table, or an administrative table.
func (d *Dialect) Stable(name string) string { return d.StablePrefix + name }

// OneOf is the condition that what stands before it is one of the list that is
// the argument, as in "id " + OneOf("$1").
func (d *Dialect) OneOf(argument string) string { return fmt.Sprintf(d.InList, argument) }

// sql is a statement about the tables of a version: @contracts is its table
// contracts, and #model_versions a stable name.
func (d *Dialect) sql(version int64, statement string) string {
	return strings.NewReplacer("@", d.versionPrefix(version), "#", d.StablePrefix).Replace(statement)
}

// createTable is the DDL of a table, without its indexes.
func (d *Dialect) createTable(name string, t *Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n", name)
	for _, c := range t.Columns {
		null := " NOT NULL"
		if c.Null {
			null = ""
		}
		fmt.Fprintf(&b, "  %s %s%s,\n", c.Name, d.Type(c.Type), null)
	}
	fmt.Fprintf(&b, "  PRIMARY KEY (%s)\n)%s", strings.Join(t.Key, ", "), d.TableOptions)
	return b.String()
}

func (d *Dialect) createIndex(version int64, t *Table, columns []string) string {
	name := t.Name + "_by_" + strings.Join(columns, "_")
	if d.SharedIndexes {
		name = d.Table(version, name)
	}
	return fmt.Sprintf("CREATE INDEX %s ON %s (%s)", name, d.Table(version, t.Name), strings.Join(columns, ", "))
}

// createNamespace are the statements, one or none, that make the namespace of a
// prefix.
func (d *Dialect) createNamespace(prefix string) []string {
	return namespaced(d.CreateNamespace, prefix)
}

func (d *Dialect) dropNamespace(prefix string) []string { return namespaced(d.DropNamespace, prefix) }

func namespaced(statement, prefix string) []string {
	name, is := strings.CutSuffix(prefix, ".")
	if statement == "" || !is {
		return nil
	}
	return []string{fmt.Sprintf(statement, name)}
}

func namespace(prefix string) string { return strings.TrimSuffix(prefix, ".") }

// split is the namespace of a prefix, "" if it has none, and what follows it there.
func split(prefix string) (namespace, rest string) {
	i := strings.LastIndexByte(prefix, '.')
	return prefix[:max(i, 0)], prefix[i+1:]
}
