package sqlitefile_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

func requireFault(t *testing.T, want sqlitefile.Fault, err error) {
	t.Helper()
	require.Error(t, err)
	got, _ := sqlitefile.FaultOf(t.Context(), err)
	require.Equal(t, want, got, err)
}

// Every code of SQLite's and the system's means one thing, however it is wrapped.
func TestFaultOf(t *testing.T) {
	for code, want := range map[error]sqlitefile.Fault{
		sqlite3.NOTADB:             sqlitefile.NotADatabase,
		sqlite3.IOERR_DATA:         sqlitefile.Checksum,
		sqlite3.CORRUPT:            sqlitefile.Corrupt,
		sqlite3.CORRUPT_INDEX:      sqlitefile.Corrupt,
		sqlite3.IOERR_CORRUPTFS:    sqlitefile.Corrupt,
		sqlite3.IOERR_SHORT_READ:   sqlitefile.Corrupt,
		sqlite3.MISMATCH:           sqlitefile.Corrupt,
		sqlite3.FULL:               sqlitefile.Full,
		sqlite3.IOERR_SHMSIZE:      sqlitefile.Full,
		syscall.ENOSPC:             sqlitefile.Full,
		syscall.EDQUOT:             sqlitefile.Full,
		syscall.EFBIG:              sqlitefile.Full,
		sqlite3.BUSY_SNAPSHOT:      sqlitefile.Conflict,
		sqlite3.BUSY:               sqlitefile.Locked,
		sqlite3.BUSY_TIMEOUT:       sqlitefile.Locked,
		sqlite3.LOCKED:             sqlitefile.Locked,
		sqlite3.READONLY:           sqlitefile.Unavailable,
		sqlite3.CANTOPEN:           sqlitefile.Unavailable,
		sqlite3.IOERR_FSYNC:        sqlitefile.Unavailable,
		sqlite3.INTERRUPT:          sqlitefile.Unavailable, // nobody asked for it
		errors.New("and the like"): sqlitefile.Unavailable,
	} {
		for _, err := range []error{code, fmt.Errorf("page 3: %w", code), errors.Join(code, errors.New("close"))} {
			requireFault(t, want, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	got, _ := sqlitefile.FaultOf(ended, sqlite3.INTERRUPT)
	require.Equal(t, sqlitefile.Cancelled, got)
}

func TestLocate(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	file := filepath.Join(folder, "file.db")
	require.NoError(t, os.WriteFile(file, []byte("twelve bytes"), 0o600))
	linked := filepath.Join(folder, "link.db")
	require.NoError(t, os.Symlink(file, linked))

	for _, path := range []string{file, linked, filepath.Join(folder, "..", filepath.Base(folder), "file.db")} {
		abs, size, err := sqlitefile.Locate(path, true)
		require.NoError(t, err)
		require.Equal(t, file, abs)
		require.EqualValues(t, 12, size)
	}
	fresh := filepath.Join(folder, "new.db")
	abs, size, err := sqlitefile.Locate(fresh, false)
	require.NoError(t, err)
	require.Equal(t, fresh, abs)
	require.Zero(t, size)
	require.NoFileExists(t, fresh)

	for name, c := range map[string]struct {
		path      string
		mustExist bool
		want      sqlitefile.Fault
		cause     error
	}{
		"no path":                {"", false, sqlitefile.Missing, fs.ErrInvalid},
		"no file":                {fresh, true, sqlitefile.Missing, fs.ErrNotExist},
		"a folder":               {folder, false, sqlitefile.NotAFile, nil},
		"a device":               {os.DevNull, false, sqlitefile.NotAFile, nil},
		"a folder that is not":   {filepath.Join(folder, "no", "new.db"), false, sqlitefile.Unavailable, fs.ErrNotExist},
		"a file for a folder":    {filepath.Join(file, "new.db"), false, sqlitefile.Unavailable, syscall.ENOTDIR},
		"a link that goes round": {round(t, folder), false, sqlitefile.Unavailable, nil},
	} {
		_, _, err := sqlitefile.Locate(c.path, c.mustExist)
		requireFault(t, c.want, err)
		if c.cause != nil {
			require.ErrorIs(t, err, c.cause, name)
		}
	}
}

// round is the path of a link to itself.
func round(t *testing.T, folder string) string {
	path := filepath.Join(folder, "round.db")
	require.NoError(t, os.Symlink(path, path))
	return path
}

// A file is settled with checksums, or as the caller says, and only if it has any.
func TestSettle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "own.db")
	connect := func(path string, a sqlitefile.Access) *sqlite3.Conn {
		c, err := a.Connect(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, sqlitefile.Close(c)) })
		return c
	}
	c := connect(path, sqlitefile.Access{})
	is, err := sqlitefile.Identify(c)
	require.NoError(t, err)
	require.Zero(t, is)
	require.NoError(t, sqlitefile.Create(c, sqlitefile.LogID, 3, "CREATE TABLE t (x);"))
	is, err = sqlitefile.Identify(c)
	require.NoError(t, err)
	require.Equal(t, sqlitefile.Identity{Application: sqlitefile.LogID, Version: 3, Objects: 1}, is)

	for _, foreign := range []bool{false, true} {
		access := sqlitefile.Access{ForeignCheckpoints: foreign}
		c := connect(path, access)
		require.NoError(t, access.Settle(c))
		verified, err := sqlitefile.Int(c, `PRAGMA checksum_verification`)
		require.NoError(t, err)
		require.Equal(t, !foreign, verified == 1)
	}
	plain := connect(filepath.Join(t.TempDir(), "plain.db"), sqlitefile.Access{})
	require.NoError(t, plain.Exec(`CREATE TABLE t (x)`))
	requireFault(t, sqlitefile.Corrupt, sqlitefile.Access{}.Settle(plain))
}
