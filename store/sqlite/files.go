package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/filelock"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// lockSuffix follows SQLite's -wal and -shm.
const lockSuffix = "-lock"

// files are the log's file and the locks that make its process the one that writes.
type files struct {
	*sqlitefile.Held
	path   string
	beside *filelock.Lock // nil if read-only
	access sqlitefile.Access
}

// hold opens the file, and for writing locks it, under the name that it has here and
// under all others. It fails if the log is not whole: see sqlitefile.Held.
func hold(path string, o Options) (f *files, err error) {
	f = &files{path: path, access: o.access()}
	if !o.ReadOnly {
		if f.beside, err = lockBeside(path); err != nil {
			return nil, err
		}
		if err = f.prepare(path); err != nil {
			return nil, errors.Join(err, f.release())
		}
	}
	if f.Held, err = sqlitefile.Hold(path, !o.ReadOnly); err != nil {
		return nil, errors.Join(err, f.release())
	}
	if err = f.check(!o.ReadOnly); err != nil {
		return nil, errors.Join(err, f.release())
	}
	return f, nil
}

func (f *files) check(writing bool) error {
	if writing {
		if err := filelock.TryLockFile(f.File); errors.Is(err, filelock.ErrHeld) {
			return locked(f.Name())
		} else if err != nil {
			return store.ErrUnavailable.With(err, "cannot lock %s", f.Name())
		}
	}
	if err := f.Own(f.path + lockSuffix); err != nil {
		return err
	}
	if writing && !sqlitefile.Holds(f.path+sqlitefile.WALSuffix) {
		_ = f.beside.Note("") // of a file that was here before; where it cannot be said less is noticed
	}
	return f.whole()
}

// whole fails if what was written last is elsewhere. Who lets other programs
// checkpoint lets them take the write-ahead log away.
func (f *files) whole() error {
	if f.access.ForeignCheckpoints {
		return nil
	}
	return f.Whole()
}

// mark says on the file that what was written last is in its write-ahead log, and
// beside both that they belong together. Where that cannot be said less is noticed.
func (f *files) mark() {
	_ = f.beside.Note(f.Origin(f.path + lockSuffix))
	if !f.access.ForeignCheckpoints {
		f.Mark()
	}
}

// prepare sees to it that there is a log to open, and refuses to begin a new one
// where the last commits of an old one lie.
func (f *files) prepare(path string) error {
	info, err := os.Stat(path)
	missing := errors.Is(err, fs.ErrNotExist)
	last := sqlitefile.Holds(path + sqlitefile.WALSuffix)
	switch {
	case err != nil && !missing:
		return unreachable(path, err)
	case missing && last:
		return orphaned(path, "is gone")
	case missing:
		return f.make(path)
	case info.Size() == 0 && last:
		return orphaned(path, "is empty")
	}
	return nil // an empty file is filled where it is: it may be mounted, or somebody's
}

const newSuffix = "-new"

// make makes a log that appears under its name when it is whole and on disk.
func (f *files) make(path string) error {
	fresh := path + newSuffix
	if err := removeDatabase(fresh); err != nil { // of a process that was killed here
		return unreachable(fresh, err)
	}
	left := path + sqlitefile.JournalSuffix
	if err := os.Remove(left); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unreachable(left, err)
	}
	err := f.fill(fresh)
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return errors.Join(failure(context.Background(), err), removeDatabase(fresh))
	}
	return f.access.SyncFolder(filepath.Dir(path))
}

// fill makes a log of a file that does not exist yet.
func (f *files) fill(path string) error {
	c, err := f.access.Connect(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return err
	}
	if err = create(c); err == nil {
		err = sqlitefile.Writing(c, "FULL")
	}
	return errors.Join(err, sqlitefile.Close(c))
}

func (f *files) release() error {
	var errs []error
	moved := false
	if f.Held != nil {
		moved = f.Check() != nil
		errs = append(errs, f.Close()) // which ends its lock
	}
	switch {
	case f.beside == nil:
	case moved || sqlitefile.Holds(f.path+sqlitefile.WALSuffix): // whose origin is noted
		errs = append(errs, f.beside.Leave())
	default:
		errs = append(errs, f.beside.Release())
	}
	return errors.Join(errs...)
}

func lockBeside(path string) (*filelock.Lock, error) {
	lock, err := filelock.TryLock(path + lockSuffix)
	switch {
	case errors.Is(err, filelock.ErrHeld):
		return nil, locked(path)
	case err != nil:
		return nil, store.ErrUnavailable.With(err, "cannot write %s, only read it", path)
	}
	return lock, nil
}

func locked(path string) error {
	return store.ErrLocked.With(nil, "%s is open for writing already: close it there, or open it read-only", path)
}
