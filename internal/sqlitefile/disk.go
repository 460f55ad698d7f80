// Package sqlitefile is what every SQLite file of this module has in common:
// the file system that tells a full disk from a failed write, connections with
// patience and SQLite's own checks, page checksums, and locks that end with
// their process.
package sqlitefile

import (
	"errors"
	"sync"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// VFS is the name of Disk among SQLite's file systems.
const VFS = "marketplace"

var registerDisk = sync.OnceFunc(func() { vfs.Register(VFS, NewDisk()) })

// NewDisk is a file system for tests to build on; it has no name of its own.
func NewDisk() Disk { return Disk{vfs.Find("os").(vfs.VFSFilename)} }

// Disk is the operating system's files, but an exhausted quota or a file at its
// largest size is SQLITE_FULL, as a full disk is, and not just a failed write.
type Disk struct{ vfs.VFSFilename }

// osFile is all that SQLite may ask of a file of the operating system.
type osFile interface {
	vfs.FileHasMoved
	vfs.FileLockState
	vfs.FilePersistWAL
	vfs.FilePowersafeOverwrite
	vfs.FileSharedMemory
	vfs.FileSizeHint
}

// File is a file of Disk.
type File struct{ osFile }

// OpenFilename implements vfs.VFSFilename.
func (d Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	if whole, ok := f.(osFile); ok {
		return File{whole}, flags, nil
	}
	return f, flags, nil // its full disk is told as any other failure
}

// WriteAt implements vfs.File.
func (f File) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.osFile.WriteAt(p, off)
	if errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.EDQUOT) {
		err = vfs.SystemError(err, sqlite3.FULL)
	}
	return n, err
}

// DeviceCharacteristics leaves out what osFile does not pass on.
func (f File) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return f.osFile.DeviceCharacteristics() &^ vfs.IOCAP_BATCH_ATOMIC
}
