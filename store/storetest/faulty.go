package storetest

import (
	"context"
	"iter"
	"sync"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Faulty is a store that fails when it is told to, as networks, disks and
// competitors make stores fail. Nothing fails at first. It is safe for
// concurrent use.
type Faulty struct {
	store.Store

	mu         sync.Mutex
	conflicts  int
	unwritten  int
	unanswered int
	cuts       int
	cutAfter   int
	silently   bool
}

var _ store.Transactor = (*Faulty)(nil)

// NewFaulty makes a store that passes everything on to s.
func NewFaulty(s store.Store) *Faulty { return &Faulty{Store: s} }

// Always is a count of failures without end.
const Always = -1

// ConflictAppends lets the next n appends fail with ErrConflict, nothing
// written, as if another writer had always been first.
func (f *Faulty) ConflictAppends(n int) { f.set(func() { f.conflicts = n }) }

// FailAppends lets the next n appends fail with ErrUnavailable, nothing written.
func (f *Faulty) FailAppends(n int) { f.set(func() { f.unwritten = n }) }

// LoseReplies lets the next n appends write and then fail with ErrUnavailable.
func (f *Faulty) LoseReplies(n int) { f.set(func() { f.unanswered = n }) }

// CutReads lets the next n reads and subscriptions that have more than k events
// fail with ErrUnavailable after k of them.
func (f *Faulty) CutReads(n, k int) { f.set(func() { f.cuts, f.cutAfter, f.silently = n, k, false }) }

// CutReadsSilently does as CutReads, but the read just ends, which no store
// may do. It shows whether a test would notice.
func (f *Faulty) CutReadsSilently(n, k int) {
	f.set(func() { f.cuts, f.cutAfter, f.silently = n, k, true })
}

func (f *Faulty) set(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// due takes one off a count of failures.
func (f *Faulty) due(count *int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if *count > 0 {
		*count--
		return true
	}
	return *count < 0
}

func injected(what string) error {
	return store.ErrUnavailable.With(nil, "a test wants it so: %s", what)
}

// Append implements store.Store.
func (f *Faulty) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if err := f.before(w.Stream); err != nil {
		return store.Appended{}, err
	}
	done, err := f.Store.Append(ctx, w)
	if err == nil && f.due(&f.unanswered) {
		return store.Appended{}, injected("the reply was lost")
	}
	return done, err
}

// AppendAll implements store.Transactor. It fails with ErrUnavailable if the
// store behind it is none.
func (f *Faulty) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	tx, ok := f.Store.(store.Transactor)
	if !ok {
		return nil, injected("the store has no transactions")
	}
	if len(writes) > 0 {
		if err := f.before(writes[0].Stream); err != nil {
			return nil, err
		}
	}
	done, err := tx.AppendAll(ctx, writes)
	if err == nil && f.due(&f.unanswered) {
		return nil, injected("the reply was lost")
	}
	return done, err
}

func (f *Faulty) before(stream string) error {
	if f.due(&f.conflicts) {
		return store.ErrConflict.In(stream).With(nil, "a test wants it so")
	}
	if f.due(&f.unwritten) {
		return injected("the append was not written")
	}
	return nil
}

// ReadStream implements store.Store.
func (f *Faulty) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	return cut(f, f.Store.ReadStream(ctx, stream, from), func(event.Record) bool { return true })
}

// ReadAll implements store.Store.
func (f *Faulty) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return cut(f, f.Store.ReadAll(ctx, span), func(event.Record) bool { return true })
}

// Subscribe implements store.Store.
func (f *Faulty) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return cut(f, f.Store.Subscribe(ctx, after), func(n store.Notification) bool { return !n.CaughtUp() })
}

func cut[T any](f *Faulty, seq iter.Seq2[T, error], counts func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		f.mu.Lock()
		after := f.cutAfter
		f.mu.Unlock()
		seen := 0
		for v, err := range seq {
			if err == nil && counts(v) {
				if seen >= after && f.due(&f.cuts) {
					f.mu.Lock()
					silently := f.silently
					f.mu.Unlock()
					if !silently {
						var none T
						yield(none, injected("the connection is gone"))
					}
					return
				}
				seen++
			}
			if !yield(v, err) {
				return
			}
		}
	}
}
