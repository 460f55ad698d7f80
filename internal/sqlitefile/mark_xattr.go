//go:build linux || darwin

package sqlitefile

import (
	"os"

	"golang.org/x/sys/unix"
)

// longestMark is more than a path is long.
const longestMark = 1 << 13

func setMark(f *os.File, value string) {
	_ = unix.Fsetxattr(int(f.Fd()), markName, []byte(value), 0) // without it less is noticed
}

func clearMark(f *os.File) (was bool) {
	return unix.Fremovexattr(int(f.Fd()), markName) == nil
}

func mark(f *os.File) (value string, marked bool) {
	n, err := unix.Fgetxattr(int(f.Fd()), markName, nil)
	if err != nil {
		return "", false
	}
	b := make([]byte, min(n, longestMark))
	if n, err = unix.Fgetxattr(int(f.Fd()), markName, b); err != nil {
		return "", err == unix.ERANGE
	}
	return string(b[:n]), true
}
