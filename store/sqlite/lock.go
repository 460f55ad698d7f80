package sqlite

import (
	"fmt"
	"os"

	"github.com/marketcore/marketplace/store"
)

// A fileLock makes its holder the one writing process. It is a lock of the
// operating system on an empty file beside the log, so it ends with its process
// however that ends, and it is none of SQLite's own locks, which readers and
// other tools need.
type fileLock struct {
	file *os.File
	path string
}

// lockSuffix follows SQLite's -wal and -shm.
const lockSuffix = "-lock"

func lockLog(path string) (*fileLock, error) {
	name := path + lockSuffix
	for range 100 {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := tryLock(f); err != nil {
			f.Close()
			if isHeld(err) {
				return nil, &store.Error{Code: store.ErrLocked.Code, Detail: fmt.Sprintf(
					"%s is open for writing already: close it there, or open it read-only", path)}
			}
			return nil, err
		}
		// The last holder may have removed the file between our two steps; then
		// we hold a lock that nobody else will meet.
		mine, err1 := f.Stat()
		theirs, err2 := os.Stat(name)
		if err1 == nil && err2 == nil && os.SameFile(mine, theirs) {
			return &fileLock{f, name}, nil
		}
		f.Close()
	}
	return nil, &store.Error{Code: store.ErrLocked.Code, Detail: name + " keeps being replaced"}
}

// release takes the file away, which leaves one file behind a closed log, and
// ends the lock.
func (l *fileLock) release() error {
	_ = os.Remove(l.path) // an empty file that stays does no harm
	return l.file.Close()
}
