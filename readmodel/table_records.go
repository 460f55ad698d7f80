package readmodel

import (
	"iter"
	"maps"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// recordsSchema goes up by one with every change of a column of the records'
// tables or of their child tables.
const recordsSchema = 4

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

var recordTables = []recordTable{freelancerRecords, clientRecords, jobRecords, inviteRecords, proposalRecords, interviewRecords, contractRecords, weekRecords}

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

func (t *recordsOf[R]) streams() string { return t.category }

func (t *recordsOf[R]) tables() []*Table {
	tables := []*Table{t.Table}
	for _, c := range t.children {
		tables = append(tables, c.definition())
	}
	return tables
}

func (t *recordsOf[R]) load(r versionTx, into *projection.Records, condition string, args ...any) error {
	return t.loadParts(r, into, projection.AllParts, condition, args...)
}

// loadParts loads the records with those of their children that are wanted.
func (t *recordsOf[R]) loadParts(r versionTx, into *projection.Records, wanted projection.Parts, condition string, args ...any) error {
	if err := t.loadBare(r, into, condition, args...); err != nil {
		return err
	}
	for _, c := range t.children {
		if !c.wanted(wanted) {
			continue
		}
		theirs := c.definition().Key[0] + " IN (SELECT id FROM @" + t.Name + " WHERE " + condition + ")"
		if err := c.load(r, t.in(into), theirs, args...); err != nil {
			return err
		}
	}
	return nil
}

// loadBare loads the records without their children.
func (t *recordsOf[R]) loadBare(r versionTx, into *projection.Records, condition string, args ...any) error {
	records, scanner := t.in(into), t.scanner()
	for row, err := range t.rows(r, condition, t.Key, args...) {
		if err != nil {
			return err
		}
		record := new(R)
		if err := scanner.scan(row, record); err != nil {
			return err
		}
		records[t.id(record)] = record
	}
	return nil
}

func (t *recordsOf[R]) loadToFold(r versionTx, into *projection.Records, condition string, args ...any) error {
	if t.foldsOnto {
		return t.load(r, into, condition, args...)
	}
	return t.loadBare(r, into, condition, args...)
}

func (t *recordsOf[R]) save(r versionTx, records *projection.Records, after event.Position) error {
	these := t.in(records)
	if len(these) == 0 {
		return nil
	}
	err := r.ExecEach(r.sql(t.upsert()), func(yield func([]any) bool) {
		var row []any
		for _, record := range these {
			if row = t.appendRow(row[:0], record); !yield(row) {
				return
			}
		}
	})
	for i := 0; i < len(t.children) && err == nil; i++ {
		err = r.ExecEach(r.sql(t.children[i].write()), t.children[i].rowsOf(maps.All(these), after))
	}
	return err
}

// save writes the records of every sort.
func (r versionTx) save(records *projection.Records, after event.Position) error {
	for _, t := range recordTables {
		if err := t.save(r, records, after); err != nil {
			return err
		}
	}
	return nil
}
