package sqlitefile

import (
	"context"
	"errors"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/diskfull"
)

// Fault is what a failure of a file, or of SQLite on it, means to who uses it.
type Fault int

// The faults.
const (
	Unavailable  Fault = iota // none of the others: the file system, most likely
	Closed                    // its user has closed the file
	Cancelled                 // the context has ended
	Missing                   // there is no such file
	Moved                     // its name is no longer that of the file which is open
	Incomplete                // it is not there with its write-ahead log
	NotAFile                  // there is a folder or a device in its place
	NotADatabase              // it is of another format than SQLite's
	Checksum                  // a page is not what its checksum says
	Corrupt                   // damaged otherwise
	Full                      // the disk, a quota or the file is; nothing was written
	Conflict                  // another transaction has written what this one has read
	Locked                    // another program holds a lock for too long
)

// Error is a failure that this package finds itself.
type Error struct {
	Fault  Fault
	Detail string // what is wrong with which file
	Err    error  // the cause, if another error is
}

func (e *Error) Error() string {
	if e.Err != nil {
		return e.Detail + ": " + e.Err.Error()
	}
	return e.Detail
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	errClosed    = &Error{Fault: Closed, Detail: "the file was closed"}
	errCancelled = &Error{Fault: Cancelled, Detail: "the context has ended"}
)

// Alive is an error once closed is closed or the context has ended.
func Alive(ctx context.Context, closed <-chan struct{}) error {
	select {
	case <-closed:
		return errClosed
	default:
	}
	if ctx.Err() != nil {
		return errCancelled
	}
	return nil
}

// faults are SQLite's codes, the first that fits first.
var faults = []struct {
	fault Fault
	codes []error
}{
	{NotADatabase, []error{sqlite3.NOTADB}},
	{Checksum, []error{sqlite3.IOERR_DATA}},
	{Corrupt, []error{sqlite3.CORRUPT, sqlite3.IOERR_CORRUPTFS, sqlite3.IOERR_SHORT_READ, sqlite3.MISMATCH}},
	{Full, []error{sqlite3.FULL, sqlite3.IOERR_SHMSIZE}},
	{Conflict, []error{sqlite3.BUSY_SNAPSHOT}},
	{Locked, []error{sqlite3.BUSY, sqlite3.LOCKED}},
}

// FaultOf is what a failure means, and what this package has to say of it, which
// is nothing of a failure that SQLite or the operating system told.
func FaultOf(ctx context.Context, err error) (f Fault, detail string) {
	var own *Error
	if errors.As(err, &own) {
		return own.Fault, own.Detail
	}
	if errors.Is(err, sqlite3.INTERRUPT) && ctx.Err() != nil {
		return Cancelled, ""
	}
	if diskfull.Is(err) {
		return Full, ""
	}
	for _, known := range faults {
		for _, code := range known.codes {
			if errors.Is(err, code) {
				return known.fault, ""
			}
		}
	}
	return Unavailable, ""
}
