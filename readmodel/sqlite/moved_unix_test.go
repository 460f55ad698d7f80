//go:build unix

package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
)

// table is a model with a table of one row.
func table(t *testing.T, path string) *database {
	db := mustOpen(t, path, Options{})
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		for _, statement := range []string{"CREATE TABLE t (x TEXT)", "INSERT INTO t (x) VALUES ('a')"} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}))
	return db
}

// rows counts the rows of the table.
func rows(t *testing.T, db readmodel.Database) (n int, err error) {
	n = 0
	err = db.Read(t.Context(), func(tx readmodel.Tx) error {
		for _, err := range tx.Query("SELECT x FROM t") {
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// A read model whose file is not the one any more that has its name is neither
// written nor read: nobody would look for it there.
func TestMovedReadModel(t *testing.T) {
	for name, move := range map[string]func(path string) error{
		"moved":   func(path string) error { return os.Rename(path, path+"-away") },
		"deleted": os.Remove,
	} {
		path := filepath.Join(t.TempDir(), "model.db")
		db := table(t, path)
		reading := mustOpen(t, path, Options{ReadOnly: true})
		n, err := rows(t, reading)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.NoError(t, move(path))
		for _, db := range []*database{db, reading} {
			_, err = rows(t, db)
			require.ErrorIs(t, err, store.ErrMoved, name)
		}
		err = db.Write(t.Context(), func(tx readmodel.Tx) error {
			_, err := tx.Exec("INSERT INTO t (x) VALUES ('b')")
			return err
		})
		require.ErrorIs(t, err, store.ErrMoved, name)
	}
}

// A commit into a file that is moved meanwhile is not confirmed.
func TestMovedWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.db")
	db := table(t, path)
	err := db.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("INSERT INTO t (x) VALUES ('b')")
		require.NoError(t, os.Rename(path, path+"-away"))
		return err
	})
	require.ErrorIs(t, err, store.ErrMoved)
}
