package sqlite

import (
	"context"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// A pool holds the reading connections, at most so many, opened when first
// needed.
type pool struct {
	open  func() (*reader, error)
	slots chan *reader // nil: a connection that is not open yet
}

func newPool(size int, open func() (*reader, error)) *pool {
	p := &pool{open: open, slots: make(chan *reader, size)}
	for range size {
		p.slots <- nil
	}
	return p
}

// take waits for a connection. Who takes one gives it back soon, and never
// runs the caller's code in between.
func (p *pool) take(ctx context.Context, closed <-chan struct{}) (*reader, error) {
	var r *reader
	select {
	case r = <-p.slots:
	case <-closed:
		return nil, store.ErrClosed
	case <-ctx.Done():
		return nil, store.Cancelled(ctx)
	}
	if r != nil {
		return r, nil
	}
	r, err := p.open()
	if err != nil {
		p.slots <- nil
		return nil, err
	}
	return r, nil
}

func (p *pool) give(r *reader) { p.slots <- r }

// drop closes a connection that failed; another will be opened in its place.
func (p *pool) drop(r *reader) {
	_ = sqlitefile.Close(r.conn) // the failure has been told
	p.slots <- nil
}

// close waits until every connection is given back, and closes them.
func (p *pool) close() {
	for range cap(p.slots) {
		if r := <-p.slots; r != nil {
			_ = sqlitefile.Close(r.conn) // nothing was written that could be lost
		}
	}
}
