package readmodeltest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/readmodel"
)

// counterTable makes a table with one row, which counts from 0.
func counterTable(t testing.TB, db readmodel.Database) {
	d := db.Dialect()
	exec(t, db, "CREATE TABLE counter (name "+d.Type(readmodel.Text)+" PRIMARY KEY, n "+d.Type(readmodel.Integer)+" NOT NULL)",
		"INSERT INTO counter (name, n) VALUES ('a', 0)")
}

// testRollback: what fails writes nothing, DDL included, and its error comes
// back as it was.
func testRollback(t *testing.T, open Open) {
	db := open(t)()
	counterTable(t, db)
	mine := errors.New("mine")
	err := db.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("UPDATE counter SET n = 7")
		require.NoError(t, err)
		_, err = tx.Exec("CREATE TABLE another (n " + db.Dialect().Type(readmodel.Integer) + ")")
		require.NoError(t, err)
		return mine
	})
	require.Equal(t, mine, err)
	require.Zero(t, mustInteger(t, db, "SELECT n FROM counter"))

	err = db.Write(t.Context(), func(tx readmodel.Tx) error {
		if _, err := tx.Exec("UPDATE counter SET n = 8"); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO counter (name, n) VALUES ('a', 1)")
		return err
	})
	var told *fault.Error
	require.ErrorAs(t, err, &told, "a duplicate key is an error")
	require.Zero(t, mustInteger(t, db, "SELECT n FROM counter"))

	require.Panics(t, func() {
		_ = db.Write(t.Context(), func(tx readmodel.Tx) error {
			_, err := tx.Exec("UPDATE counter SET n = 9")
			require.NoError(t, err)
			panic("a bug of the caller")
		})
	})
	require.Zero(t, mustInteger(t, db, "SELECT n FROM counter"))
	exec(t, db, "UPDATE counter SET n = 1", "CREATE TABLE another (n "+db.Dialect().Type(readmodel.Integer)+")")
	require.EqualValues(t, 1, mustInteger(t, db, "SELECT n FROM counter"))
}

// testSnapshot: a read sees one moment, whatever is committed meanwhile.
func testSnapshot(t *testing.T, open Open) {
	reopen := open(t)
	db, other := reopen(), reopen()
	counterTable(t, db)
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for range 3 {
			n, err := integer(tx, "SELECT n FROM counter")
			require.NoError(t, err)
			require.Zero(t, n)
			exec(t, other, "UPDATE counter SET n = n + 1")
		}
		return nil
	}))
	require.EqualValues(t, 3, mustInteger(t, db, "SELECT n FROM counter"))
	err := db.Read(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("UPDATE counter SET n = 0")
		return err
	})
	require.Error(t, err, "a read writes nothing")
	require.EqualValues(t, 3, mustInteger(t, db, "SELECT n FROM counter"))
}

// testWriters: writers of two programs at once lose no update: a transaction
// waits, or fails with ErrConflict and wrote nothing.
func testWriters(t *testing.T, open Open) {
	reopen := open(t)
	programs := []readmodel.Database{reopen(), reopen()}
	counterTable(t, programs[0])
	const writers, rounds = 4, 25
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for done := 0; done < rounds; {
				err := programs[i%2].Write(t.Context(), func(tx readmodel.Tx) error {
					n, err := integer(tx, "SELECT n FROM counter WHERE name = $1", "a")
					if err != nil {
						return err
					}
					_, err = tx.Exec("UPDATE counter SET n = $1 WHERE name = $2", n+1, "a")
					return err
				})
				switch {
				case err == nil:
					done++
				case !errors.Is(err, readmodel.ErrConflict) && !errors.Is(err, readmodel.ErrBusy):
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, writers*rounds, mustInteger(t, programs[0], "SELECT n FROM counter"))
}

// testCancel: an ended context is an error that wraps its cause, and nothing is
// written.
func testCancel(t *testing.T, open Open) {
	db := open(t)()
	counterTable(t, db)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	err := db.Write(ctx, func(tx readmodel.Tx) error {
		_, err := tx.Exec("UPDATE counter SET n = 5")
		require.NoError(t, err)
		cancel(cause)
		_, err = integer(tx, "WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 100000000) SELECT count(*) FROM r")
		return err
	})
	require.ErrorIs(t, err, readmodel.ErrCancelled)
	require.ErrorIs(t, err, cause)
	require.Zero(t, mustInteger(t, db, "SELECT n FROM counter"))
	for _, run := range []func(context.Context, func(readmodel.Tx) error) error{db.Read, db.Write} {
		err := run(ctx, func(readmodel.Tx) error { return errors.New("it ran") })
		require.ErrorIs(t, err, readmodel.ErrCancelled)
		require.ErrorIs(t, err, cause)
	}
	_, err = db.Lease(ctx, "a")
	require.ErrorIs(t, err, readmodel.ErrCancelled)
}

// testClose: closing waits for what runs, and what comes after fails.
func testClose(t *testing.T, open Open) {
	reopen := open(t)
	db := reopen()
	counterTable(t, db)
	inside, leave, closed := make(chan struct{}), make(chan struct{}), make(chan error)
	written := make(chan error)
	go func() {
		written <- db.Write(t.Context(), func(tx readmodel.Tx) error {
			close(inside)
			<-leave
			_, err := tx.Exec("UPDATE counter SET n = 6")
			return err
		})
	}()
	<-inside
	go func() { closed <- db.Close() }()
	select {
	case <-closed:
		t.Error("Close did not wait")
	default:
	}
	close(leave)
	require.NoError(t, <-written)
	require.NoError(t, <-closed)
	require.NoError(t, db.Close())
	for _, run := range []func(context.Context, func(readmodel.Tx) error) error{db.Read, db.Write} {
		require.ErrorIs(t, run(t.Context(), func(readmodel.Tx) error { return nil }), readmodel.ErrClosed)
	}
	_, err := db.Lease(t.Context(), "a")
	require.ErrorIs(t, err, readmodel.ErrClosed)
	require.EqualValues(t, 6, mustInteger(t, reopen(), "SELECT n FROM counter"))
}
