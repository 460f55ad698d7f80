package sqlite

import (
	"context"
	"errors"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/diskfull"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// failure turns what SQLite or the file system said into an error of package
// store. It leaves such errors alone.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil // before told, which costs an allocation for every row
	}
	var told *fault.Error
	if errors.As(err, &told) {
		return err
	}
	what, detail := sqlitefile.FaultOf(ctx, err)
	if errors.Is(err, sqlite3.CONSTRAINT) {
		what, detail = sqlitefile.Corrupt, "the index of the streams and the records do not agree"
	}
	kind := store.ErrUnavailable
	switch what {
	case sqlitefile.Closed:
		return store.ErrClosed
	case sqlitefile.Cancelled:
		return store.Cancelled(ctx)
	case sqlitefile.NotAFile:
		kind = store.ErrNotALog
	case sqlitefile.Moved:
		kind = store.ErrMoved
	case sqlitefile.Incomplete:
		kind = store.ErrIncomplete
	case sqlitefile.Checksum:
		return corrupt(0, "a page does not have its checksum; marketplace reseal FILE (sqlite.Reseal) tells whether another program wrote it", err)
	case sqlitefile.Corrupt, sqlitefile.NotADatabase:
		kind = store.ErrCorrupt
	case sqlitefile.Full:
		kind, detail = store.ErrFull, diskfull.Words+"; nothing was written; free space and try again"
	case sqlitefile.Locked, sqlitefile.Conflict:
		kind, detail = store.ErrLocked, "another program holds a lock on the file"
	}
	var own *sqlitefile.Error
	if errors.As(err, &own) { // whose words are the detail
		err = own.Err
	}
	return kind.With(err, "%s", detail)
}

func corrupt(p event.Position, detail string, err error) error {
	return store.ErrCorrupt.At(uint64(p)).With(err, "%s", detail)
}

func corruptStream(stream string, err error, format string, args ...any) error {
	return store.ErrCorrupt.In(stream).With(err, format, args...)
}

func notALog(path, detail string, err error) error {
	return store.ErrNotALog.With(err, "%s: %s", path, detail)
}
