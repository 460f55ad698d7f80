package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/readmodel"
	logs "github.com/marketcore/marketplace/store/sqlite"
)

// A file tells what it is: neither takes the other's, and a log's may hold both.
func TestWrongFiles(t *testing.T) {
	folder := t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	foreign, err := sqlite3.Open(file("foreign.db"))
	require.NoError(t, err)
	require.NoError(t, foreign.Exec(`CREATE TABLE t (x)`))
	require.NoError(t, foreign.Close())
	require.NoError(t, os.WriteFile(file("text.db"), []byte("this is no database at all, but a text of more than a hundred bytes, as one might have named by mistake"), 0o600))
	require.NoError(t, os.WriteFile(file("empty.db"), nil, 0o600))

	for _, readOnly := range []bool{false, true} {
		for name, want := range map[string]error{
			"":                             readmodel.ErrNotAReadModel, // the folder
			"foreign.db":                   readmodel.ErrNotAReadModel,
			"text.db":                      readmodel.ErrNotAReadModel,
			filepath.Join("no", "such.db"): map[bool]error{false: readmodel.ErrUnavailable, true: readmodel.ErrNotFound}[readOnly],
		} {
			_, err := Open(t.Context(), file(name), Options{ReadOnly: readOnly})
			require.ErrorIs(t, err, want, name)
		}
	}
	_, err = Open(t.Context(), file("empty.db"), Options{ReadOnly: true})
	require.ErrorIs(t, err, readmodel.ErrNotFound)
	_, err = Open(t.Context(), "", Options{})
	require.ErrorIs(t, err, readmodel.ErrNotFound)
	require.NoFileExists(t, file("no"))

	own := mustOpen(t, file("empty.db"), Options{})
	id, err := sqlitefile.Int(mustConn(t, own).Conn, `PRAGMA application_id`)
	require.NoError(t, err)
	require.EqualValues(t, sqlitefile.ReadModelID, id)
	_, err = logs.Open(t.Context(), file("empty.db"), logs.Options{})
	require.Error(t, err, "a log does not go into a read model's file")

	log, err := logs.Open(t.Context(), file("log.db"), logs.Options{})
	require.NoError(t, err)
	defer log.Close()
	both := mustOpen(t, file("log.db"), Options{})
	require.NoError(t, both.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("CREATE TABLE t (x)")
		return err
	}))
	require.NoError(t, log.Verify(t.Context()))
}

func mustConn(t *testing.T, d *database) *conn {
	c, err := d.openReader()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.close()) })
	return c
}

// A read-only database refuses to write, beside one that writes.
func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.db")
	writing := mustOpen(t, path, Options{})
	db := mustOpen(t, path, Options{ReadOnly: true})
	require.ErrorIs(t, db.Write(t.Context(), func(readmodel.Tx) error { return nil }), readmodel.ErrReadOnly)
	_, err := db.Lease(t.Context(), "a")
	require.ErrorIs(t, err, readmodel.ErrReadOnly)
	require.NoError(t, writing.Write(t.Context(), func(tx readmodel.Tx) error {
		_, err := tx.Exec("CREATE TABLE t (x)")
		return err
	}))
	require.NoError(t, db.Read(t.Context(), func(tx readmodel.Tx) error {
		for _, err := range tx.Query("SELECT x FROM t") {
			return err
		}
		return nil
	}))
}

// A flipped bit is ErrCorrupt, not another row.
func TestFlippedBit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.db")
	db := mustOpen(t, path, Options{})
	require.NoError(t, db.Write(t.Context(), func(tx readmodel.Tx) error {
		for _, statement := range []string{"CREATE TABLE t (x TEXT)", "INSERT INTO t (x) VALUES ('what was written')"} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, db.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Zero(t, len(b)%sqlitefile.PageSize)
	b[len(b)-100] ^= 1
	require.NoError(t, os.WriteFile(path, b, 0o600))
	db = mustOpen(t, path, Options{})
	err = db.Read(t.Context(), func(tx readmodel.Tx) error {
		for _, err := range tx.Query("SELECT x FROM t") {
			return err
		}
		return nil
	})
	require.ErrorIs(t, err, readmodel.ErrCorrupt)
}
