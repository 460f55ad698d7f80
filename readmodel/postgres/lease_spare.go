package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Current statistics are computed under a lease as often as a runner has caught up,
// which may be many times a second, and to connect takes longer than to compute
// them. So a database keeps one connection of a lease that has ended, for the next.

// keepAlive makes the server notice in some 25 seconds that the machine of a
// lease's holder is gone; by default it takes over two hours.
const keepAlive = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"

// connectForLeases makes a connection that can hold a lease.
func (db *database) connectForLeases(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, db.pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, keepAlive); err != nil {
		closeQuietly(ctx, conn)
		return nil, err
	}
	return conn, nil
}

// takeSpare is the connection that was kept, which is its caller's now; nil if there
// is none.
func (db *database) takeSpare() *pgx.Conn {
	db.mu.Lock()
	defer db.mu.Unlock()
	conn := db.spare
	db.spare = nil
	return conn
}

// keepSpare keeps a connection that holds no lock, or reports that it is not needed.
func (db *database) keepSpare(conn *pgx.Conn) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed || db.spare != nil {
		return false
	}
	db.spare = conn
	return true
}
