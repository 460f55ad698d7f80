package readmodel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

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

// insert is the statement that writes a new row.
func (t *Table) insert() string {
	arguments := make([]string, len(t.Columns))
	for i := range arguments {
		arguments[i] = fmt.Sprintf("$%d", i+1)
	}
	return "INSERT INTO @" + t.Name + " (" + strings.Join(t.ColumnNames(), ", ") + ") VALUES (" + strings.Join(arguments, ", ") + ")"
}

// save writes the records of every kind: see kind.
func (r reading) save(records *projection.Records, after event.Position) error {
	for _, k := range kinds {
		if err := k.save(r, records, after); err != nil {
			return err
		}
	}
	return nil
}
