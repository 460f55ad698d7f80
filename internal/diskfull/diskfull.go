// Package diskfull knows a full disk by the operating system's errors.
package diskfull

import (
	"errors"
	"syscall"
)

// Words are what is said of a full disk, whoever finds it.
const Words = "no space left on the disk, or a quota is used up"

// Is reports whether an error says that a disk, a quota or a file is full.
func Is(err error) bool {
	for _, code := range codes {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

var codes = append([]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}, ofSystem...)
