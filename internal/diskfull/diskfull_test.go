package diskfull_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/internal/diskfull"
)

func TestIs(t *testing.T) {
	for _, code := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		for _, err := range []error{
			code,
			&fs.PathError{Op: "write", Path: "market.db", Err: code},
			fmt.Errorf("export: %w", os.NewSyscallError("write", code)),
			errors.Join(errors.New("close"), code),
		} {
			require.True(t, diskfull.Is(err), err)
		}
	}
	for _, err := range []error{nil, syscall.EIO, fs.ErrNotExist, errors.New("no space left on device")} {
		require.False(t, diskfull.Is(err), err)
	}
}
