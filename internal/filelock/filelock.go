// Package filelock makes one process the only writer of a log in files.
package filelock

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld says that another holds the lock.
var ErrHeld = errors.New("another process holds the lock")

// A Lock is a lock of the operating system on a file of its own, so it ends with
// its process however that ends, and it is none of SQLite's own locks, which
// readers and other tools need.
type Lock struct {
	file *os.File
	path string
}

// TryLock takes the lock that the file of that name stands for. It fails with
// ErrHeld if another has it, in this process or elsewhere.
func TryLock(path string) (*Lock, error) {
	for range 100 {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := tryLock(f); err != nil {
			f.Close()
			if isHeld(err) {
				return nil, ErrHeld
			}
			return nil, err
		}
		// The last holder may have removed the file between our two steps; then
		// we hold a lock that nobody else will meet.
		if l := (&Lock{f, path}); l.mine() {
			return l, nil
		}
		f.Close()
	}
	return nil, fmt.Errorf("%w: %s keeps being replaced", ErrHeld, path)
}

// Release takes the file away, so that none stays behind, and ends the lock.
func (l *Lock) Release() error {
	if l.mine() {
		_ = os.Remove(l.path) // an empty file that stays does no harm
	}
	return l.file.Close()
}

// Leave ends the lock and lets the file stay, for the next who takes it to read.
func (l *Lock) Leave() error { return l.file.Close() }

// Note writes into the file, in place of what is there.
func (l *Lock) Note(text string) error {
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err := l.file.WriteAt([]byte(text), 0)
	return err
}
