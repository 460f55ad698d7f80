package sqlite

import (
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

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
