package readmodel

import (
	"iter"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/projection"
)

// scanChunk is how many records a scan has in memory at once.
const scanChunk = 2000

// scanRecords iterates over all records of a table, with their children.
func scanRecords[R any](r versionTx, t *recordsOf[R]) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		for ids, err := range r.scan(t.Name, scanChunk) {
			recs := projection.NewRecords()
			if err == nil {
				err = t.load(r, recs, idsWithin, ids.from, ids.through)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			for _, record := range t.in(recs) {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
}

// idRange is a range of ids, both ends in it.
type idRange struct{ from, through uuid.UUID }

// idsWithin is the condition on the ids of a range.
const idsWithin = "id >= $1 AND id <= $2"

// idSet is some ids: the condition that a column has one of them, and its arguments.
type idSet struct {
	condition func(column string) string
	args      []any
}

// set is all ids of the range. A database finds them in one go along an index,
// where it looks up every one of a list.
func (i idRange) set() idSet {
	return idSet{func(column string) string { return column + " >= $1 AND " + column + " <= $2" }, []any{i.from, i.through}}
}

func (r versionTx) setOf(ids []uuid.UUID) idSet {
	return idSet{func(column string) string { return column + " " + r.dialect.OneOf("$1") }, []any{ids}}
}

// scan cuts a table into ranges of its ids, each of so many rows or fewer.
func (r versionTx) scan(table string, rows int) iter.Seq2[idRange, error] {
	return func(yield func(idRange, error) bool) {
		for from, more := uuid.Nil, true; more; {
			last, err := r.ids("SELECT id FROM @"+table+" WHERE id >= $1 ORDER BY id LIMIT 1 OFFSET $2", from, int64(rows-1))
			if err != nil {
				yield(idRange{}, err)
				return
			}
			through := uuid.Max
			if more = len(last) > 0; more {
				through = last[0]
			}
			if !yield(idRange{from, through}, nil) {
				return
			}
			if more {
				from, more = successor(through)
			}
		}
	}
}

// successor is the next id in the order of ids, false if there is none.
func successor(id uuid.UUID) (uuid.UUID, bool) {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			return id, true
		}
	}
	return id, false
}
