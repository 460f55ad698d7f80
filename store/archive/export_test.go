package archive

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

func manifestOf(t testing.TB, dir string) *Manifest {
	t.Helper()
	m, err := ReadManifest(dir)
	require.NoError(t, err)
	return m
}

func TestExport(t *testing.T) {
	log := contracts(t, 100)
	dir := exportOf(t, log, small)
	s := opened(t, dir)
	sameLogs(t, log, s)
	require.NoError(t, s.Verify(t.Context()))

	m := manifestOf(t, dir)
	require.Equal(t, int64(100*contractEvents), m.Events)
	require.Len(t, m.Files, 6, "of 150 events each")
	all := everything(t, log)
	require.Equal(t, fmt.Sprintf("events-%020d-%020d.parquet", all[0].Position, all[149].Position), m.Files[0].Name)
	require.Len(t, m.Files[0].Groups, 3)
	require.True(t, m.Files[0].Groups[0].Columns)
}

func TestExportExtends(t *testing.T) {
	log := contracts(t, 20)
	dir := exportOf(t, log, small)
	before := manifestOf(t, dir)
	s := opened(t, dir)
	old := everything(t, s)

	done, err := Export(t.Context(), log, dir, small)
	require.NoError(t, err)
	require.Zero(t, done.Events, "nothing is new")
	require.Equal(t, before, manifestOf(t, dir))

	extend(t, log, 20, 30)
	_, err = log.Append(t.Context(), store.Write{Stream: old[0].Stream, Expected: store.Exact(7), Events: storetest.Events(1)})
	require.NoError(t, err)
	done, err = Export(t.Context(), log, dir, small)
	require.NoError(t, err)
	require.Equal(t, int64(30*contractEvents+1), done.Events, "only what is new")
	after := manifestOf(t, dir)
	require.Equal(t, before.Files, after.Files[:len(before.Files)], "files stay as they are")
	sameLogs(t, log, s) // which was open before
	require.NoError(t, s.Verify(t.Context()))
}

func TestExportOfAnEmptyLog(t *testing.T) {
	log := newLog()
	dir := exportOf(t, log, small)
	s := opened(t, dir)
	head, err := s.Head(t.Context())
	require.NoError(t, err)
	require.Zero(t, head)
	require.Empty(t, everything(t, s))
	require.NoError(t, s.Verify(t.Context()))
	extend(t, log, 0, 1)
	_, err = Export(t.Context(), log, dir, small)
	require.NoError(t, err)
	sameLogs(t, log, s)
}

// Another log is told by its first event, and one that was restored from a backup
// by what it has where the archive ends.
func TestExportRefusesAnotherLog(t *testing.T) {
	dir := exportOf(t, contracts(t, 20), small)
	before := manifestOf(t, dir)
	other, restored, twin := newLog(), newLog(), newLog()
	extend(t, other, 1, 30)
	extend(t, restored, 0, 19)
	extend(t, restored, 20, 5)
	_, err := twin.Append(t.Context(), store.Write{Stream: "host-1", Expected: store.Any, Events: storetest.Events(contractEvents)})
	require.NoError(t, err)
	extend(t, twin, 1, 19)
	for name, log := range map[string]store.Store{
		"another one": other, "a shorter one": contracts(t, 19), "an empty one": newLog(),
		"one that went on otherwise": restored, "one that only begins otherwise": twin, "one with other positions": storetest.Strict(memoryOf(t, 20), 4),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Export(t.Context(), log, dir, small)
			require.ErrorIs(t, err, ErrOtherLog)
			require.ErrorContains(t, err, "export to a new folder")
			require.Equal(t, before, manifestOf(t, dir))
		})
	}
}

func TestExportRefusesAFolderOfOthers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "letter.txt")
	require.NoError(t, os.WriteFile(path, []byte("Dear Anna"), 0o666))
	_, err := Export(t.Context(), contracts(t, 1), dir, small)
	require.ErrorIs(t, err, store.ErrNotALog)
	require.FileExists(t, path)
	_, err = Open(t.Context(), dir, Options{})
	require.ErrorIs(t, err, store.ErrNotALog)
	_, err = Open(t.Context(), filepath.Join(dir, "nothing"), Options{})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Export(t.Context(), contracts(t, 1), path, small)
	require.ErrorIs(t, err, store.ErrUnavailable, "a file, not a folder")
}

func TestTwoExportsAtOnce(t *testing.T) {
	log, dir := contracts(t, 20), filepath.Join(t.TempDir(), "archive")
	inside := false
	o := small
	o.Progress = func(Progress) {
		inside = true
		_, err := Export(t.Context(), log, dir, small)
		require.ErrorIs(t, err, store.ErrLocked)
	}
	_, err := Export(t.Context(), log, dir, o)
	require.NoError(t, err)
	require.True(t, inside)
}

// lossy is a log that has lost an event.
type lossy struct {
	store.Store
	lost event.Position
}

func (l lossy) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range l.Store.ReadAll(ctx, span) {
			if rec.Position != l.lost && !yield(rec, err) {
				return
			}
		}
	}
}

func TestExportRefusesAGap(t *testing.T) {
	log := contracts(t, 40)
	dir := exportOf(t, log, small)
	all := everything(t, log)
	_, err := Export(t.Context(), lossy{log, all[16].Position}, filepath.Join(t.TempDir(), "other"), small)
	require.ErrorIs(t, err, ErrGap)
	require.ErrorContains(t, err, fmt.Sprintf("position %d: its revision is 1, but the next one is 0", all[17].Position))

	// Also across exports: the stream's first events are in the archive.
	_, err = log.Append(t.Context(), store.Write{Stream: contract(t, 3).Stream, Expected: store.Any, Events: storetest.Events(2)})
	require.NoError(t, err)
	before := manifestOf(t, dir)
	_, err = Export(t.Context(), lossy{log, everything(t, log)[40*contractEvents].Position}, dir, small)
	require.ErrorIs(t, err, ErrGap)
	require.Equal(t, before, manifestOf(t, dir), "nothing of it is in the archive")
}

// What another program has done to its own streams keeps nobody from an archive.
func TestExportOfStreamsOfOthers(t *testing.T) {
	log := contracts(t, 3)
	events := storetest.Events(4)
	for i, stream := range []string{"orders-1", "orders-1", "mylinks", "orders-1"} {
		_, err := log.Append(t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: events[i : i+1]})
		require.NoError(t, err)
	}
	all := everything(t, log)
	lost := lossy{log, all[3*contractEvents+1].Position}
	dir := exportOf(t, lost, small)
	s := opened(t, dir)
	require.NoError(t, s.Verify(t.Context()))
	sameLogs(t, lost, s)

	_, err := log.Append(t.Context(), store.Write{Stream: "orders-1", Expected: store.Any, Events: storetest.Events(3)})
	require.NoError(t, err)
	lost.lost = everything(t, log)[len(all)+1].Position
	_, err = Export(t.Context(), lost, dir, small)
	require.NoError(t, err, "nor from extending it")
	require.NoError(t, s.Verify(t.Context()))
}

// interrupted is a log whose reader's context ends after an event.
type interrupted struct {
	store.Store
	after event.Position
	end   context.CancelFunc
}

func (l interrupted) ReadAll(ctx context.Context, span store.Span) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for rec, err := range l.Store.ReadAll(ctx, span) {
			if rec.Position == l.after {
				l.end()
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

func TestExportEndsWithItsContext(t *testing.T) {
	log, dir := contracts(t, 200), filepath.Join(t.TempDir(), "archive")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Export(ctx, interrupted{log, everything(t, log)[1000].Position, cancel}, dir, small)
	require.ErrorIs(t, err, store.ErrCancelled)
	_, err = Export(t.Context(), log, dir, small)
	require.NoError(t, err)
	require.Equal(t, manifestOf(t, exportOf(t, log, small)), manifestOf(t, dir), "as if it had run through")
}

// What a killed export has left goes with the next one, also if that has nothing
// to add; what is not ours stays.
func TestExportTidiesUp(t *testing.T) {
	log := contracts(t, 20)
	dir := exportOf(t, log, small)
	before := manifestOf(t, dir)
	ours := []string{eventsName + temporary, manifestName + temporary, fileName(161, 170)}
	for _, name := range append(ours, "README.txt") {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o666))
	}
	_, err := Export(t.Context(), log, dir, small)
	require.NoError(t, err)
	for _, name := range ours {
		require.NoFileExists(t, filepath.Join(dir, name))
	}
	require.FileExists(t, filepath.Join(dir, "README.txt"))
	require.Equal(t, before, manifestOf(t, dir))
	require.NoError(t, opened(t, dir).Verify(t.Context()))
}
