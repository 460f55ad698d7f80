package postgres

import (
	"context"
	"iter"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/marketcore/marketplace/readmodel"
)

// batchSize is how many statements ExecEach sends at once. It bounds memory.
const batchSize = 1000

type tx struct {
	ctx     context.Context
	tx      pgx.Tx
	db      *database
	writing bool
}

// failure is a statement's. A missing right is told by its name.
func (t *tx) failure(err error) error {
	if notAllowed(err) {
		return t.db.lacking(t.ctx, err, t.writing)
	}
	return failure(t.ctx, err)
}

func (t *tx) Exec(sql string, args ...any) (int64, error) {
	done, err := t.tx.Exec(t.ctx, sql, values(args)...)
	if err != nil {
		return 0, t.failure(err)
	}
	return done.RowsAffected(), nil
}

func (t *tx) ExecEach(sql string, each iter.Seq[[]any]) error {
	var batch pgx.Batch
	for args := range each {
		batch.Queue(sql, values(args)...)
		if batch.Len() == batchSize {
			if err := t.send(&batch); err != nil {
				return err
			}
			batch = pgx.Batch{}
		}
	}
	return t.send(&batch)
}

func (t *tx) send(batch *pgx.Batch) error {
	if batch.Len() == 0 {
		return nil
	}
	if err := t.tx.SendBatch(t.ctx, batch).Close(); err != nil {
		return t.failure(err)
	}
	return nil
}

func (t *tx) Query(sql string, args ...any) iter.Seq2[readmodel.Row, error] {
	return func(yield func(readmodel.Row, error) bool) {
		rows, err := t.tx.Query(t.ctx, sql, values(args)...)
		if err != nil {
			yield(nil, t.failure(err))
			return
		}
		defer rows.Close()
		for r := (&row{rows: rows}); rows.Next(); {
			if !yield(r, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, t.failure(err))
		}
	}
}

func (t *tx) Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error {
	next, stop := iter.Pull2(rows)
	defer stop()
	source := &copying{next: next}
	if _, err := t.tx.CopyFrom(t.ctx, pgx.Identifier(strings.Split(table, ".")), columns, source); err != nil {
		if source.err != nil {
			return source.err
		}
		return t.failure(err)
	}
	return nil
}

type copying struct {
	next   func() ([]any, error, bool)
	values []any
	err    error
}

func (c *copying) Next() bool {
	args, err, more := c.next()
	if c.err = err; !more || err != nil {
		return false
	}
	c.values = appendValues(c.values[:0], args)
	return true
}

func (c *copying) Values() ([]any, error) { return c.values, nil }

func (c *copying) Err() error { return c.err }
