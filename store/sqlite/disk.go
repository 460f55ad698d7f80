package sqlite

import (
	"errors"
	"sync"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// diskVFS is the name of disk among SQLite's file systems.
const diskVFS = "marketplace-log"

var registerDisk = sync.OnceFunc(func() {
	vfs.Register(diskVFS, disk{vfs.Find("os").(vfs.VFSFilename)})
})

// disk is the operating system's files, but an exhausted quota or a file at its
// largest size is SQLITE_FULL, as a full disk is, and not just a failed write.
type disk struct{ vfs.VFSFilename }

// osFile is all that SQLite may ask of a file of the operating system.
type osFile interface {
	vfs.FileHasMoved
	vfs.FileLockState
	vfs.FilePersistWAL
	vfs.FilePowersafeOverwrite
	vfs.FileSharedMemory
	vfs.FileSizeHint
}

type diskFile struct{ osFile }

func (d disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	if whole, ok := f.(osFile); ok {
		return diskFile{whole}, flags, nil
	}
	return f, flags, nil // its full disk is told as any other failure
}

func (f diskFile) WriteAt(p []byte, off int64) (int, error) {
	n, err := f.osFile.WriteAt(p, off)
	if errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.EDQUOT) {
		err = vfs.SystemError(err, sqlite3.FULL)
	}
	return n, err
}

// DeviceCharacteristics leaves out what osFile does not pass on.
func (f diskFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return f.osFile.DeviceCharacteristics() &^ vfs.IOCAP_BATCH_ATOMIC
}
