package sqlitelog_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
	"github.com/marketcore/marketplace/esdbtest/internal/sqlitelog"
)

func open(t *testing.T, path string) *engine.Engine {
	t.Helper()
	log, err := sqlitelog.Open(path)
	require.NoError(t, err)
	e, err := engine.Open(context.Background(), log, engine.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func TestTheLogComesBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	e := open(t, path)
	ctx := t.Context()
	ev := engine.Event{ID: uuid.New(), Type: "Tested", JSON: true, Data: []byte(`{"a":1}`), Metadata: []byte("m")}
	_, err := e.Append(ctx, "s", engine.NoStream, []engine.Event{ev, {ID: uuid.New(), Type: "Tested", Data: []byte{0, 1}}})
	require.NoError(t, err)
	_, err = e.Append(ctx, "gone", engine.NoStream, []engine.Event{{ID: uuid.New()}})
	require.NoError(t, err)
	_, err = e.Tombstone(ctx, "gone", engine.Any)
	require.NoError(t, err)
	before := e.ReadAll(0, 100, 100, false, engine.Filter{}).Records
	require.Len(t, before, 4)
	require.NoError(t, e.Close())

	e = open(t, path)
	after := e.ReadAll(0, 100, 100, false, engine.Filter{}).Records
	require.Len(t, after, 4)
	for i, r := range after {
		require.Equal(t, before[i].Position, r.Position)
		require.Equal(t, before[i].Revision, r.Revision)
		require.Equal(t, before[i].ID, r.ID)
		require.Equal(t, before[i].Created, r.Created)
		require.Equal(t, string(before[i].Data), string(r.Data))
		require.Equal(t, string(before[i].Metadata), string(r.Metadata))
		require.Equal(t, before[i].JSON, r.JSON)
	}
	again, err := e.Append(ctx, "s", engine.NoStream, []engine.Event{ev})
	require.NoError(t, err)
	require.True(t, again.Repeated)
	more, err := e.Append(ctx, "s", 1, []engine.Event{{ID: uuid.New()}})
	require.NoError(t, err)
	require.Greater(t, more.Position, after[3].Position)
	var deleted *engine.Deleted
	_, err = e.Append(ctx, "gone", engine.Any, []engine.Event{{ID: uuid.New()}})
	require.ErrorAs(t, err, &deleted)
}

func TestOnlyOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.db")
	open(t, path)
	_, err := sqlitelog.Open(path)
	require.Error(t, err)
}

func TestForeignFiles(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(text, []byte("buy milk, and then some more words to fill a page header"), 0o600))
	_, err := sqlitelog.Open(text)
	require.Error(t, err)
	_, err = sqlitelog.Open(filepath.Join(dir, "no", "such", "dir"))
	require.Error(t, err)
}
