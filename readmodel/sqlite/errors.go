package sqlite

import (
	"context"
	"errors"

	"github.com/marketcore/marketplace/internal/diskfull"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/readmodel"
)

// failure turns what SQLite or the file system said into an error of package
// readmodel. It leaves such errors alone.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil // before told, which costs an allocation for every row
	}
	var told *fault.Error
	if errors.As(err, &told) {
		return err
	}
	fault, detail := sqlitefile.FaultOf(ctx, err)
	what := readmodel.ErrUnavailable
	switch fault {
	case sqlitefile.Closed:
		return readmodel.ErrClosed
	case sqlitefile.Cancelled:
		return cancelled(ctx)
	case sqlitefile.Missing:
		what = readmodel.ErrNotFound
	case sqlitefile.Moved:
		what = errMoved
	case sqlitefile.Incomplete:
		what = errIncomplete
	case sqlitefile.NotAFile:
		what = readmodel.ErrNotAReadModel
	case sqlitefile.NotADatabase:
		what, detail = readmodel.ErrNotAReadModel, "the file is no SQLite database"
	case sqlitefile.Corrupt, sqlitefile.Checksum:
		what = readmodel.ErrCorrupt
		if detail == "" {
			detail = "rebuild the read model from the log"
		}
	case sqlitefile.Full:
		what, detail = readmodel.ErrFull, diskfull.Words+"; nothing was written; free space and try again"
	case sqlitefile.Conflict:
		what, detail = readmodel.ErrConflict, "another transaction has written meanwhile"
	case sqlitefile.Locked:
		what, detail = readmodel.ErrBusy, "another program holds a lock on the file"
	}
	var own *sqlitefile.Error
	if errors.As(err, &own) { // whose words are the detail
		err = own.Err
	}
	return what.With(err, "%s", detail)
}

// What a log's file can have too is told as by the log: store.ErrMoved and
// store.ErrIncomplete find it.
var (
	errMoved      = fault.New("readmodel", "moved")
	errIncomplete = fault.New("readmodel", "incomplete_log")
)

func cancelled(ctx context.Context) error {
	return readmodel.ErrCancelled.With(context.Cause(ctx), "")
}
