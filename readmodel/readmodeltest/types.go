package readmodeltest

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
)

// all is a row of every type that a column may have.
type all struct {
	id      uuid.UUID
	at      event.Time
	number  int64
	word    string
	yes     bool
	maybe   *int64
	maybeIn *string
	maybeID *uuid.UUID
}

// table is a table with such rows.
func (all) table(d *readmodel.Dialect) string {
	return fmt.Sprintf(`CREATE TABLE everything (id %s NOT NULL PRIMARY KEY, happened %s, number %s NOT NULL, word %s NOT NULL,
		yes %s NOT NULL, maybe %s, maybe_in %s, maybe_id %s)`, d.Type(readmodel.ID), d.Type(readmodel.Moment), d.Type(readmodel.Integer),
		d.Type(readmodel.Text), d.Type(readmodel.Bool), d.Type(readmodel.Integer), d.Type(readmodel.Text), d.Type(readmodel.ID))
}

func (all) columns() []string {
	return []string{"id", "happened", "number", "word", "yes", "maybe", "maybe_in", "maybe_id"}
}

func (a all) values() []any {
	values := []any{a.id, a.at, a.number, a.word, a.yes, nil, nil, nil}
	if a.maybe != nil {
		values[5] = *a.maybe
	}
	if a.maybeIn != nil {
		values[6] = *a.maybeIn
	}
	if a.maybeID != nil {
		values[7] = *a.maybeID
	}
	return values
}

func (a *all) scan(row readmodel.Row) error {
	return row.Scan(&a.id, &a.at, &a.number, &a.word, &a.yes, &a.maybe, &a.maybeIn, &a.maybeID)
}

func samples() []all {
	number, word, other := int64(math.MinInt64), "it's “so”", uuid.UUID{3: 5}
	return []all{
		{id: uuid.UUID{}, at: event.MustParseTime("0001-01-01T00:00:00Z")},
		{id: uuid.UUID{15: 1}, at: event.MustParseTime("1969-12-31T23:59:59Z"), number: -1, word: "$1 @x #y", yes: true, maybe: &number},
		{id: uuid.UUID{0: 0x7f, 15: 2}, at: event.Never, number: math.MaxInt64, word: "two\nlines\t", maybeIn: &word, maybeID: &other},
		{id: uuid.UUID{0: 0x80}, at: event.MustParseTime("9999-12-31T23:59:59Z"), number: math.MinInt64, word: "é 日本 🙂", yes: true},
		{id: uuid.Max, at: 0, word: "NULL"},
	}
}

const selectAll = "SELECT id, happened, number, word, yes, maybe, maybe_in, maybe_id FROM everything "

func scanAll(rows iter.Seq2[readmodel.Row, error]) (found []all, err error) {
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		var a all
		if err := a.scan(row); err != nil {
			return nil, err
		}
		found = append(found, a)
	}
	return found, nil
}

// testTypes: what is written, one by one, as a list or in bulk, is what is
// read, and ids order as their bytes do.
func testTypes(t *testing.T, open Open) {
	insert := "INSERT INTO everything (id, happened, number, word, yes, maybe, maybe_in, maybe_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
	for name, write := range map[string]func(readmodel.Tx) error{
		"Exec": func(tx readmodel.Tx) error {
			for _, a := range samples() {
				if n, err := tx.Exec(insert, a.values()...); err != nil || n != 1 {
					return fmt.Errorf("%d rows: %w", n, err)
				}
			}
			return nil
		},
		"ExecEach": func(tx readmodel.Tx) error {
			return tx.ExecEach(insert, func(yield func([]any) bool) {
				reused := make([]any, 8)
				for _, a := range samples() {
					if copy(reused, a.values()); !yield(reused) {
						return
					}
				}
			})
		},
		"Copy": func(tx readmodel.Tx) error {
			reused := make([]any, 8)
			return tx.Copy("everything", all{}.columns(), func(yield func([]any, error) bool) {
				for _, a := range samples() {
					copy(reused, a.values())
					if !yield(reused, nil) {
						return
					}
				}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)()
			exec(t, db, all{}.table(db.Dialect()))
			require.NoError(t, db.Write(t.Context(), write))
			require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
				found, err := scanAll(tx.Query(selectAll + "ORDER BY id"))
				require.Equal(t, samples(), found)
				return err
			}))
		})
	}
}

// testRows: conditions with each type, lists of ids, statements in a row and
// loops that are left early.
func testRows(t *testing.T, open Open) {
	db := open(t)()
	exec(t, db, all{}.table(db.Dialect()))
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		return tx.Copy("everything", all{}.columns(), func(yield func([]any, error) bool) {
			for _, a := range samples() {
				if !yield(a.values(), nil) {
					return
				}
			}
		})
	}))
	s := samples()
	for _, c := range []struct {
		condition string
		args      []any
		want      []all
	}{
		{"id = $1", []any{s[2].id}, s[2:3]},
		{"happened <= $1", []any{event.Time(-1)}, s[:2]},
		{"happened IS NULL", nil, s[2:3]},
		{"number = $1", []any{s[2].number}, s[2:3]},
		{"word = $1", []any{s[1].word}, s[1:2]},
		{"yes = $1 AND number < $2 AND $1 = yes", []any{true, int64(0)}, []all{s[1], s[3]}},
		{"number > $2 AND number < $1", []any{int64(math.MaxInt64), int64(-1)}, []all{s[0], s[4]}},
		{"id " + db.Dialect().OneOf("$1"), []any{[]uuid.UUID{s[4].id, s[0].id, {15: 9}, s[0].id}}, []all{s[0], s[4]}},
		{"id " + db.Dialect().OneOf("$1"), []any{[]uuid.UUID{}}, nil},
		{"id > $1 AND id <= $2", []any{s[1].id, s[3].id}, s[2:4]},
	} {
		require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
			found, err := scanAll(tx.Query(selectAll+"WHERE "+c.condition+" ORDER BY id", c.args...))
			require.NoError(t, err, c.condition)
			require.Equal(t, c.want, found, c.condition)
			for range tx.Query(selectAll) {
				break
			}
			n, err := integer(tx, "SELECT count(*) FROM everything")
			require.EqualValues(t, len(s), n)
			return err
		}))
	}
	testScanErrors(t, db)

	mine := errors.New("mine")
	err := db.Write(t.Context(), func(tx readmodel.Tx) error {
		return tx.Copy("everything", all{}.columns(), func(yield func([]any, error) bool) { yield(nil, mine) })
	})
	require.ErrorIs(t, err, mine)
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		n, err := tx.Exec("UPDATE everything SET number = number WHERE yes = $1", true)
		require.EqualValues(t, 2, n)
		return err
	}))
}

// testScanErrors: what does not fit is an error, never a zero.
func testScanErrors(t *testing.T, db readmodel.Database) {
	var id uuid.UUID
	var number int64
	var word string
	var maybe *int64
	for what, scan := range map[string]func(readmodel.Row) error{
		"too few targets":  func(r readmodel.Row) error { return r.Scan(&id) },
		"too many targets": func(r readmodel.Row) error { return r.Scan(&id, &maybe, &word) },
		"NULL into *int64": func(r readmodel.Row) error { return r.Scan(&id, &number) },
	} {
		err := db.Read(t.Context(), func(tx readmodel.Tx) error {
			for row, err := range tx.Query("SELECT id, maybe FROM everything WHERE word = $1", "NULL") {
				if err != nil {
					return err
				}
				return scan(row)
			}
			return nil
		})
		require.Error(t, err, what)
	}
}
