package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/mounttest"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/readmodel"
	"github.com/marketcore/marketplace/store"
	logs "github.com/marketcore/marketplace/store/sqlite"
	"github.com/marketcore/marketplace/store/storetest"
)

// A read model that was closed is read where nothing can be written; where somebody
// can write after all, who reads learns it, and then reads beside it.
func TestReadOnlyMedium(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.db")
	require.NoError(t, table(t, path).Close())
	folder := t.TempDir()
	mounttest.BindReadOnly(t, filepath.Dir(path), folder)
	r := mustOpen(t, filepath.Join(folder, "model.db"), Options{ReadOnly: true, Readers: 1})
	n, err := rows(t, r)
	require.NoError(t, err)
	require.Equal(t, 1, n)

	w := mustOpen(t, path, Options{})
	add := func(readmodel.Tx) error {
		return w.Write(t.Context(), func(tx readmodel.Tx) error {
			_, err := tx.Exec("INSERT INTO t (x) VALUES ('b')")
			return err
		})
	}
	err = r.Read(t.Context(), add)
	require.ErrorIs(t, err, readmodel.ErrUnavailable)
	require.ErrorContains(t, err, "try again")
	n, err = rows(t, r)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

// A runner in the file of a log whose process was killed may be the one that ends it
// well, and says so on the file.
func TestRunnerClosesAKilledLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	log, err := logs.Open(t.Context(), path, logs.Options{})
	require.NoError(t, err)
	db := mustOpen(t, path, Options{})
	_, err = log.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.NoStream, Events: storetest.Events(3)})
	require.NoError(t, err)
	require.NoError(t, log.Close())
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("CREATE TABLE t (x TEXT)")
		return err
	}))
	killed, err := sqlitefile.Hold(path, true) // as its process leaves it
	require.NoError(t, err)
	killed.Mark()
	require.NoError(t, killed.Close())
	require.FileExists(t, path+"-wal")
	require.NoError(t, db.Close())
	require.NoFileExists(t, path+"-wal")
	log, err = logs.Open(t.Context(), path, logs.Options{})
	require.NoError(t, err)
	require.NoError(t, log.Verify(t.Context()))
	require.NoError(t, log.Close())
}
