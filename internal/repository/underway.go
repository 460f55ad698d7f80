package repository

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store"
)

// underway are the ids of the requests that are being done. Of two under one id the
// second waits, and finds in the stream what the first has done: a store takes the
// events of both for the same, since their ids are.
type underway struct {
	mu  sync.Mutex
	ids map[uuid.UUID]chan struct{} // closed at the end of it; nil: nobody waits
}

// begin waits for its turn, at most until the context ends.
func (u *underway) begin(ctx context.Context, id uuid.UUID) error {
	for {
		u.mu.Lock()
		ended, busy := u.ids[id]
		switch {
		case !busy:
			u.ids[id] = nil
			u.mu.Unlock()
			return nil
		case ended == nil:
			ended = make(chan struct{})
			u.ids[id] = ended
		}
		u.mu.Unlock()
		select {
		case <-ended:
		case <-ctx.Done():
			return store.Cancelled(ctx)
		}
	}
}

func (u *underway) end(id uuid.UUID) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if ended := u.ids[id]; ended != nil {
		close(ended)
	}
	delete(u.ids, id)
}
