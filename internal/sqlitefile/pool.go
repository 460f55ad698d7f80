package sqlitefile

import (
	"cmp"
	"context"
	"runtime"
)

// Pool holds connections, at most so many, opened when first needed. Who takes one
// gives it back soon, or drops it, and never runs a caller's code in between
// without meaning it.
type Pool[C comparable] struct {
	closed <-chan struct{}
	open   func() (C, error)
	close  func(C) error
	slots  chan C // the zero value: a connection that is not open yet
}

// NewPool makes a pool of so many connections, from which none is taken any more
// once closed is closed.
func NewPool[C comparable](size int, closed <-chan struct{}, open func() (C, error), close func(C) error) *Pool[C] {
	p := &Pool[C]{closed: closed, open: open, close: close, slots: make(chan C, size)}
	for range size {
		p.empty()
	}
	return p
}

// Readers is how many connections read if the host asks for so many, 0 for the
// default: the number of CPUs, at least 4.
func Readers(asked int) int { return cmp.Or(max(asked, 0), max(4, runtime.NumCPU())+1) }

func (p *Pool[C]) empty() {
	var none C
	p.slots <- none
}

// Take waits for a connection. It fails as Closed or Cancelled, or as opening does.
func (p *Pool[C]) Take(ctx context.Context) (C, error) {
	var none C
	if err := Alive(ctx, p.closed); err != nil {
		return none, err
	}
	select {
	case c := <-p.slots:
		if c != none {
			return c, nil
		}
	case <-p.closed:
		return none, errClosed
	case <-ctx.Done():
		return none, errCancelled
	}
	c, err := p.open()
	if err != nil {
		p.empty()
	}
	return c, err
}

// Give gives a connection back.
func (p *Pool[C]) Give(c C) { p.slots <- c }

// Drop closes a connection that failed; another will be opened in its place.
func (p *Pool[C]) Drop(c C) {
	_ = p.close(c) // the failure has been told
	p.empty()
}

// Close waits until every connection is given back, and closes them.
func (p *Pool[C]) Close() (err error) {
	var none C
	for range cap(p.slots) {
		if c := <-p.slots; c != none {
			if e := p.close(c); err == nil {
				err = e
			}
		}
	}
	return err
}
