package postgres

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/marketcore/marketplace/readmodel"
)

// A connection's settings are made by SET once it is there: a pooler in session
// mode, as PgBouncer is by default, ends a connection that begins with one that it
// does not know. A pooler that gives every transaction another session would make
// them for strangers, so it is looked for before any is made.

// atStart are the parameters that may stay in the start of a connection: those that
// a PgBouncer takes, and those that are no settings.
var atStart = map[string]bool{
	"application_name": true, "client_encoding": true, "datestyle": true, "timezone": true,
	"standard_conforming_strings": true, "options": true, "replication": true,
}

// settleAfterConnect moves settings from the start of a connection behind it.
func settleAfterConnect(config *pgx.ConnConfig) {
	settings := map[string]string{}
	for name, value := range config.RuntimeParams {
		if !atStart[strings.ToLower(name)] {
			settings[name] = value
			delete(config.RuntimeParams, name)
		}
	}
	delete(settings, "search_path")
	names := slices.Sorted(maps.Keys(settings))
	config.AfterConnect = func(ctx context.Context, conn *pgconn.PgConn) error {
		// First, for it says where the function is found; before it, implied, pg_catalog.
		if err := conn.Exec(ctx, "SET search_path = public").Close(); err != nil {
			return err
		}
		for _, name := range names {
			args := [][]byte{[]byte(name), []byte(settings[name])}
			if err := conn.ExecParams(ctx, "SELECT set_config($1, $2, false)", args, nil, nil, nil).Read().Err; err != nil {
				return err
			}
		}
		return nil
	}
}

// probePatience bounds the wait for a second session: a pooler in session mode may
// have none to give while the first one lasts, and that is an answer too.
const probePatience = 5 * time.Second

// probes is how often it is looked whether two connections share a session.
const probes = 3

// ownSession fails with readmodel.ErrRefused if a pooler between gives every
// transaction another session. One that lies between gives keys for cancelling of
// its own making, so that without one a single question is enough.
func ownSession(ctx context.Context, config *pgx.ConnConfig) error {
	plain := config.Copy()
	plain.AfterConnect = nil
	first, err := pgx.ConnectConfig(ctx, plain)
	if err != nil {
		return err
	}
	defer closeQuietly(ctx, first)
	session, err := sessionOf(ctx, first)
	if err != nil || session == first.PgConn().PID() {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, probePatience)
	defer cancel()
	second, err := pgx.ConnectConfig(limited, plain)
	if err != nil {
		return unlessLate(ctx, limited, err)
	}
	defer closeQuietly(ctx, second)
	for n := range probes {
		other, err := sessionOf(limited, second)
		if err != nil {
			return unlessLate(ctx, limited, err)
		}
		if other == session {
			return errPooled() // that of the first, which is open
		}
		for range n + 1 { // another number each time, for sessions may be given in turn
			now, err := sessionOf(ctx, first)
			if err != nil {
				return err
			}
			if now != session {
				return errPooled()
			}
		}
	}
	return nil
}

func unlessLate(ctx, limited context.Context, err error) error {
	if ctx.Err() == nil && limited.Err() != nil {
		return nil
	}
	return err
}

func errPooled() error {
	return readmodel.ErrRefused.With(nil, "a pooler between gives each transaction another session, and settings and leases are of a session:"+
		" let it pool sessions (of PgBouncer: pool_mode = session for this database or user), or connect to the server itself")
}

// sessionOf is the number of the server's process that a connection talks to now. It
// is asked without a prepared statement, which is the session's too.
func sessionOf(ctx context.Context, conn *pgx.Conn) (uint32, error) {
	answers, err := conn.PgConn().Exec(ctx, "SELECT pg_catalog.pg_backend_pid()").ReadAll()
	if err != nil {
		return 0, err
	}
	pid, err := strconv.ParseUint(string(answers[0].Rows[0][0]), 10, 32)
	return uint32(pid), err
}

func closeQuietly(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackPatience)
	defer cancel()
	_ = conn.Close(ctx) // nothing was written
}
