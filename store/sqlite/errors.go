package sqlite

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// failure turns what SQLite or the file system said into an error of package
// store. It leaves such errors alone.
func failure(ctx context.Context, err error) error {
	var told *store.Error
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
		return store.Cancelled(ctx)
	case is(sqlite3.IOERR_DATA):
		return corrupt(0, "a page does not have its checksum; marketplace reseal FILE (sqlite.Reseal) tells whether another program wrote it", err)
	case is(sqlite3.CORRUPT, sqlite3.NOTADB, sqlite3.IOERR_CORRUPTFS, sqlite3.IOERR_SHORT_READ, sqlite3.MISMATCH):
		return corrupt(0, "", err)
	case is(sqlite3.FULL, sqlite3.IOERR_SHMSIZE, syscall.ENOSPC):
		return &store.Error{Code: store.ErrFull.Code, Detail: "nothing was written; free space and try again", Err: err}
	case is(sqlite3.BUSY, sqlite3.LOCKED):
		return &store.Error{Code: store.ErrLocked.Code, Detail: "another program holds a lock on the file", Err: err}
	}
	return &store.Error{Code: store.ErrUnavailable.Code, Err: err}
}

func corrupt(p event.Position, detail string, err error) error {
	return &store.Error{Code: store.ErrCorrupt.Code, Position: p, Detail: detail, Err: err}
}

func corruptStream(stream string, err error, format string, args ...any) error {
	return &store.Error{Code: store.ErrCorrupt.Code, Stream: stream, Detail: fmt.Sprintf(format, args...), Err: err}
}

func notALog(path, detail string, err error) error {
	return &store.Error{Code: store.ErrNotALog.Code, Detail: path + ": " + detail, Err: err}
}
