package eventstoredb

import (
	"context"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// A hold is one operation on the store, for which Close waits, but while the
// caller's loop runs. No operation begins another.
type hold struct {
	store *Store
	ctx   context.Context // the caller's
	doubt struct {        // a name that the leader has said the log does not have
		name  event.Position
		since time.Time
	}
}

// hold begins an operation.
func (s *Store) hold(ctx context.Context) (*hold, error) {
	s.operations.RLock()
	h := &hold{store: s, ctx: ctx}
	if err := h.ended(); err != nil {
		h.end()
		return nil, err
	}
	return h, nil
}

func (h *hold) end() { h.store.operations.RUnlock() }

// lend lets the caller's loop run, which may take long and may close the store.
func (h *hold) lend(run func() bool) bool {
	h.store.operations.RUnlock()
	defer h.store.operations.RLock()
	return run()
}

// ended is the error of an operation that was ended from outside, or nil.
func (h *hold) ended() error {
	if h.store.base.Err() != nil {
		return store.ErrClosed
	}
	if h.ctx.Err() != nil {
		return store.Cancelled(h.ctx)
	}
	return nil
}
