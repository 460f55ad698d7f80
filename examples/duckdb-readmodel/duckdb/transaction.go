package duckdb

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"iter"
	"strings"

	driver "github.com/duckdb/duckdb-go/v2"

	"github.com/marketcore/marketplace/readmodel"
)

// transaction is a readmodel.Tx: a connection that nobody else uses meanwhile.
type transaction struct {
	ctx  context.Context
	conn *sql.Conn
}

// transact runs a transaction. Whatever happens, do's panic included, the
// connection goes back clean.
func (f *file) transact(ctx context.Context, begin string, do func(readmodel.Tx) error) error {
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return failure(ctx, err)
	}
	defer conn.Close()
	t := &transaction{ctx, conn}
	committed := false
	defer func() {
		if !committed { // also where BEGIN failed: a context that ends may have come after it
			t.rollback()
		}
	}()
	if _, err := t.Exec(begin); err != nil {
		return err
	}
	if err := do(t); err != nil {
		return err
	}
	if _, err := t.Exec("COMMIT"); err != nil {
		return err
	}
	committed = true
	return nil
}

// rollback ends a transaction, and the connection too where there is none to end
// or it cannot be ended.
func (t *transaction) rollback() {
	if _, err := t.conn.ExecContext(context.WithoutCancel(t.ctx), "ROLLBACK"); err != nil {
		_ = t.conn.Raw(func(any) error { return sqldriver.ErrBadConn })
	}
}

func (t *transaction) Exec(statement string, args ...any) (int64, error) {
	done, err := t.conn.ExecContext(t.ctx, statement, values(args)...)
	if err != nil {
		return 0, failure(t.ctx, err)
	}
	n, err := done.RowsAffected()
	return n, failure(t.ctx, err)
}

func (t *transaction) ExecEach(statement string, each iter.Seq[[]any]) error {
	prepared, err := t.conn.PrepareContext(t.ctx, statement)
	if err != nil {
		return failure(t.ctx, err)
	}
	defer prepared.Close()
	for args := range each {
		if _, err := prepared.ExecContext(t.ctx, values(args)...); err != nil {
			return failure(t.ctx, err)
		}
	}
	return nil
}

func (t *transaction) Query(statement string, args ...any) iter.Seq2[readmodel.Row, error] {
	return func(yield func(readmodel.Row, error) bool) {
		rows, err := t.conn.QueryContext(t.ctx, statement, values(args)...)
		if err != nil {
			yield(nil, failure(t.ctx, err))
			return
		}
		defer rows.Close()
		r, err := newRow(rows)
		for err == nil && rows.Next() {
			if !yield(r, nil) {
				return
			}
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			yield(nil, failure(t.ctx, err))
		}
	}
}

// Copy uses DuckDB's appender, which takes rows without SQL.
func (t *transaction) Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error {
	schema, name, found := strings.Cut(table, ".")
	if !found {
		schema, name = "", table
	}
	var theirs error
	err := t.conn.Raw(func(conn any) error {
		appender, err := driver.NewAppenderWithColumns(conn.(sqldriver.Conn), "", schema, name, columns)
		if err != nil {
			return err
		}
		if theirs, err = appendRows(t.ctx, appender, rows); theirs != nil || err != nil {
			_ = appender.Clear() // or closing it would write them
			_ = appender.Close()
			return err
		}
		return appender.CloseWithCancel(t.ctx)
	})
	if theirs != nil {
		return theirs
	}
	return failure(t.ctx, err)
}

// appendRows tells apart the error of the rows and that of the appender.
func appendRows(ctx context.Context, appender *driver.Appender, rows iter.Seq2[[]any, error]) (theirs, err error) {
	var row []sqldriver.Value
	for args, theirs := range rows {
		if theirs != nil {
			return theirs, nil
		}
		row = row[:0]
		for _, arg := range args {
			row = append(row, appended(arg))
		}
		if err := appender.AppendRow(row...); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
