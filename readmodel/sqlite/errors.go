package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/readmodel"
)

// failure turns what SQLite or the file system said into an error of package
// readmodel. It leaves such errors alone.
func failure(ctx context.Context, err error) error {
	var told *readmodel.Error
	if err == nil || errors.As(err, &told) {
		return err
	}
	is := func(targets ...error) bool {
		for _, t := range targets {
			if errors.Is(err, t) {
				return true
			}
		}
		return false
	}
	switch {
	case is(sqlite3.INTERRUPT) && ctx.Err() != nil:
		return cancelled(ctx)
	case is(sqlite3.NOTADB):
		return readmodel.ErrNotAReadModel.With(err, "the file is no SQLite database")
	case is(sqlite3.CORRUPT, sqlite3.IOERR_DATA, sqlite3.IOERR_CORRUPTFS, sqlite3.IOERR_SHORT_READ, sqlite3.MISMATCH):
		return readmodel.ErrCorrupt.With(err, "rebuild the read model from the log")
	case is(sqlite3.FULL, sqlite3.IOERR_SHMSIZE, syscall.ENOSPC):
		return readmodel.ErrFull.With(err, "nothing was written; free space")
	case is(sqlite3.BUSY_SNAPSHOT):
		return readmodel.ErrConflict.With(err, "another transaction has written meanwhile")
	case is(sqlite3.BUSY, sqlite3.LOCKED):
		return readmodel.ErrBusy.With(err, "another program holds a lock on the file")
	}
	return &readmodel.Error{Code: readmodel.ErrUnavailable.Code, Err: err}
}

func cancelled(ctx context.Context) error {
	return &readmodel.Error{Code: readmodel.ErrCancelled.Code, Err: context.Cause(ctx)}
}

// locate is the absolute path of the file without symbolic links, so that all
// who open it agree on the names of its leases.
func locate(path string, mustExist bool) (string, error) {
	if path == "" {
		return "", readmodel.ErrNotFound.With(fs.ErrInvalid, "the path of the read model is empty")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", readmodel.ErrUnavailable.With(err, "cannot open %s", path)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist) && mustExist:
		return "", readmodel.ErrNotFound.With(err, "there is no file %s", path)
	case errors.Is(err, fs.ErrNotExist):
		dir, err := filepath.EvalSymlinks(filepath.Dir(abs))
		if err != nil {
			return "", readmodel.ErrUnavailable.With(err, "cannot open the folder of %s", path)
		}
		return filepath.Join(dir, filepath.Base(abs)), nil
	case err != nil:
		return "", readmodel.ErrUnavailable.With(err, "cannot open %s", path)
	case !info.Mode().IsRegular():
		return "", readmodel.ErrNotAReadModel.With(nil, "%s is no regular file; name a file", path)
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", readmodel.ErrUnavailable.With(err, "cannot open %s", path)
	}
	return abs, nil
}
