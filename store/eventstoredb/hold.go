package eventstoredb

import (
	"context"
	"sync"

	"github.com/marketcore/marketplace/store"
)

// A hold is one operation on the store: its context ends with the caller's and
// with the store, and Close waits while it is in a call.
type hold struct {
	store  *Store
	caller context.Context
	ctx    context.Context
	cancel context.CancelCauseFunc
	unhook func() bool
	mu     sync.Mutex // held but while the caller's loop runs
}

// hold begins an operation.
func (s *Store) hold(ctx context.Context) (*hold, error) {
	h := &hold{store: s, caller: ctx}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	if ctx.Err() != nil {
		return nil, store.Cancelled(ctx)
	}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	h.unhook = context.AfterFunc(s.base, func() { h.cancel(store.ErrClosed) })
	h.mu.Lock()
	s.holds[h] = struct{}{}
	return h, nil
}

// end ends the operation and whatever call it still has.
func (h *hold) end() {
	h.unhook()
	h.cancel(nil)
	h.mu.Unlock()
	h.store.mu.Lock()
	delete(h.store.holds, h)
	h.store.mu.Unlock()
}

// settle waits until the operation is in no call.
func (h *hold) settle() {
	h.mu.Lock()
	defer h.mu.Unlock()
}

// lend lets the caller's loop run, which may take long and may close the store.
func (h *hold) lend(run func() bool) bool {
	h.mu.Unlock()
	defer h.mu.Lock()
	return run()
}

// ended is the error of an operation that was ended from outside, or nil.
func (h *hold) ended() error {
	if h.store.base.Err() != nil {
		return store.ErrClosed
	}
	if h.caller.Err() != nil {
		return store.Cancelled(h.caller)
	}
	return nil
}
