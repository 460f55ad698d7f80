package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/marketcore/marketplace/readmodel"
)

// patientDatabase is a read model's database that is waited for with patience: what
// is asked of it ends when it has given nothing for so long.
type patientDatabase struct {
	readmodel.Database
	patience
	gone *atomic.Bool // it was given up
}

// Close implements readmodel.Database. One that was given up is not waited for at the
// end either.
func (d patientDatabase) Close() error {
	if d.gone.Load() {
		go func() { _ = d.Database.Close() }()
		return nil
	}
	return d.Database.Close()
}

// Read implements readmodel.Database. Between two rows that it has given the
// database owes nothing.
func (d patientDatabase) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := patientTx{limit: d.limit, timer: time.AfterFunc(d.limit, func() {
		d.gone.Store(true)
		cancel(errTooLong)
	})}
	defer t.given()
	err := d.Database.Read(ctx, func(tx readmodel.Tx) error {
		t.given()
		defer t.asks()
		t.Tx = tx
		return do(t)
	})
	if err != nil {
		return d.tooLong(ctx, err)
	}
	return nil
}

// patientTx is a transaction under a limit for each answer.
type patientTx struct {
	readmodel.Tx
	limit time.Duration
	timer *time.Timer
}

func (t patientTx) asks() { t.timer.Reset(t.limit) }

func (t patientTx) given() { t.timer.Stop() }

func (t patientTx) Exec(sql string, args ...any) (int64, error) {
	t.asks()
	defer t.given()
	return t.Tx.Exec(sql, args...)
}

func (t patientTx) Query(sql string, args ...any) iter.Seq2[readmodel.Row, error] {
	return func(yield func(readmodel.Row, error) bool) {
		t.asks()
		defer t.given()
		for row, err := range t.Tx.Query(sql, args...) {
			t.given()
			if !yield(row, err) {
				return
			}
			t.asks()
		}
	}
}
