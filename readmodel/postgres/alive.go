package postgres

import (
	"context"
	"fmt"
	"time"
)

// A process that was stopped, or hangs, keeps its connections, and with them its
// locks, as long as it is there. So the server ends a lease's session that is idle
// for too long, and whoever holds a lease says now and then that they live; and it
// ends a transaction that writes and in which nothing is asked for so long.

// silence is for how long the server waits for a word. With the pause between two
// attempts of a runner it comes to less than the whole.
func (o Options) silence() time.Duration { return o.LeaseTimeout * 2 / 3 }

// expire makes the server end the session of a lease whose holder is silent.
func (l *lease) expire(ctx context.Context) error {
	return l.silent(ctx, l.db.options.silence())
}

// silent says for how long the session may be silent; 0: for ever. Before PostgreSQL
// 14 there is no such setting.
func (l *lease) silent(ctx context.Context, limit time.Duration) error {
	_, err := l.conn.Exec(ctx, fmt.Sprintf(
		"SELECT set_config(name, '%d', false) FROM pg_settings WHERE name = 'idle_session_timeout'", limit.Milliseconds()))
	return err
}

// renew says that the holder lives, until the lease ends.
func (l *lease) renew(every time.Duration) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			ctx, cancel := context.WithTimeout(context.Background(), rollbackPatience)
			err := l.ping(ctx)
			cancel()
			if err != nil {
				return // which Held meets too
			}
		case <-l.released:
			return
		}
	}
}

func (l *lease) ping(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return context.Canceled
	}
	return l.conn.Ping(ctx)
}

// beginWriting begins a transaction that writes.
func (o Options) beginWriting() string {
	return fmt.Sprintf("BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE; SET LOCAL idle_in_transaction_session_timeout = %d", o.silence().Milliseconds())
}
