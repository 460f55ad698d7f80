package sqlite

import (
	"context"
	"errors"
	"fmt"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// failure turns what SQLite or the file system said into an error of package
// store. It leaves such errors alone.
func failure(ctx context.Context, err error) error {
	var told *store.Error
	if err == nil || errors.As(err, &told) {
		return err
	}
	fault, detail := sqlitefile.FaultOf(ctx, err)
	code := store.ErrUnavailable.Code
	switch fault {
	case sqlitefile.Closed:
		return store.ErrClosed
	case sqlitefile.Cancelled:
		return store.Cancelled(ctx)
	case sqlitefile.NotAFile:
		code = store.ErrNotALog.Code
	case sqlitefile.Checksum:
		return corrupt(0, "a page does not have its checksum; marketplace reseal FILE (sqlite.Reseal) tells whether another program wrote it", err)
	case sqlitefile.Corrupt, sqlitefile.NotADatabase:
		code = store.ErrCorrupt.Code
	case sqlitefile.Full:
		code, detail = store.ErrFull.Code, "nothing was written; free space and try again"
	case sqlitefile.Locked, sqlitefile.Conflict:
		code, detail = store.ErrLocked.Code, "another program holds a lock on the file"
	}
	var own *sqlitefile.Error
	if errors.As(err, &own) { // whose words are the detail
		err = own.Err
	}
	return &store.Error{Code: code, Detail: detail, Err: err}
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
