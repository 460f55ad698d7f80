package readmodel

import (
	"iter"
	"maps"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// recordTable is the table of one sort of records with its child tables: how
// they lie there, and what is done with all sorts alike.
type recordTable interface {
	// streams is the category of the records' streams.
	streams() string
	// tables are their own one and the child tables.
	tables() []*Table
	// load loads the records for which the condition on their own table holds.
	load(r versionTx, into *projection.Records, condition string, args ...any) error
	// loadToFold loads of them what the fold of further events looks at.
	loadToFold(r versionTx, into *projection.Records, condition string, args ...any) error
	// save writes the records, of which the tables hold what happened up to a
	// position: their own rows as they are now, and the children that are newer.
	save(r versionTx, records *projection.Records, after event.Position) error
	// parts are the rows of a model's records, for a bulk load.
	parts(m *projection.Model) ([]copyPart, error)
	// compare compares the records of two versions.
	compare(c *comparing) error
}

var recordTables = []recordTable{freelancerRecords, clientRecords, jobRecords, inviteRecords, proposalRecords, contractRecords}

// recordsOf is the table of the records R, a row each.
type recordsOf[R any] struct {
	tableOf[R]
	category    string
	children    []childTable[R]
	foldsOnto   bool // the fold looks at earlier children
	id          func(*R) uuid.UUID
	in          func(*projection.Records) map[uuid.UUID]*R
	all         func(*projection.Model) iter.Seq2[*R, error]
	differences func(was, is *R, through event.Position) []projection.Difference
}

func (k *recordsOf[R]) streams() string { return k.category }

func (k *recordsOf[R]) tables() []*Table {
	tables := []*Table{k.Table}
	for _, c := range k.children {
		tables = append(tables, c.definition())
	}
	return tables
}

func (k *recordsOf[R]) load(r versionTx, into *projection.Records, condition string, args ...any) error {
	if err := k.loadBare(r, into, condition, args...); err != nil {
		return err
	}
	for _, c := range k.children {
		theirs := c.definition().Key[0] + " IN (SELECT id FROM @" + k.Name + " WHERE " + condition + ")"
		if err := c.load(r, k.in(into), theirs, args...); err != nil {
			return err
		}
	}
	return nil
}

// loadBare loads the records without their children.
func (k *recordsOf[R]) loadBare(r versionTx, into *projection.Records, condition string, args ...any) error {
	records, scanner := k.in(into), k.scanner()
	for row, err := range k.rows(r, condition, k.Key, args...) {
		if err != nil {
			return err
		}
		record := new(R)
		if err := scanner.scan(row, record); err != nil {
			return err
		}
		records[k.id(record)] = record
	}
	return nil
}

func (k *recordsOf[R]) loadToFold(r versionTx, into *projection.Records, condition string, args ...any) error {
	if k.foldsOnto {
		return k.load(r, into, condition, args...)
	}
	return k.loadBare(r, into, condition, args...)
}

func (k *recordsOf[R]) save(r versionTx, records *projection.Records, after event.Position) error {
	these := k.in(records)
	if len(these) == 0 {
		return nil
	}
	err := r.ExecEach(r.sql(k.upsert()), func(yield func([]any) bool) {
		var row []any
		for _, record := range these {
			if row = k.appendRow(row[:0], record); !yield(row) {
				return
			}
		}
	})
	for i := 0; i < len(k.children) && err == nil; i++ {
		err = r.ExecEach(r.sql(k.children[i].write()), k.children[i].rowsOf(maps.All(these), after))
	}
	return err
}

// save writes the records of every sort.
func (r versionTx) save(records *projection.Records, after event.Position) error {
	for _, k := range recordTables {
		if err := k.save(r, records, after); err != nil {
			return err
		}
	}
	return nil
}
