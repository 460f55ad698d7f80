package sqlite

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/long"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// newLog is the path of a log with some events in it, and the events.
func newLog(t *testing.T, events int) (string, []event.Record) {
	path := filepath.Join(t.TempDir(), "log.db")
	s := mustOpen(t, path, Options{})
	fillLog(t, s, events)
	all := mustAll(t, s)
	require.NoError(t, s.Close())
	return path, all
}

func fillLog(t *testing.T, s store.Store, events int) {
	for i := range events {
		_, err := s.Append(t.Context(), store.Write{Stream: fmt.Sprintf("invite-%d", i%7), Expected: store.Any, Events: storetest.Events(1)})
		require.NoError(t, err)
	}
}

func mustOpen(t *testing.T, path string, o Options) *Store {
	o.vfs = cmp.Or(o.vfs, lazyVFS)
	s, err := Open(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func mustAll(t *testing.T, s store.Store) []event.Record {
	all, err := storetest.All(t.Context(), s)
	require.NoError(t, err)
	return all
}

// sql runs statements on the file behind the store's back.
func sql(t *testing.T, path, statements string) {
	c, err := sqlite3.Open(path)
	require.NoError(t, err)
	require.NoError(t, c.Exec(statements))
	require.NoError(t, c.Close())
}

func TestOpenRefuses(t *testing.T) {
	long.Sequential(t)
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	changed := func(name, statements string) string {
		path, _ := newLog(t, 3)
		sql(t, path, statements)
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	sql(t, foreign, `CREATE TABLE t (x)`)
	numbered := filepath.Join(dir, "numbered.db")
	sql(t, numbered, `PRAGMA application_id = 77; CREATE TABLE t (x)`)
	for name, c := range map[string]struct {
		path  string
		want  error
		cause error
	}{
		"an empty path":          {"", store.ErrUnavailable, fs.ErrInvalid},
		"a folder":               {dir, store.ErrNotALog, nil},
		"no such folder":         {filepath.Join(dir, "none", "log.db"), store.ErrUnavailable, fs.ErrNotExist},
		"a file as folder":       {filepath.Join(file("plain", "x"), "log.db"), store.ErrUnavailable, nil},
		"a NUL":                  {filepath.Join(dir, "a\x00b"), store.ErrUnavailable, nil},
		"a device":               {os.DevNull, store.ErrNotALog, nil},
		"some text":              {file("text", "hello"), store.ErrNotALog, nil},
		"long text":              {file("long", strings.Repeat("hello ", 10_000)), store.ErrNotALog, nil},
		"only SQLite's magic":    {file("magic", string(magic)), store.ErrNotALog, nil},
		"magic, then text":       {file("magictext", string(magic)+strings.Repeat("hello ", 10_000)), store.ErrNotALog, nil},
		"another program's":      {foreign, store.ErrNotALog, nil},
		"another application id": {numbered, store.ErrNotALog, nil},
		"a newer format":         {changed("newer", `PRAGMA user_version = 2`), store.ErrNewerFormat, nil},
		"no format":              {changed("none", `PRAGMA user_version = 0`), store.ErrCorrupt, nil},
		"a negative format":      {changed("negative", `PRAGMA user_version = -1`), store.ErrCorrupt, nil},
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := os.ReadDir(filepath.Dir(c.path))
			for _, readOnly := range []bool{false, true} {
				_, err := Open(t.Context(), c.path, Options{ReadOnly: readOnly})
				require.Error(t, err)
				t.Log(err)
				if !errors.Is(err, c.want) && !(c.want == store.ErrNotALog && errors.Is(err, store.ErrCorrupt)) {
					require.ErrorIs(t, err, c.want)
				}
				if c.cause != nil {
					require.ErrorIs(t, err, c.cause)
				}
				if !readOnly { // SQLite's readers may leave an empty -wal
					after, _ := os.ReadDir(filepath.Dir(c.path))
					require.Len(t, after, len(before), "nothing is left behind")
				}
			}
		})
	}
}

func TestOpenCreates(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.db")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for _, path := range []string{
		empty, filepath.Join(dir, "new.db"), filepath.Join(dir, "a b?c=%20#d&é'\".db"), filepath.Join(dir, "file:x.db"),
	} {
		_, err := Open(t.Context(), path, Options{ReadOnly: true})
		require.Error(t, err, "a reader creates nothing")
		s := mustOpen(t, path, Options{})
		fillLog(t, s, 3)
		require.NoError(t, s.Close())
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 4, "a closed log is one file: %v", entries)
	for _, e := range entries {
		s := mustOpen(t, filepath.Join(dir, e.Name()), Options{ReadOnly: true})
		require.Len(t, mustAll(t, s), 3)
	}
}

func TestOpenRelativeAndLinked(t *testing.T) {
	path, all := newLog(t, 3)
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(path, link))
	t.Chdir(filepath.Dir(path))
	for _, p := range []string{"log.db", "./log.db", link} {
		s := mustOpen(t, p, Options{})
		require.Equal(t, all, mustAll(t, s))
		_, err := Open(t.Context(), path, Options{})
		require.ErrorIs(t, err, store.ErrLocked, "under any name it is one log")
		require.NoError(t, s.Close())
	}
}

// A crash while the log is created leaves an empty database; the next Open
// creates it again.
func TestCreationIsOneStep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	sql(t, path, `PRAGMA user_version`)
	s := mustOpen(t, path, Options{})
	fillLog(t, s, 1)
	require.NoError(t, s.Verify(t.Context()))
}

func TestOneWriterManyReaders(t *testing.T) {
	path, all := newLog(t, 5)
	w := mustOpen(t, path, Options{})
	_, err := Open(t.Context(), path, Options{})
	require.ErrorIs(t, err, store.ErrLocked)
	require.Contains(t, err.Error(), path)
	require.Contains(t, err.Error(), "read-only")
	for range 3 {
		r := mustOpen(t, path, Options{ReadOnly: true})
		require.Equal(t, all, mustAll(t, r))
		_, err = r.Append(t.Context(), store.Write{Stream: "s-1", Expected: store.Any, Events: storetest.Events(1)})
		require.ErrorIs(t, err, store.ErrReadOnly)
		_, err = r.AppendAll(t.Context(), nil)
		require.ErrorIs(t, err, store.ErrReadOnly)
		require.ErrorIs(t, r.Truncate(t.Context(), "invite-0", 1), store.ErrReadOnly)
		fillLog(t, w, 1)
		all = mustAll(t, w)
		require.Equal(t, all, mustAll(t, r))
		require.NoError(t, r.Verify(t.Context()))
	}
	require.NoError(t, w.Close())
	w = mustOpen(t, path, Options{})
	fillLog(t, w, 1)
}

// The file is one that people and their tools can read.
func TestLogView(t *testing.T) {
	path, all := newLog(t, 9)
	c, err := sqlite3.OpenFlags(path, sqlite3.OPEN_READONLY)
	require.NoError(t, err)
	defer sqlitefile.Close(c)
	st, _, err := c.Prepare(`SELECT position, stream, revision, type, id, recorded_at, data, metadata FROM log ORDER BY position`)
	require.NoError(t, err)
	for _, r := range all {
		require.True(t, st.Step())
		require.Equal(t, int64(r.Position), st.ColumnInt64(0))
		require.Equal(t, r.Stream, st.ColumnText(1))
		require.Equal(t, int64(r.Revision), st.ColumnInt64(2))
		require.Equal(t, r.Type, st.ColumnText(3))
		require.Equal(t, r.ID.String(), st.ColumnText(4))
		require.Equal(t, r.RecordedAt.Format("2006-01-02T15:04:05.000000Z"), st.ColumnText(5))
		require.Equal(t, string(r.Data), st.ColumnText(6))
		require.Equal(t, string(r.Metadata), st.ColumnText(7))
	}
	require.False(t, st.Step())
	require.NoError(t, st.Err())
}
