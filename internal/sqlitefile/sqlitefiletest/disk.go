// Package sqlitefiletest makes file systems that fail as disks do.
package sqlitefiletest

import (
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

// A Disk is a file system whose writes and syncs fail when told to.
type Disk struct {
	vfs.VFSFilename
	Name   string       // among SQLite's file systems
	Room   atomic.Int64 // bytes that may yet be written; negative: no limit
	Writes atomic.Int64 // write calls that may yet succeed; negative: no limit
	Syncs  atomic.Int64 // syncs that may yet succeed; negative: no limit
	Calls  atomic.Int64 // write calls so far
	Before func()       // each write, sync and deletion, if not nil; set before the first
	Folder func(string) // in place of making the names in a folder durable, if not nil; likewise
}

// New makes a disk on which nothing fails yet.
func New(t testing.TB) *Disk {
	d := &Disk{Name: "faulty-" + t.Name()}
	disk := sqlitefile.NewDisk()
	disk.Folder = d.SyncFolder
	d.VFSFilename = disk
	d.Heal()
	vfs.Register(d.Name, d)
	t.Cleanup(func() { vfs.Unregister(d.Name) })
	return d
}

// Heal lets nothing fail any more.
func (d *Disk) Heal() {
	d.Room.Store(-1)
	d.Writes.Store(-1)
	d.Syncs.Store(-1)
}

// OpenFilename implements vfs.VFSFilename.
func (d *Disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := d.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &file{f, d}, flags, nil
}

// SyncFolder makes the names in a folder durable.
func (d *Disk) SyncFolder(dir string) error {
	if d.Folder == nil {
		return sqlitefile.SyncFolder(dir)
	}
	d.Folder(dir)
	return nil
}

// Delete implements vfs.VFS.
func (d *Disk) Delete(name string, syncDir bool) error {
	d.before()
	return d.VFSFilename.Delete(name, syncDir)
}

func (d *Disk) before() {
	if d.Before != nil {
		d.Before()
	}
}

type file struct {
	vfs.File
	disk *Disk
}

func (f *file) SharedMemory() vfs.SharedMemory {
	return f.File.(vfs.FileSharedMemory).SharedMemory()
}

func (f *file) WriteAt(p []byte, off int64) (int, error) {
	f.disk.before()
	f.disk.Calls.Add(1)
	if left := f.disk.Writes.Load(); left == 0 {
		return 0, syscall.EIO
	} else if left > 0 {
		f.disk.Writes.Add(-1)
	}
	room := f.disk.Room.Load()
	if room < 0 {
		return f.File.WriteAt(p, off)
	}
	part := min(room, int64(len(p)))
	f.disk.Room.Add(-part)
	n, err := f.File.WriteAt(p[:part], off)
	if err == nil && n < len(p) {
		err = vfs.SystemError(syscall.ENOSPC, sqlite3.FULL) // as of a real disk: what fits is written
	}
	return n, err
}

func (f *file) Sync(flags vfs.SyncFlag) error {
	f.disk.before()
	if left := f.disk.Syncs.Load(); left == 0 {
		return syscall.EIO
	} else if left > 0 {
		f.disk.Syncs.Add(-1)
	}
	return f.File.Sync(flags)
}
