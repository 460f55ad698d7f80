//go:build linux || darwin

package filelock

import (
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func tryLockByte(f *os.File) error {
	lock := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: lockedByte, Len: 1}
	for {
		if err := unix.FcntlFlock(f.Fd(), setLock, &lock); err != unix.EINTR {
			return err
		}
	}
}
