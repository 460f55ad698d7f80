package filelock

import "os"

// lockedByte is where a file is locked that holds data. It is beyond all that a
// file holds and beyond the bytes that SQLite locks, 0x40000000 and the 511 behind
// it.
const lockedByte = 1 << 62

// TryLockFile locks a file itself, whatever names it has, for as long as it is
// open. It fails with ErrHeld if another has the lock, in this process or
// elsewhere.
//
// The lock is of the open file, not of the process, so that closing the same file
// elsewhere in the process, as SQLite does all the time, does not end it: an open
// file description lock on Linux and macOS, LockFileEx on Windows. The BSDs and
// illumos have none that is not SQLite's own there, and nothing is locked: only
// the lock that TryLock takes beside the file holds.
func TryLockFile(f *os.File) error {
	err := tryLockByte(f)
	if err != nil && isHeld(err) {
		return ErrHeld
	}
	return err
}
