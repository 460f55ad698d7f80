package sqlite

import (
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

// A faultyDisk is a file system whose writes and syncs fail when told to.
type faultyDisk struct {
	vfs.VFSFilename
	name   string
	room   atomic.Int64 // bytes that may yet be written; negative: no limit
	writes atomic.Int64 // write calls that may yet succeed; negative: no limit
	syncs  atomic.Int64 // syncs that may yet succeed; negative: no limit
	calls  atomic.Int64 // write calls so far
}

func newFaultyDisk(t *testing.T) *faultyDisk {
	d := &faultyDisk{VFSFilename: sqlitefile.NewDisk(), name: "faulty-" + t.Name()}
	d.heal()
	vfs.Register(d.name, d)
	t.Cleanup(func() { vfs.Unregister(d.name) })
	return d
}

func (d *faultyDisk) heal() {
	d.room.Store(-1)
	d.writes.Store(-1)
	d.syncs.Store(-1)
}

func (d *faultyDisk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &faultyFile{f, d}, flags, nil
}

type faultyFile struct {
	vfs.File
	disk *faultyDisk
}

func (f *faultyFile) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	f.disk.calls.Add(1)
	if left := f.disk.writes.Load(); left == 0 {
		return 0, syscall.EIO
	} else if left > 0 {
		f.disk.writes.Add(-1)
	}
	room := f.disk.room.Load()
	if room < 0 {
		return f.File.WriteAt(p, off)
	}
	part := min(room, int64(len(p)))
	f.disk.room.Add(-part)
	n, err := f.File.WriteAt(p[:part], off)
	if err == nil && n < len(p) {
		err = vfs.SystemError(syscall.ENOSPC, sqlite3.FULL) // as of a real disk: what fits is written
	}
	return n, err
}

func (f *faultyFile) Sync(flags vfs.SyncFlag) error {
	if left := f.disk.syncs.Load(); left == 0 {
		return syscall.EIO
	} else if left > 0 {
		f.disk.syncs.Add(-1)
	}
	return f.File.Sync(flags)
}

// A lazyDisk does not wait for the platter. Most tests are not about that, and
// a killed process loses nothing by it.
type lazyDisk struct{ sqlitefile.Disk }

type lazyFile struct{ sqlitefile.File }

const lazyVFS = "lazy"

func init() { vfs.Register(lazyVFS, lazyDisk{sqlitefile.NewDisk()}) }

func (d lazyDisk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.Disk.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	return lazyFile{f.(sqlitefile.File)}, flags, nil
}

func (lazyFile) Sync(vfs.SyncFlag) error { return nil }
