package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/readmodel"
)

// transaction is a readmodel.Tx.
type transaction struct {
	conn   *conn
	ctx    context.Context
	failed bool // a statement failed, so the connection is not used again
}

func (t *transaction) fail(err error) error {
	if err != nil {
		t.failed = true
	}
	return failure(t.ctx, err)
}

func (t *transaction) rollback() {
	if _, err := t.Exec("ROLLBACK"); err != nil {
		t.failed = true
	}
}

func (t *transaction) Exec(sql string, args ...any) (rows int64, err error) {
	st, err := t.conn.take(sql)
	if err != nil {
		return 0, t.fail(err)
	}
	if err = bind(st, args); err == nil {
		for st.Step() {
		}
		rows = t.conn.Changes()
	}
	if e := t.conn.give(sql, st); err == nil {
		err = e
	}
	return rows, t.fail(err)
}

func (t *transaction) ExecEach(sql string, each iter.Seq[[]any]) error {
	return t.each(sql, func(yield func([]any, error) bool) {
		for args := range each {
			if !yield(args, nil) {
				return
			}
		}
	})
}

func (t *transaction) Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error {
	arguments := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	return t.each("INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+arguments+")", rows)
}

func (t *transaction) each(sql string, rows iter.Seq2[[]any, error]) error {
	st, err := t.conn.take(sql)
	if err != nil {
		return t.fail(err)
	}
	var theirs error
	for args, e := range rows {
		if theirs = e; theirs != nil {
			break
		}
		if err = bind(st, args); err == nil {
			err = st.Exec()
		}
		if err != nil {
			break
		}
	}
	if e := t.conn.give(sql, st); err == nil {
		err = e
	}
	if err != nil {
		return t.fail(err)
	}
	return theirs
}

func (t *transaction) Query(sql string, args ...any) iter.Seq2[readmodel.Row, error] {
	return func(yield func(readmodel.Row, error) bool) {
		st, err := t.conn.take(sql)
		if err != nil {
			yield(nil, t.fail(err))
			return
		}
		more := true
		if err = bind(st, args); err == nil {
			for more && st.Step() {
				more = yield(row{st}, nil)
			}
		}
		if e := t.conn.give(sql, st); err == nil {
			err = e
		}
		if err = t.fail(err); err != nil && more {
			yield(nil, err)
		}
	}
}

func bind(st *sqlite3.Stmt, args []any) error {
	for i, a := range args {
		if err := bindOne(st, i+1, a); err != nil {
			return err
		}
	}
	return nil
}

func bindOne(st *sqlite3.Stmt, i int, arg any) error {
	switch a := arg.(type) {
	case nil:
		return st.BindNull(i)
	case int64:
		return st.BindInt64(i, a)
	case string:
		return st.BindText(i, a)
	case bool:
		return st.BindBool(i, a)
	case uuid.UUID:
		return st.BindText(i, a.String())
	case event.Time:
		if a == event.Never {
			return st.BindNull(i)
		}
		return st.BindInt64(i, int64(a))
	case []uuid.UUID:
		list, err := json.Marshal(a)
		if err != nil {
			return err
		}
		return st.BindRawText(i, list)
	}
	return fmt.Errorf("a %T is no argument of a statement", arg)
}

// row is a readmodel.Row: the one at which the statement stands.
type row struct{ st *sqlite3.Stmt }

func (r row) Scan(targets ...any) error {
	if n := r.st.ColumnCount(); n != len(targets) {
		return readmodel.ErrUnavailable.With(nil, "a row has %d columns and is scanned into %d targets", n, len(targets))
	}
	for i, target := range targets {
		if err := r.scan(i, target); err != nil {
			return readmodel.ErrCorrupt.With(err, "column %s", r.st.ColumnName(i))
		}
	}
	return nil
}

func (r row) scan(i int, target any) (err error) {
	null := r.st.ColumnType(i) == sqlite3.NULL
	switch to := target.(type) {
	case *event.Time:
		if *to = event.Never; !null {
			*to = event.Time(r.st.ColumnInt64(i))
		}
		return nil
	case **uuid.UUID:
		if *to = nil; !null {
			*to = new(uuid.UUID)
			**to, err = uuid.ParseBytes(r.st.ColumnRawText(i))
		}
		return err
	case **int64:
		if *to = nil; !null {
			n := r.st.ColumnInt64(i)
			*to = &n
		}
		return nil
	case **string:
		if *to = nil; !null {
			s := r.st.ColumnText(i)
			*to = &s
		}
		return nil
	}
	if null {
		return fmt.Errorf("it is NULL")
	}
	switch to := target.(type) {
	case *int64:
		*to = r.st.ColumnInt64(i)
	case *string:
		*to = r.st.ColumnText(i)
	case *bool:
		*to = r.st.ColumnBool(i)
	case *uuid.UUID:
		*to, err = uuid.ParseBytes(r.st.ColumnRawText(i))
	default:
		err = fmt.Errorf("a %T is no target", target)
	}
	return err
}
