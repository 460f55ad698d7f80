package storetest

import (
	"context"
	"iter"
	"sync"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Replaced is a log in whose place another one comes while it is used, as when a
// server is started on other data: calls that begin then are the other log's, and
// subscriptions break with ErrUnavailable.
type Replaced struct {
	mu   sync.Mutex
	log  store.Store
	gone chan struct{} // closed when another log has come
}

var _ store.Store = (*Replaced)(nil)

// NewReplaced makes a store that is the log until Replace.
func NewReplaced(log store.Store) *Replaced { return &Replaced{log: log, gone: make(chan struct{})} }

// Replace puts another log in the log's place, or the same one, as when the server
// was only away.
func (r *Replaced) Replace(log store.Store) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.gone)
	r.log, r.gone = log, make(chan struct{})
}

func (r *Replaced) now() (log store.Store, gone <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log, r.gone
}

// Append implements store.Store.
func (r *Replaced) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	log, _ := r.now()
	return log.Append(ctx, w)
}

// ReadStream implements store.Store.
func (r *Replaced) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error] {
	log, _ := r.now()
	return log.ReadStream(ctx, stream, from)
}

// ReadAll implements store.Store.
func (r *Replaced) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	log, _ := r.now()
	return log.ReadAll(ctx, span)
}

// Subscribe implements store.Store.
func (r *Replaced) Subscribe(ctx context.Context, after event.Position) iter.Seq2[store.Notification, error] {
	return func(yield func(store.Notification, error) bool) {
		log, gone := r.now()
		within, cut := context.WithCancelCause(ctx)
		defer cut(nil)
		go func() {
			select {
			case <-gone:
				cut(errReplaced)
			case <-within.Done():
			}
		}()
		for n, err := range log.Subscribe(within, after) {
			if err != nil && context.Cause(within) == errReplaced {
				err = errReplaced
			}
			if !yield(n, err) {
				return
			}
		}
	}
}

var errReplaced = injected("the log was replaced")

// Head implements store.Store.
func (r *Replaced) Head(ctx context.Context) (event.Position, error) {
	log, _ := r.now()
	return log.Head(ctx)
}

// Close implements store.Store. It closes the log that is there now.
func (r *Replaced) Close() error {
	log, _ := r.now()
	return log.Close()
}
