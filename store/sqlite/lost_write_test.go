package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// grown is a closed log before and after appends to old and to new streams, as
// bytes, and what is in it then.
func grown(t *testing.T) (path string, before, after []byte, all []event.Record) {
	path = filepath.Join(t.TempDir(), "log.db")
	fill := func(from, to int) []byte {
		s, err := Open(t.Context(), path, Options{vfs: lazyVFS})
		require.NoError(t, err)
		for i := from; i < to; i++ {
			w := store.Write{Stream: longName(i), Expected: store.NoStream, Events: storetest.Events(2)}
			if i%3 == 0 && i >= 60 { // to one of the old
				w = store.Write{Stream: longName(i - 60), Expected: store.Any, Events: storetest.Events(1)}
			}
			for j := range w.Events {
				w.Events[j].ID = event.ID(w.Events[j].ID, i)
			}
			_, err = s.Append(t.Context(), w)
			require.NoError(t, err)
		}
		all = mustAll(t, s)
		require.NoError(t, s.Close())
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		return b
	}
	before = fill(0, 100)
	after = fill(100, 130)
	return path, before, after, all
}

// longName is one of few on a page, in no order.
func longName(i int) string { return fmt.Sprintf("contract-%03d%0180d", i*7919%400, i) }

// A disk that says it has written a page and has not leaves the page as it was,
// with a checksum that is right. Whichever page that is, what is read is what was
// written or ErrCorrupt, and nothing is decided on what is not there.
func TestLostWrites(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does one thing after another: the race detector has nothing to see")
	}
	path, before, after, all := grown(t)
	streams := map[string][]event.Record{}
	for _, r := range all {
		streams[r.Stream] = append(streams[r.Stream], r)
	}
	const size = sqlitefile.PageSize
	lost := 0
	for at := 0; at < len(after); at += size {
		old := make([]byte, size) // a page that was never written
		if at < len(before) {
			old = before[at : at+size]
		}
		if bytes.Equal(old, after[at:at+size]) {
			continue
		}
		lost++
		damaged := bytes.Clone(after)
		copy(damaged[at:], old)
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		t.Run(fmt.Sprintf("page %d", at/size+1), func(t *testing.T) { readsTheTruthOrFails(t, path, all, streams) })
	}
	require.Greater(t, lost, 8)
}

func readsTheTruthOrFails(t *testing.T, path string, all []event.Record, streams map[string][]event.Record) {
	r, err := Open(t.Context(), path, Options{ReadOnly: true, vfs: lazyVFS})
	if err != nil {
		require.ErrorIs(t, err, store.ErrCorrupt)
		return
	}
	defer r.Close()
	told := 0
	got, err := storetest.All(t.Context(), r)
	told += isTrue(t, all, got, err)
	if head, err := r.Head(t.Context()); err != nil {
		require.ErrorIs(t, err, store.ErrCorrupt)
	} else {
		require.EqualValues(t, len(all), head)
	}
	for name, want := range streams {
		got, err := storetest.Stream(t.Context(), r, name)
		told += isTrue(t, want, got, err)
	}
	require.ErrorIs(t, r.Verify(t.Context()), store.ErrCorrupt)
	require.NotZero(t, told)
	require.NoError(t, r.Close())

	w, err := Open(t.Context(), path, Options{vfs: lazyVFS})
	require.NoError(t, err)
	defer w.Close()
	for name, want := range streams { // as if it were new, and as it is
		_, err := w.Append(t.Context(), write(name, store.NoStream, 1))
		if !errors.Is(err, store.ErrConflict) {
			require.ErrorIs(t, err, store.ErrCorrupt)
		}
		done, err := w.Append(t.Context(), write(name, store.Exact(uint64(len(want)-1)), 1))
		if err == nil {
			require.EqualValues(t, len(want), done.Revision)
		} else {
			require.ErrorIs(t, err, store.ErrCorrupt)
		}
	}
}

// isTrue fails the test unless what was read is what is there, or the beginning of
// it and ErrCorrupt, of which it gives 1.
func isTrue(t *testing.T, want, got []event.Record, err error) int {
	t.Helper()
	if err == nil {
		require.Equal(t, want, got)
		return 0
	}
	require.ErrorIs(t, err, store.ErrCorrupt)
	require.NotErrorIs(t, err, store.ErrStreamNotFound)
	require.Equal(t, want[:len(got):len(got)], append([]event.Record{}, got...))
	return 1
}

// Where a file was overwritten beside the write-ahead log of what it was, and the
// two do not fit, that is told, and both are left as they are.
func TestOverwrittenBesideItsLastAppends(t *testing.T) {
	path, _, _, _ := grown(t)
	s, err := Open(t.Context(), path, Options{vfs: lazyVFS})
	require.NoError(t, err)
	for i := range 20 {
		_, err = s.Append(t.Context(), write(longName(i), store.Any, 1))
		require.NoError(t, err)
	}
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	require.NoError(t, s.Close())
	other, _, _, _ := grown(t)
	s, err = Open(t.Context(), other, Options{vfs: lazyVFS})
	require.NoError(t, err)
	for i := range 60 {
		_, err = s.Append(t.Context(), write(longName(200+i), store.Any, 1))
		require.NoError(t, err)
	}
	all := mustAll(t, s)
	require.NoError(t, s.Close())
	log, err := os.ReadFile(other)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, log, 0o600))
	require.NoError(t, os.WriteFile(path+"-wal", wal, 0o600))

	s, err = Open(t.Context(), path, Options{vfs: lazyVFS})
	if err == nil {
		_, err = s.Append(t.Context(), write("new-1", store.NoStream, 1))
		require.NoError(t, s.Close())
	}
	require.ErrorIs(t, err, store.ErrCorrupt)
	left, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(log, left))
	require.NoError(t, os.Remove(path+"-wal"))
	require.Equal(t, all, mustAll(t, mustOpen(t, path, Options{})))
}
