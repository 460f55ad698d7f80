//go:build unix

package sqlitefile

import (
	"os"

	"golang.org/x/sys/unix"
)

// identity is what tells one existing file from all others.
type identity struct{ device, inode uint64 }

func identify(path string) (identity, error) {
	var st unix.Stat_t
	err := unix.Stat(path, &st)
	for err == unix.EINTR {
		err = unix.Stat(path, &st)
	}
	return identity{uint64(st.Dev), uint64(st.Ino)}, err
}

func identifyOpen(f *os.File) (identity, error) {
	var st unix.Stat_t
	err := unix.Fstat(int(f.Fd()), &st)
	return identity{uint64(st.Dev), uint64(st.Ino)}, err
}

func isGone(err error) bool { return err == unix.ENOENT || err == unix.ENOTDIR }
