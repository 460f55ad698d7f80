package sqlitefile

import (
	"errors"
	"os"
	"runtime"
	"syscall"

	"github.com/ncruces/go-sqlite3/vfs"
)

// SyncFolder makes the names in a folder durable: a new file is lost with its name
// if the power fails before. Where a folder cannot be synced (Windows, network file
// systems with errors of their own), or may not be read, the system is trusted.
func SyncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if errors.Is(err, os.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	err = f.Sync()
	if !errors.Is(err, syscall.EIO) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		err = nil
	}
	return errors.Join(err, f.Close())
}

// SyncFolder is that of the file system in which a's files are.
func (a Access) SyncFolder(dir string) error {
	if d, ok := vfs.Find(a.vfs()).(interface{ SyncFolder(dir string) error }); ok {
		return d.SyncFolder(dir)
	}
	return SyncFolder(dir)
}
