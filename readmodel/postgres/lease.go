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

// keepAlive makes the server notice in some 25 seconds that the machine of a
// lease's holder is gone; by default it takes over two hours.
const keepAlive = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"

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
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return nil, db.failure(ctx, err)
	}
	l := &lease{db: db, conn: conn, released: make(chan struct{})}
	var got bool
	if _, err = conn.Exec(ctx, keepAlive); err == nil {
		err = l.expire(ctx)
	}
	if err == nil {
		err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1), pg_backend_pid()", key(namespace(db.dialect), name)).Scan(&got, &l.session)
	}
	if err != nil {
		l.end()
		return nil, db.failure(ctx, err)
	}
	if !got {
		l.end()
		return nil, readmodel.ErrLeased.With(nil, "another holds the lease %q", name)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		l.end()
		return nil, readmodel.ErrClosed.With(nil, "")
	}
	db.leases[l] = true
	go l.renew(db.options.LeaseTimeout / 6)
	return l, nil
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

// end gives up the lock and ends the connection. With the connection alone the
// lock would go too, but only once the server has noticed: a moment after the end.
func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackPatience)
	defer cancel()
	_, _ = l.conn.Exec(ctx, "SELECT pg_advisory_unlock_all()")
	_ = l.conn.Close(ctx) // the server gives the lock up either way
	l.conn = nil
	close(l.released)
}
