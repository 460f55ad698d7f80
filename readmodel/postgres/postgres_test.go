package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/postgrestest"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/readmodel/postgres"
)

func open(t *testing.T, url string) readmodel.Database {
	db, err := postgres.Open(t.Context(), url, postgres.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// number asks for one number.
func number(ctx context.Context, db readmodel.Database, sql string, args ...any) (n int64, err error) {
	err = db.Read(ctx, func(tx readmodel.Tx) error {
		for row, err := range tx.Query(sql, args...) {
			if err != nil {
				return err
			}
			if err := row.Scan(&n); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

func write(ctx context.Context, db readmodel.Database, sql string, args ...any) error {
	return db.Write(ctx, func(tx readmodel.Tx) error {
		_, err := tx.Exec(sql, args...)
		return err
	})
}

// TestSecretsStaySecret: whatever is wrong with a URL or a password, neither is
// told.
func TestSecretsStaySecret(t *testing.T) {
	const secret = "s3cr3t+w0rd"
	for _, bad := range []string{
		"postgres://me:" + secret + "@host:port/db",
		"postgres://me:" + secret + "@host/db?sslmode=always",
		"postgres://me:" + secret + "@host/db?pool_max_conns=many",
		"postgres://me:" + secret + "%zz@host/db",
		"postgres://me@host/db?sslmode=" + secret + "&password=" + secret,
		"mysql://me:" + secret + "@host/db",
		"host=x password=" + secret,
		"postgres://me:" + secret + "#@host/db?sslmode=disable",
	} {
		_, err := postgres.Open(t.Context(), bad, postgres.Options{})
		require.Error(t, err)
		require.NotContains(t, fmt.Sprintf("%v %+v", err, err), secret, bad)
	}
	_, err := postgres.Open(t.Context(), "postgres://me@host/db?sslmode=always", postgres.Options{})
	require.ErrorIs(t, err, readmodel.ErrBadURL)
	require.ErrorContains(t, err, "sslmode")

	u, err := url.Parse(shared.Database(t))
	require.NoError(t, err)
	u.User = url.UserPassword(u.User.Username(), secret)
	_, err = postgres.Open(t.Context(), u.String(), postgres.Options{})
	require.ErrorIs(t, err, readmodel.ErrUnavailable)
	require.ErrorContains(t, err, "password authentication failed")
	for ; err != nil; err = errors.Unwrap(err) {
		require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), secret)
	}
}

// TestServerDies: what was committed is there afterwards, a transaction that
// was under way is not, a lease is lost, and the next call connects again.
func TestServerDies(t *testing.T) {
	server, ctx := postgrestest.Start(t), t.Context()
	db := open(t, server.Database(t))
	require.NoError(t, write(ctx, db, "CREATE TABLE public.kept (n bigint)"))
	require.NoError(t, write(ctx, db, "INSERT INTO public.kept VALUES ($1)", int64(1)))
	lease, err := db.Lease(ctx, "runner-0")
	require.NoError(t, err)
	require.NoError(t, lease.Held(ctx))
	_, err = db.Lease(ctx, "runner-0")
	require.ErrorIs(t, err, readmodel.ErrLeased)

	err = db.Write(ctx, func(tx readmodel.Tx) error {
		_, err := tx.Exec("INSERT INTO public.kept VALUES ($1)", int64(2))
		require.NoError(t, err)
		require.NoError(t, server.Kill())
		return nil
	})
	require.ErrorIs(t, err, readmodel.ErrUnavailable)
	_, err = number(ctx, db, "SELECT sum(n)::bigint FROM public.kept")
	require.ErrorIs(t, err, readmodel.ErrUnavailable)
	require.ErrorIs(t, lease.Held(ctx), readmodel.ErrLeaseLost)
	require.NoError(t, lease.Release())

	require.NoError(t, server.Restart())
	n, err := number(ctx, db, "SELECT sum(n)::bigint FROM public.kept")
	require.NoError(t, err)
	require.Equal(t, int64(1), n)
	lease, err = db.Lease(ctx, "runner-0")
	require.NoError(t, err)
	require.NoError(t, lease.Release())

	// All connections of the pool are dead at once.
	hold := func(depth int) error { return nil }
	hold = func(depth int) error {
		return db.Read(ctx, func(readmodel.Tx) error {
			if depth == 0 {
				return nil
			}
			return hold(depth - 1)
		})
	}
	require.NoError(t, hold(3))
	require.NoError(t, server.Kill())
	require.NoError(t, server.Restart())
	require.NoError(t, write(ctx, db, "INSERT INTO public.kept VALUES ($1)", int64(3)))
}

// TestSettingsOfARole: neither a search_path nor a way to show dates leads
// anywhere else.
func TestSettingsOfARole(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	server, ctx := postgrestest.Start(t), t.Context()
	url := server.Database(t)
	db := open(t, url)
	require.NoError(t, write(ctx, db, "CREATE SCHEMA trap"))
	require.NoError(t, write(ctx, db, "CREATE FUNCTION trap.coalesce(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0'"))
	require.NoError(t, write(ctx, db, "ALTER ROLE marketplace SET search_path = trap, pg_catalog"))
	require.NoError(t, write(ctx, db, "ALTER ROLE marketplace SET timezone = 'Asia/Kathmandu'"))
	require.NoError(t, write(ctx, db, "ALTER ROLE marketplace SET datestyle = 'German'"))
	require.NoError(t, write(ctx, db, "ALTER ROLE marketplace SET default_transaction_isolation = 'read uncommitted'"))
	db = open(t, url)
	when := event.MustParseTime("2016-02-29T23:59:59Z")
	require.NoError(t, db.Read(ctx, func(tx readmodel.Tx) error {
		for row, err := range tx.Query("SELECT current_setting('search_path'), current_setting('transaction_isolation'), $1::timestamptz, $2::uuid", when, uuid.Max) {
			require.NoError(t, err)
			var path, isolation string
			var at event.Time
			var id uuid.UUID
			require.NoError(t, row.Scan(&path, &isolation, &at, &id))
			require.Equal(t, []any{"public", "repeatable read", when, uuid.Max}, []any{path, isolation, at, id})
		}
		return nil
	}))
}

// TestErrorsOfTheServer: each is the read model's error of that meaning.
func TestErrorsOfTheServer(t *testing.T) {
	url, ctx := shared.Database(t), t.Context()
	db := open(t, url)
	require.NoError(t, write(ctx, db, "CREATE TABLE public.t (id uuid PRIMARY KEY, n bigint NOT NULL)"))
	id := uuid.New()
	require.NoError(t, write(ctx, db, "INSERT INTO public.t VALUES ($1, $2)", id, int64(0)))
	require.ErrorIs(t, write(ctx, db, "INSERT INTO public.nowhere VALUES (1)"), readmodel.ErrUnavailable)

	// Two change the same row: the second, whose snapshot is older, conflicts.
	err := db.Write(ctx, func(tx readmodel.Tx) error {
		for _, err := range tx.Query("SELECT 1 FROM public.t") {
			require.NoError(t, err)
		}
		require.NoError(t, write(ctx, db, "UPDATE public.t SET n = 1"))
		_, err := tx.Exec("UPDATE public.t SET n = 2")
		return err
	})
	require.ErrorIs(t, err, readmodel.ErrConflict)
	var state interface{ SQLState() string }
	require.ErrorAs(t, err, &state)
	require.Equal(t, "40001", state.SQLState())

	err = db.Read(ctx, func(tx readmodel.Tx) error {
		_, err := tx.Exec("UPDATE public.t SET n = 3")
		return err
	})
	require.ErrorIs(t, err, readmodel.ErrReadOnly)
	impatient := open(t, url+"&statement_timeout=50")
	require.ErrorIs(t, write(ctx, impatient, "SELECT pg_sleep(60)"), readmodel.ErrBusy)

	cancelled, cancel := context.WithCancel(ctx)
	err = db.Write(cancelled, func(tx readmodel.Tx) error {
		cancel()
		_, err := tx.Exec("UPDATE public.t SET n = 4")
		return err
	})
	require.ErrorIs(t, err, readmodel.ErrCancelled)
	require.ErrorIs(t, err, context.Canceled)

	reader, err := postgres.Open(ctx, url, postgres.Options{ReadOnly: true})
	require.NoError(t, err)
	defer reader.Close()
	require.ErrorIs(t, write(ctx, reader, "UPDATE public.t SET n = 5"), readmodel.ErrReadOnly)
	_, err = reader.Lease(ctx, "x")
	require.ErrorIs(t, err, readmodel.ErrReadOnly)
	n, err := number(ctx, reader, "SELECT n FROM public.t WHERE id = ANY ($1)", []uuid.UUID{id})
	require.NoError(t, err)
	require.Equal(t, int64(1), n)

	_, err = number(ctx, db, "SELECT NULL::bigint")
	require.ErrorIs(t, err, readmodel.ErrCorrupt)
}

// TestLeaseTakesTheSpareConnection: a lease is held by the connection of one that
// has ended, and by a new one where
// that is dead; another lease beside it has one of its own.
func TestLeaseTakesTheSpareConnection(t *testing.T) {
	url, ctx := shared.Database(t), t.Context()
	db, err := postgres.Open(ctx, url, postgres.Options{LeaseTimeout: 9 * time.Second})
	require.NoError(t, err)
	defer db.Close()
	watcher := open(t, url)
	const (
		all   = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%idle_session_timeout%'"
		locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	)
	sessions := func() int64 {
		n, err := number(ctx, watcher, "SELECT count(*) "+all+" AND pid <> pg_backend_pid()")
		require.NoError(t, err)
		return n
	}
	for range 3 {
		lease, err := db.Lease(ctx, "a")
		require.NoError(t, err)
		require.NoError(t, lease.Held(ctx))
		held, err := number(ctx, watcher, locks)
		require.NoError(t, err)
		require.EqualValues(t, 1, held)
		require.NoError(t, lease.Release())
		held, err = number(ctx, watcher, locks)
		require.NoError(t, err)
		require.Zero(t, held)
		require.EqualValues(t, 1, sessions(), "it is kept")
	}
	_, err = number(ctx, watcher, "SELECT count(pg_terminate_backend(pid, 60000)) "+all+" AND pid <> pg_backend_pid()")
	require.NoError(t, err)
	require.Zero(t, sessions())
	one, err := db.Lease(ctx, "a")
	require.NoError(t, err)
	two, err := db.Lease(ctx, "b")
	require.NoError(t, err)
	require.NoError(t, one.Held(ctx))
	require.NoError(t, two.Held(ctx))
	require.NoError(t, one.Release())
	require.NoError(t, two.Held(ctx))
	require.NoError(t, two.Release())
}
