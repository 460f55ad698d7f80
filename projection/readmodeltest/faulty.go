package readmodeltest

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/marketcore/marketplace/projection/readmodel"
)

// Faulty is a database that breaks when it is told to, between any two steps of
// its transactions and around their commits. It is safe for concurrent use.
type Faulty struct {
	readmodel.Database
	// steps is how many may yet succeed; negative: all.
	steps atomic.Int64
	// taken is how many there were.
	taken atomic.Int64
	// lost lets the answer of a commit get lost when the steps are used up
	// there, instead of the commit.
	lost atomic.Bool
	// instead is called before the step that would have failed; nil: it fails.
	instead atomic.Pointer[func()]
}

// NewFaulty makes a database that passes everything on to db.
func NewFaulty(db readmodel.Database) *Faulty {
	f := &Faulty{Database: db}
	f.steps.Store(-1)
	return f
}

// BreakAfter lets the next n steps succeed and the one after them fail; if that
// is a commit and lost is true, it commits all the same. Then all is well again.
func (f *Faulty) BreakAfter(n int64, lost bool) {
	f.instead.Store(nil)
	f.lost.Store(lost)
	f.steps.Store(n)
}

// callAfter lets the next n steps be and calls do before the one after them,
// which fails only if do makes it.
func (f *Faulty) callAfter(n int64, do func()) {
	f.instead.Store(&do)
	f.steps.Store(n)
}

// Broke reports whether the step that was to fail came.
func (f *Faulty) Broke() bool { return f.steps.Load() < 0 }

var errBroken = readmodel.ErrUnavailable.With(nil, "a test wants it so")

// step is one that may fail.
func (f *Faulty) step() error {
	f.taken.Add(1)
	for {
		left := f.steps.Load()
		if left < 0 {
			return nil
		}
		if f.steps.CompareAndSwap(left, left-1) {
			if left > 0 {
				return nil
			}
			if do := f.instead.Load(); do != nil {
				(*do)()
				return nil
			}
			return errBroken
		}
	}
}

// Read implements readmodel.Database.
func (f *Faulty) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	return f.Database.Read(ctx, func(tx readmodel.Tx) error { return do(faultyTx{tx, f}) })
}

// Write implements readmodel.Database.
func (f *Faulty) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	var lost error
	err := f.Database.Write(ctx, func(tx readmodel.Tx) error {
		if err := do(faultyTx{tx, f}); err != nil {
			return err
		}
		err := f.step() // the commit
		if err != nil && f.lost.Load() {
			lost, err = err, nil
		}
		return err
	})
	return errors.Join(err, lost)
}

// Lease implements readmodel.Database.
func (f *Faulty) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if err := f.step(); err != nil {
		return nil, err
	}
	return f.Database.Lease(ctx, name)
}

type faultyTx struct {
	readmodel.Tx
	database *Faulty
}

func (t faultyTx) Exec(sql string, args ...any) (int64, error) {
	if err := t.database.step(); err != nil {
		return 0, err
	}
	return t.Tx.Exec(sql, args...)
}

func (t faultyTx) ExecEach(sql string, each iter.Seq[[]any]) error {
	if err := t.database.step(); err != nil {
		return err
	}
	return t.Tx.ExecEach(sql, each)
}

func (t faultyTx) Query(sql string, args ...any) iter.Seq2[readmodel.Row, error] {
	if err := t.database.step(); err != nil {
		return func(yield func(readmodel.Row, error) bool) { yield(nil, err) }
	}
	return t.Tx.Query(sql, args...)
}

func (t faultyTx) Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error {
	if err := t.database.step(); err != nil {
		return err
	}
	return t.Tx.Copy(table, columns, rows)
}
