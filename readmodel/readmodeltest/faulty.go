package readmodeltest

import (
	"context"
	"iter"
	"sync/atomic"

	"github.com/marketcore/marketplace/readmodel"
)

// faulty is a database that breaks when it is told to, between any two steps of
// its transactions and around their commits. It is safe for concurrent use.
type faulty struct {
	readmodel.Database
	// steps is how many may yet succeed; negative: all.
	steps atomic.Int64
	// taken is how many there were.
	taken atomic.Int64
	// answers is how many commits may yet be answered; negative: all.
	answers atomic.Int64
	// instead is called before the step that would have failed; nil: it fails.
	instead atomic.Pointer[func()]
}

// newFaulty makes a database that passes everything on to db.
func newFaulty(db readmodel.Database) *faulty {
	f := &faulty{Database: db}
	f.breakAfter(-1)
	return f
}

// breakAfter lets the next n steps succeed and the one after them fail. Then all
// is well again.
func (f *faulty) breakAfter(n int64) {
	f.instead.Store(nil)
	f.answers.Store(-1)
	f.steps.Store(n)
}

// loseAnswerAfter lets the next n commits be answered; the one after them
// succeeds and its answer gets lost. Then all is well again.
func (f *faulty) loseAnswerAfter(n int64) {
	f.steps.Store(-1)
	f.answers.Store(n)
}

// callAfter lets the next n steps be and calls do before the one after them,
// which fails only if do makes it.
func (f *faulty) callAfter(n int64, do func()) {
	f.instead.Store(&do)
	f.steps.Store(n)
}

// broke reports whether the step that was to fail, or to stay unanswered, came.
func (f *faulty) broke() bool { return f.steps.Load() < 0 && f.answers.Load() < 0 }

var errBroken = readmodel.ErrUnavailable.With(nil, "a test wants it so")

// step is one that may fail.
func (f *faulty) step() error {
	f.taken.Add(1)
	if !isLast(&f.steps) {
		return nil
	}
	if do := f.instead.Load(); do != nil {
		(*do)()
		return nil
	}
	return errBroken
}

// isLast counts down to -1 and reports whether it went from 0 to there.
func isLast(n *atomic.Int64) bool {
	for {
		left := n.Load()
		if left < 0 {
			return false
		}
		if n.CompareAndSwap(left, left-1) {
			return left == 0
		}
	}
}

// Read implements readmodel.Database.
func (f *faulty) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	return f.Database.Read(ctx, func(tx readmodel.Tx) error { return do(faultyTx{tx, f}) })
}

// Write implements readmodel.Database.
func (f *faulty) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	err := f.Database.Write(ctx, func(tx readmodel.Tx) error {
		if err := do(faultyTx{tx, f}); err != nil {
			return err
		}
		return f.step() // the commit
	})
	if err == nil && isLast(&f.answers) {
		return errBroken
	}
	return err
}

// Lease implements readmodel.Database.
func (f *faulty) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if err := f.step(); err != nil {
		return nil, err
	}
	return f.Database.Lease(ctx, name)
}

type faultyTx struct {
	readmodel.Tx
	database *faulty
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
