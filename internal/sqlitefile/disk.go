// Package sqlitefile is what every SQLite file of this module has in common:
// the file system that tells a full disk from a failed write, connections with
// patience and SQLite's own checks, page checksums, and locks that end with
// their process.
package sqlitefile

import (
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/marketcore/marketplace/internal/diskfull"
)

// VFS is the name of Disk among SQLite's file systems.
const VFS = "marketplace"

var registerDisk = sync.OnceFunc(func() { vfs.Register(VFS, NewDisk()) })

// NewDisk is a file system for tests to build on; it has no name of its own.
func NewDisk() Disk { return Disk{vfs.Find("os").(vfs.VFSFilename)} }

// Disk is the operating system's files, but where there is no space left that is
// SQLITE_FULL, and not just a failed call: of the system's error SQLite keeps
// nothing once it has called anything else.
type Disk struct{ vfs.VFSFilename }

func full(err error) error {
	if diskfull.Is(err) {
		err = vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

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
		return nil, flags, full(err)
	}
	if whole, ok := f.(osFile); ok {
		return File{whole}, flags, nil
	}
	return f, flags, nil // its full disk is told as any other failure
}

// WriteAt implements vfs.File.
func (f File) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.osFile.WriteAt(p, off)
	return n, full(err)
}

// Truncate implements vfs.File.
func (f File) Truncate(size int64) error { return full(f.osFile.Truncate(size)) }

// SizeHint implements vfs.FileSizeHint: the space is taken before it is written to.
func (f File) SizeHint(size int64) error { return full(f.osFile.SizeHint(size)) }

// DeviceCharacteristics leaves out what osFile does not pass on.
func (f File) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return f.osFile.DeviceCharacteristics() &^ vfs.IOCAP_BATCH_ATOMIC
}
