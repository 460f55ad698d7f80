//go:build unix

package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
	"github.com/marketcore/marketplace/store/storetest"
)

// What happens to the file of an open log behind the back of who has it open.
var moves = map[string]func(t *testing.T, path string){
	"moved":    func(t *testing.T, path string) { require.NoError(t, os.Rename(path, path+"-away")) },
	"deleted":  func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
	"replaced": func(t *testing.T, path string) { replace(t, path) },
	"the folder moved": func(t *testing.T, path string) {
		require.NoError(t, os.Rename(filepath.Dir(path), filepath.Dir(path)+"-away"))
		t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(path) + "-away") })
	},
}

// replace puts another log into the place of one.
func replace(t *testing.T, path string) {
	other, _ := newLog(t, 2)
	b, err := os.ReadFile(other)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+"-restored", b, 0o600))
	require.NoError(t, os.Rename(path+"-restored", path))
}

// A log whose file is not the one any more that has its name takes and gives
// nothing: nobody would look for it there.
func TestMovedLog(t *testing.T) {
	for name, move := range moves {
		for _, readOnly := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", writing", true: ", reading"}[readOnly], func(t *testing.T) {
				path, _ := newLog(t, 5)
				s, err := Open(t.Context(), path, Options{ReadOnly: readOnly, PollInterval: time.Millisecond, vfs: lazyVFS})
				require.NoError(t, err)
				_, err = s.Head(t.Context())
				require.NoError(t, err)
				if !readOnly {
					fillLog(t, s, 1)
				}
				move(t, path)
				there, missing := os.ReadFile(path)

				_, err = storetest.All(t.Context(), s)
				require.ErrorIs(t, err, store.ErrMoved)
				require.ErrorContains(t, err, path)
				_, err = storetest.Stream(t.Context(), s, "invite-1")
				require.ErrorIs(t, err, store.ErrMoved)
				require.ErrorIs(t, s.Verify(t.Context()), store.ErrMoved)
				if !readOnly {
					for range 2 {
						_, err = s.Append(t.Context(), write("new-1", store.Any, 1))
						require.ErrorIs(t, err, store.ErrMoved)
					}
				}
				require.NoError(t, s.Close())
				if missing == nil {
					left, err := os.ReadFile(path)
					require.NoError(t, err)
					require.Equal(t, there, left, "the other log is left as it is")
				}
			})
		}
	}
}

// Who follows a log is told, also in the process that writes it.
func TestMovedLogEndsSubscriptions(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		path, all := newLog(t, 5)
		s := mustOpen(t, path, Options{ReadOnly: readOnly, PollInterval: time.Millisecond})
		ctx, cancel := context.WithTimeout(t.Context(), storetest.Patience)
		defer cancel()
		var ended error
		for n, err := range s.Subscribe(ctx, event.Position(len(all))) {
			if ended = err; err == nil && n.CaughtUp() {
				require.NoError(t, os.Rename(path, path+"-away"))
			}
		}
		require.ErrorIs(t, ended, store.ErrMoved)
	}
}

// What is put back can be gone on with, and has all that was answered.
func TestMovedLogIsPutBack(t *testing.T) {
	path, _ := newLog(t, 5)
	s := mustOpen(t, path, Options{})
	r := mustOpen(t, path, Options{ReadOnly: true})
	fillLog(t, s, 1)
	all := mustAll(t, s)
	require.NoError(t, os.Rename(path, path+"-away"))
	_, err := s.Append(t.Context(), write("new-1", store.Any, 1))
	require.ErrorIs(t, err, store.ErrMoved)
	_, err = Open(t.Context(), path, Options{ReadOnly: true})
	require.Error(t, err)
	require.NoError(t, os.Rename(path+"-away", path))
	require.Equal(t, all, mustAll(t, r))
	_, err = s.Append(t.Context(), write("new-1", store.Any, 1))
	require.ErrorIs(t, err, store.ErrMoved, "whether the commit behind an error is there is not known")
	require.NoError(t, s.Close())
	s = mustOpen(t, path, Options{})
	require.Equal(t, all, mustAll(t, s))
	fillLog(t, s, 1)
	require.NoError(t, s.Verify(t.Context()))
}

// What was put in the place of a log that was not closed does not get the last
// appends of that.
func TestReplacedBesideItsLastAppends(t *testing.T) {
	for name, leave := range map[string]func(t *testing.T) string{
		"killed": func(t *testing.T) string {
			path, _ := crashed(t)
			replace(t, path)
			return path
		},
		"killed, deleted and copied to": func(t *testing.T) string { // the file system may give the inode out again
			if runtime.GOOS != "linux" {
				t.Skip("here a file is known by its inode alone")
			}
			path, _ := crashed(t)
			backup := path + "-backup"
			require.NoError(t, os.Rename(path, backup)) // so that there is something to copy
			replace(t, path)
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Rename(backup, path))
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.WriteFile(path, content, 0o600))
			return path
		},
		"closed when it was replaced": func(t *testing.T) string {
			path, _ := newLog(t, 5)
			s, err := Open(t.Context(), path, Options{vfs: lazyVFS})
			require.NoError(t, err)
			fillLog(t, s, 1)
			replace(t, path)
			require.NoError(t, s.Close())
			return path
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := leave(t)
			for _, readOnly := range []bool{true, false} {
				_, err := Open(t.Context(), path, Options{ReadOnly: readOnly})
				require.ErrorIs(t, err, store.ErrIncomplete)
				require.ErrorContains(t, err, path+"-wal")
			}
			require.NoError(t, os.Rename(path+"-wal", path+"-wal-of-before"))
			s := mustOpen(t, path, Options{})
			require.Len(t, mustAll(t, s), 2)
			require.NoError(t, s.Verify(t.Context()))
			require.NoError(t, s.Close())
			require.NoFileExists(t, path+lockSuffix)
		})
	}
}

// What a link leads to may come back, such as a volume: no new log takes its place.
func TestLinkToNothing(t *testing.T) {
	folder := t.TempDir()
	link, gone := filepath.Join(folder, "log.db"), filepath.Join(folder, "volume", "log.db")
	require.NoError(t, os.Symlink(gone, link))
	for _, readOnly := range []bool{true, false} {
		_, err := Open(t.Context(), link, Options{ReadOnly: readOnly})
		require.ErrorIs(t, err, store.ErrUnavailable)
	}
	to, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, gone, to)
	require.NoFileExists(t, link+"-new")
}

// A folder that is copied as a crash left it is as good as the first.
func TestCopiedAfterACrash(t *testing.T) {
	path, all := crashed(t)
	copied := filepath.Join(copyFolder(t, filepath.Dir(path)), "log.db")
	s := mustOpen(t, copied, Options{})
	require.Equal(t, all, mustAll(t, s))
}
