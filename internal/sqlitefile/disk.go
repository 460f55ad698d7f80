// Package sqlitefile is what every SQLite file of this module has in common:
// the file system that tells a full disk from a failed write, connections with
// patience and SQLite's own checks, page checksums, and locks that end with
// their process.
package sqlitefile

import (
	"path/filepath"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/marketcore/marketplace/internal/diskfull"
)

// VFS is the name of Disk among SQLite's file systems.
const VFS = "marketplace"

var registerDisk = sync.OnceFunc(func() { vfs.Register(VFS, NewDisk()) })

// NewDisk is a file system for tests to build on; it has no name of its own.
func NewDisk() Disk { return Disk{vfs.Find("os").(vfs.VFSFilename), SyncFolder} }

// Disk is the operating system's files, but where there is no space left that is
// SQLITE_FULL, and not just a failed call: of the system's error SQLite keeps
// nothing once it has called anything else. A write-ahead log may be one that can only
// be read, and with it, or a journal, its name is made durable.
type Disk struct {
	vfs.VFSFilename
	Folder func(dir string) error // makes the names in a folder durable
}

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
type File struct {
	osFile
	name *fileName // nil if it need not be made durable
}

// fileName is that of a file without which another is not whole.
type fileName struct {
	folder  string
	sync    func(dir string) error
	durable bool
}

const journals = vfs.OPEN_WAL | vfs.OPEN_MAIN_JOURNAL

// SyncFolder makes the names in a folder of the disk durable.
func (d Disk) SyncFolder(dir string) error { return d.Folder(dir) }

// OpenFilename implements vfs.VFSFilename.
func (d Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.open(name, flags)
	if err != nil {
		return nil, flags, full(err)
	}
	whole, ok := f.(osFile)
	if !ok {
		return f, flags, nil // its full disk is told as any other failure
	}
	if flags&journals == 0 || name == nil {
		return File{osFile: whole}, flags, nil
	}
	return File{whole, &fileName{folder: filepath.Dir(name.String()), sync: d.Folder}}, flags, nil
}

// open opens a write-ahead log for reading if it may not be written: that is enough
// to read beside who writes it.
func (d Disk) open(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, got, err := d.VFSFilename.OpenFilename(name, flags)
	if err == nil || flags&vfs.OPEN_WAL == 0 || flags&vfs.OPEN_READWRITE == 0 {
		return f, got, err
	}
	reading := flags&^(vfs.OPEN_READWRITE|vfs.OPEN_CREATE) | vfs.OPEN_READONLY
	if f, got, e := d.VFSFilename.OpenFilename(name, reading); e == nil {
		return f, got, nil
	}
	return nil, got, err
}

// Sync implements vfs.File. It makes the name durable too, the first time: the file
// may be a new one, also if this connection did not make it.
func (f File) Sync(flags vfs.SyncFlag) error {
	if err := f.osFile.Sync(flags); err != nil || f.name == nil || f.name.durable {
		return err
	}
	if err := f.name.sync(f.name.folder); err != nil {
		return vfs.SystemError(err, sqlite3.IOERR_DIR_FSYNC)
	}
	f.name.durable = true
	return nil
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
