package postgres

import (
	"context"
	"hash/fnv"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/marketcore/marketplace/readmodel"
)

// lease is an advisory lock, held by a connection of its own.
type lease struct {
	db      *database
	session uint32 // the server's process that has the lock

	released chan struct{} // closed when it is

	mu   sync.Mutex
	conn *pgx.Conn // nil when it is released
}

// Lease makes its caller the one holder of a name in the database.
func (db *database) Lease(ctx context.Context, name string) (readmodel.Lease, error) {
	if db.options.ReadOnly {
		return nil, errReadOnly()
	}
	if db.isClosed() {
		return nil, readmodel.ErrClosed.With(nil, "")
	}
	if !readmodel.ValidLease(name) {
		return nil, readmodel.ErrUnavailable.With(nil, "%.80q is no name of a lease", name)
	}
	l := &lease{db: db, conn: db.takeSpare(), released: make(chan struct{})}
	got, err := false, error(nil)
	if l.conn != nil {
		got, err = l.take(ctx, name)
	}
	if l.conn == nil || err != nil && l.conn.IsClosed() { // the spare one may be long dead
		if l.conn, err = db.connectForLeases(ctx); err == nil {
			got, err = l.take(ctx, name)
		}
	}
	if err != nil {
		l.end()
		return nil, db.failure(ctx, err)
	}
	if !got {
		l.end()
		return nil, readmodel.ErrLeased.With(nil, "another holds the lease %q", name)
	}
	if !db.holds(l) {
		l.end()
		return nil, readmodel.ErrClosed.With(nil, "")
	}
	go l.renew(db.options.LeaseTimeout / 6)
	return l, nil
}

// holds makes the lease end with the database, or reports that it is closed.
func (db *database) holds(l *lease) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	if !db.closed {
		db.leases[l] = true
	}
	return !db.closed
}

// take tries to get the lock on the lease's connection.
func (l *lease) take(ctx context.Context, name string) (got bool, err error) {
	if err := l.expire(ctx); err != nil {
		return false, err
	}
	err = l.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1), pg_backend_pid()", key(namespace(l.db.dialect), name)).Scan(&got, &l.session)
	return got, err
}

// key is the number by which PostgreSQL knows the lock. Locks are of the database,
// and a lease is of the read model in a schema.
func key(schema, name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(schema + " read model: " + name))
	return int64(h.Sum64())
}

func (l *lease) Held(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return readmodel.ErrLeaseLost.With(nil, "it was released")
	}
	if err := ctx.Err(); err != nil {
		return readmodel.ErrCancelled.With(context.Cause(ctx), "")
	}
	session, err := sessionOf(ctx, l.conn)
	if err == nil && session != l.session {
		err = errPooled()
	}
	if err != nil {
		if !l.conn.IsClosed() {
			return l.db.failure(ctx, err)
		}
		return readmodel.ErrLeaseLost.With(failure(ctx, err), "")
	}
	return nil
}

func (l *lease) Release() error {
	l.db.mu.Lock()
	delete(l.db.leases, l)
	l.db.mu.Unlock()
	l.end()
	return nil
}

// end gives up the lock, and the connection to the next lease or for good. With the
// connection alone the lock would go too, but only once the server has noticed: a
// moment after the end.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackPatience)
	defer cancel()
	_, err := l.conn.Exec(ctx, "SELECT pg_advisory_unlock_all()")
	if err == nil {
		err = l.silent(ctx, 0)
	}
	if err != nil || !l.db.keepSpare(l.conn) {
		_ = l.conn.Close(ctx) // the server gives the lock up either way
	}
	l.conn = nil
	close(l.released)
}
