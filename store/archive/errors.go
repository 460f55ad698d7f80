package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/diskfull"
	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// The errors of this package beside those of package store.
var (
	// ErrOtherLog: the archive, or the store to restore into, holds another log.
	ErrOtherLog = fault.New("store", "other_log")
	// ErrGap: an event of a stream of the marketplace is missing in the log that is
	// exported.
	ErrGap = fault.New("store", "stream_gap")
)

func corrupt(at event.Position, cause error, format string, args ...any) error {
	return store.ErrCorrupt.At(uint64(at)).With(cause, format, args...)
}

func notAnArchive(dir, why string) error {
	return store.ErrNotALog.With(nil, "%s is no archive: %s", dir, why)
}

// failure is the store's error of a file system's.
func failure(err error) error {
	var told *fault.Error
	switch {
	case err == nil, errors.As(err, &told):
		return err
	case diskfull.Is(err):
		return store.ErrFull.With(err, "what the archive held before is whole; free space and try again")
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return store.ErrCancelled.With(err, "")
	}
	return store.ErrUnavailable.With(err, "")
}

// broken is the error of what is no Parquet of ours, or of the file under it.
func broken(cause error, format string, args ...any) error {
	var told *fault.Error
	if errors.As(cause, &told) {
		return cause
	}
	return corrupt(0, cause, format, args...)
}

// absent is the failure of a file that the manifest lists.
func absent(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, os.ErrClosed) {
		return corrupt(0, err, "%s is missing", name)
	}
	return failure(err)
}
