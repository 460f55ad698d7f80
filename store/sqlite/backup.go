package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

const (
	backupPages   = 1024 // between two looks at the context
	partialSuffix = "-partial"
)

// Backup copies the log, as it is at one moment, to a new file while others
// read and write. The file appears under its name when it is whole and on disk.
// It fails with ErrUnavailable, which wraps fs.ErrExist, if there is one
// already.
func (s *Store) Backup(ctx context.Context, path string) error {
	abs, err := filepath.Abs(path)
	if err != nil {
		return unreachable(path, err)
	}
	if _, err := os.Lstat(abs); err == nil {
		return unreachable(path, fs.ErrExist)
	}
	partial := abs + partialSuffix
	if err := removeDatabase(partial); err != nil { // of a backup that was killed
		return unreachable(partial, err)
	}
	err = s.readLong(ctx, func(r *reader) error {
		if _, err := r.head(); err != nil { // fixes the moment
			return err
		}
		return s.copyTo(ctx, r.conn, partial)
	})
	if err == nil {
		err = os.Rename(partial, abs)
	}
	if err != nil {
		return errors.Join(failure(ctx, err), removeDatabase(partial))
	}
	return failure(ctx, s.files.access.SyncFolder(filepath.Dir(abs)))
}

func (s *Store) copyTo(ctx context.Context, from *sqlite3.Conn, path string) error {
	// An empty log first: its header is what makes SQLite's checksum VFS write
	// checksums into the pages that follow.
	to, err := sqlitefile.Access{}.Connect(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return err
	}
	err = create(to)
	if e := sqlitefile.Close(to); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	b, err := from.BackupInit("main", sqlitefile.URI(path))
	if err != nil {
		return err
	}
	for {
		done, err := b.Step(backupPages)
		if err == nil && !done {
			err = s.alive(ctx)
		}
		if done || err != nil {
			if e := b.Close(); err == nil { // else it is the same once more
				err = e
			}
			return err
		}
	}
}

// removeDatabase removes a file that SQLite has written, or was about to, with those
// that it had beside it.
func removeDatabase(path string) (err error) {
	for _, suffix := range []string{"", "-journal", "-wal", "-shm"} {
		if e := os.Remove(path + suffix); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
