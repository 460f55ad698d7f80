package sqlite

import (
	"context"

	"github.com/marketcore/marketplace/readmodel"
)

// A pool holds connections, at most so many, opened when first needed.
type pool struct {
	open  func() (*conn, error)
	slots chan *conn // nil: one that is not open yet
}

func newPool(size int, open func() (*conn, error)) *pool {
	p := &pool{open: open, slots: make(chan *conn, size)}
	for range size {
		p.slots <- nil
	}
	return p
}

// fill puts a connection into the place of one that is not open yet.
func (p *pool) fill(c *conn) {
	<-p.slots
	p.slots <- c
}

// take waits for a connection.
func (p *pool) take(ctx context.Context, closed <-chan struct{}) (*conn, error) {
	select {
	case <-closed:
		return nil, readmodel.ErrClosed
	default:
	}
	var c *conn
	select {
	case c = <-p.slots:
	case <-closed:
		return nil, readmodel.ErrClosed
	case <-ctx.Done():
		return nil, cancelled(ctx)
	}
	if c != nil {
		return c, nil
	}
	c, err := p.open()
	if err != nil {
		p.slots <- nil
		return nil, err
	}
	return c, nil
}

func (p *pool) give(c *conn) { p.slots <- c }

// drop closes a connection that failed; another will be opened in its place.
func (p *pool) drop(c *conn) {
	_ = c.close() // the failure has been told
	p.slots <- nil
}

// close waits until every connection is given back, and closes them.
func (p *pool) close() (err error) {
	for range cap(p.slots) {
		if c := <-p.slots; c != nil {
			err = c.close()
		}
	}
	return err
}
