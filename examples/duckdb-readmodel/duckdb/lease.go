package duckdb

import (
	"context"

	"github.com/marketcore/marketplace/readmodel"
)

// lease is a name in the file's list of leases. The death of the process ends
// it, as it ends the process's hold of the file.
type lease struct {
	database *Database
	name     string
}

// Lease implements readmodel.Database.
func (d *Database) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if err := d.enter(ctx); err != nil { // so that Close comes after
		return nil, err
	}
	defer d.running.Done()
	if !readmodel.ValidLease(name) {
		return nil, readmodel.ErrUnavailable.With(nil, "%.80q is no name of a lease", name)
	}
	files.Lock()
	defer files.Unlock()
	if d.file.leases[name] != nil {
		return nil, readmodel.ErrLeased.With(nil, "the lease %s of %s is held by another", name, d.file.path)
	}
	l := &lease{d, name}
	d.file.leases[name] = l
	return l, nil
}

// Held implements readmodel.Lease.
func (l *lease) Held(ctx context.Context) error {
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	files.Lock()
	defer files.Unlock()
	if l.database.file.leases[l.name] != l {
		return readmodel.ErrLeaseLost
	}
	return nil
}

// Release implements readmodel.Lease.
func (l *lease) Release() error {
	files.Lock()
	defer files.Unlock()
	if leases := l.database.file.leases; leases[l.name] == l {
		delete(leases, l.name)
	}
	return nil
}
