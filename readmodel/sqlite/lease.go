package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/marketcore/marketplace/internal/filelock"
	"github.com/marketcore/marketplace/readmodel"
)

// Lease implements readmodel.Database: it is a lock of the operating system on
// an empty file beside the database, whose time says that the holder is alive. From
// a holder that does not say so it is taken: one that was stopped while it wrote
// has SQLite's own locks too, which nobody can take.
func (d *database) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if err := d.alive(ctx); err != nil {
		return nil, err
	}
	if d.writer == nil {
		return nil, readOnly()
	}
	if !readmodel.ValidLease(name) {
		return nil, readmodel.ErrUnavailable.With(nil, "%.80q is no name of a lease", name)
	}
	// A holder is silent for a sixth; with the pause between two attempts of a
	// runner it comes to less than the whole.
	lock, err := filelock.TakeOver(ctx, d.path+"-lease-"+name, d.options.LeaseTimeout/2, d.options.LeaseTimeout/4)
	switch {
	case errors.Is(err, filelock.ErrHeld):
		return nil, readmodel.ErrLeased.With(nil, "the lease %s of %s is held by another", name, d.path)
	case err != nil && ctx.Err() != nil:
		return nil, cancelled(ctx)
	case err != nil:
		return nil, failure(ctx, fmt.Errorf("the lease %s: %w", name, err))
	}
	l := &lease{database: d, lock: lock, released: make(chan struct{})}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.leases == nil {
		return nil, errors.Join(readmodel.ErrClosed, lock.Release())
	}
	d.leases[l] = struct{}{}
	_ = lock.Renew() // the file may have been left by another
	go l.renew(d.options.LeaseTimeout / 6)
	return l, nil
}

type lease struct {
	database *database
	lock     *filelock.Lock
	released chan struct{} // closed when it is
}

// renew says now and then that the holder is alive, until the lease ends.
func (l *lease) renew(every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			if errors.Is(l.lock.Renew(), filelock.ErrHeld) {
				return // it was taken, which Held tells
			}
		case <-l.released:
			return
		}
	}
}

// Held implements readmodel.Lease.
func (l *lease) Held(ctx context.Context) error {
	if err := l.database.alive(ctx); err != nil {
		return err
	}
	l.database.mu.Lock()
	defer l.database.mu.Unlock()
	if _, held := l.database.leases[l]; !held {
		return readmodel.ErrLeaseLost
	}
	if !l.lock.Held() {
		return readmodel.ErrLeaseLost.With(nil, "nothing was heard of this process for %s, and another has taken it", l.database.options.LeaseTimeout/2)
	}
	return nil
}

func (l *lease) Release() error {
	l.database.mu.Lock()
	_, held := l.database.leases[l]
	delete(l.database.leases, l)
	l.database.mu.Unlock()
	if !held {
		return nil
	}
	return l.end()
}

func (l *lease) end() error {
	close(l.released)
	return failure(context.Background(), l.lock.Release())
}
