package sqlitefile

import (
	"errors"
	"os"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Still is a file that lies where nothing can be written, a read-only medium or the
// folder of another user, and is read without the locks and the files beside it
// that SQLite would need. That is right as long as nobody writes it, which its user
// asks before and after each reading.
type Still struct {
	path     string
	size     int64
	modified time.Time
}

// ConnectReading is Connect for reading only. Where SQLite could read the file only
// if it could write beside it, a file that was closed as it should be is read as it
// lies there, and Still is not nil; of one that was not it says what to do.
func (a Access) ConnectReading(path string) (*sqlite3.Conn, *Still, error) {
	c, err := a.Connect(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, nil, err
	}
	if _, err = Int(c, `PRAGMA application_id`); err == nil || !errors.Is(err, sqlite3.CANTOPEN) && !errors.Is(err, sqlite3.READONLY) {
		return c, nil, nil // whoever reads on meets the error again
	}
	c.Close()
	switch {
	case Holds(path + WALSuffix):
		return nil, nil, &Error{Fault: Unavailable, Err: err, Detail: path + " is in use or was not closed, and nothing can be written beside it: " +
			"copy it together with its -wal to a folder that you may write, and name the copy"}
	case Holds(path + JournalSuffix):
		return nil, nil, &Error{Fault: Unavailable, Err: err, Detail: path + " was not written to the end: open it for writing once, where that is possible"}
	}
	info, statErr := os.Stat(path)
	if statErr != nil {
		return nil, nil, unreachable(path, statErr)
	}
	if c, err = a.connect(uri(path, a.vfs(), "immutable=1"), sqlite3.OPEN_READONLY); err != nil {
		return nil, nil, err
	}
	return c, &Still{path, info.Size(), info.ModTime()}, nil
}

// Check fails if somebody has begun to write the file. Of nil it does nothing.
func (s *Still) Check() error {
	if s == nil {
		return nil
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return unreachable(s.path, err)
	}
	if info.Size() != s.size || !info.ModTime().Equal(s.modified) || Holds(s.path+WALSuffix) {
		return &Error{Fault: Unavailable, Detail: s.path + " is being written, and was read as one that nobody writes: try again"}
	}
	return nil
}

// The names of the files that SQLite keeps beside one.
const (
	WALSuffix     = "-wal"
	JournalSuffix = "-journal"
)

// Holds reports whether there is a file with anything in it.
func Holds(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}
