package readmodel

import (
	"iter"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// kind is a kind of records: how they lie in the tables, and what is done with
// every kind alike.
type kind interface {
	// of is the category of their streams.
	of() string
	// tables are their own one and those of their facts.
	tables() []*Table
	// load loads the records for which the condition on their own table holds.
	load(r reading, into *projection.Records, condition string, args ...any) error
	// loadToFold loads of them what the fold of further events looks at.
	loadToFold(r reading, into *projection.Records, condition string, args ...any) error
	// save writes the records, of which the tables hold what happened up to a
	// position: their own rows as they are now, and the facts that are newer.
	save(r reading, records *projection.Records, after event.Position) error
	// parts are the rows of a model's records, for a bulk load.
	parts(m *projection.Model) ([]copyPart, error)
	// compare compares the records of two versions.
	compare(c *comparing) error
}

// kinds are all kinds of records.
var kinds = []kind{freelancerRecords, clientRecords, jobRecords, inviteRecords, proposalRecords, contractRecords}

// recordKind is the kind of the records R: a row of its own each, and rows of
// its facts.
type recordKind[R any] struct {
	category    string // of their streams
	table       *Table
	facts       []factTable[R]
	looks       bool // the fold looks at earlier facts
	id          func(*R) uuid.UUID
	row         func(*R) []any
	scan        func(Row) (*R, error)
	in          func(*projection.Records) map[uuid.UUID]*R
	all         func(*projection.Model) iter.Seq2[*R, error]
	differences func(was, is *R, through event.Position) []projection.Difference
}

// factTable is a table of facts of which a record may have any number.
type factTable[R any] interface {
	is() *Table
	count(r *R) int
	// insert is the statement that writes a fact that is new or has changed.
	insert() string
	// each yields the rows of a record's facts that are newer than a position.
	each(id uuid.UUID, r *R, after event.Position, yield func([]any) bool) bool
	// scan gives a row's fact to its record.
	scan(row Row, records map[uuid.UUID]*R) error
}

// factsOf is the table of a list of facts F.
type factsOf[R, F any] struct {
	table   *Table // its first column is the record's id
	changes bool   // a fact may change after it was written
	list    func(*R) *[]F
	newest  func(*F) event.Position // the last event that changed it
	row     func(uuid.UUID, *F) []any
	scanned func(Row) (uuid.UUID, F, error)
}

func (f factsOf[R, F]) is() *Table { return f.table }

func (f factsOf[R, F]) count(r *R) int { return len(*f.list(r)) }

func (f factsOf[R, F]) insert() string {
	if f.changes {
		return f.table.upsert()
	}
	return f.table.insert()
}

func (f factsOf[R, F]) each(id uuid.UUID, r *R, after event.Position, yield func([]any) bool) bool {
	facts := *f.list(r)
	for i := range facts {
		if f.newest(&facts[i]) > after && !yield(f.row(id, &facts[i])) {
			return false
		}
	}
	return true
}

func (f factsOf[R, F]) scan(row Row, records map[uuid.UUID]*R) error {
	id, fact, err := f.scanned(row)
	if err != nil {
		return err
	}
	facts := f.list(records[id])
	*facts = append(*facts, fact)
	return nil
}

func (k *recordKind[R]) of() string { return k.category }

func (k *recordKind[R]) tables() []*Table {
	tables := []*Table{k.table}
	for _, f := range k.facts {
		tables = append(tables, f.is())
	}
	return tables
}

func (k *recordKind[R]) load(r reading, into *projection.Records, condition string, args ...any) error {
	if err := k.loadBare(r, into, condition, args...); err != nil {
		return err
	}
	records := k.in(into)
	for _, f := range k.facts {
		t := f.is()
		theirs := t.Key[0] + " IN (SELECT id FROM @" + k.table.Name + " WHERE " + condition + ")"
		for row, err := range r.rows(t, theirs, []string{t.Key[0], t.Position}, args...) {
			if err != nil {
				return err
			}
			if err := f.scan(row, records); err != nil {
				return err
			}
		}
	}
	return nil
}

// loadBare loads the records without the facts that have tables of their own.
func (k *recordKind[R]) loadBare(r reading, into *projection.Records, condition string, args ...any) error {
	records := k.in(into)
	for row, err := range r.rows(k.table, condition, k.table.Key, args...) {
		if err != nil {
			return err
		}
		record, err := k.scan(row)
		if err != nil {
			return err
		}
		records[k.id(record)] = record
	}
	return nil
}

func (k *recordKind[R]) loadToFold(r reading, into *projection.Records, condition string, args ...any) error {
	if k.looks {
		return k.load(r, into, condition, args...)
	}
	return k.loadBare(r, into, condition, args...)
}

// rows are the rows of a table for which a condition holds, whole and in order.
func (r reading) rows(t *Table, condition string, order []string, args ...any) iter.Seq2[Row, error] {
	return r.Query(r.sql("SELECT "+strings.Join(t.ColumnNames(), ", ")+" FROM @"+t.Name+
		" WHERE "+condition+" ORDER BY "+strings.Join(order, ", ")), args...)
}

func (k *recordKind[R]) save(r reading, records *projection.Records, after event.Position) error {
	these := k.in(records)
	if len(these) == 0 {
		return nil
	}
	err := r.ExecEach(r.sql(k.table.upsert()), func(yield func([]any) bool) {
		for _, record := range these {
			if !yield(k.row(record)) {
				return
			}
		}
	})
	for i := 0; i < len(k.facts) && err == nil; i++ {
		f := k.facts[i]
		err = r.ExecEach(r.sql(f.insert()), func(yield func([]any) bool) {
			for id, record := range these {
				if !f.each(id, record, after, yield) {
					return
				}
			}
		})
	}
	return err
}
