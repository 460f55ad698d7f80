package duckdb

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"

	"github.com/marketcore/marketplace/readmodel"
)

// file is a DuckDB file that this process has open, one for all Databases of it.
type file struct {
	path   string
	db     *sql.DB
	writer chan struct{} // holds one while a transaction writes

	users  int               // Databases that are not closed
	leases map[string]*lease // by name
}

// files are the open ones by their paths. Its mutex guards them, their users and
// leases: DuckDB lets no other process have a file, so what this process knows
// of its leases is all there is to know.
var files = struct {
	sync.Mutex
	open map[string]*file
}{open: map[string]*file{}}

// share opens a file, or joins those who have.
func share(ctx context.Context, path string) (*file, error) {
	path, err := canonical(path)
	if err != nil {
		return nil, err
	}
	files.Lock()
	defer files.Unlock()
	f := files.open[path]
	if f == nil {
		f = &file{path: path, writer: make(chan struct{}, 1), leases: map[string]*lease{}}
		if f.db, err = attached(ctx, path); err != nil {
			return nil, err
		}
		files.open[path] = f
	}
	f.users++
	return f, nil
}

// canonical is the one name of a file, whatever way leads to it.
func canonical(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", readmodel.ErrUnavailable.With(err, "")
	}
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		return whole, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path)) // there is no such file yet
	if err != nil {
		return "", readmodel.ErrUnavailable.With(err, "there is no folder for the file")
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}

// leave ends the leases of a Database, and closes the file after the last one.
func (f *file) leave(d *Database) error {
	files.Lock()
	defer files.Unlock()
	for name, l := range f.leases {
		if l.database == d {
			delete(f.leases, name)
		}
	}
	if f.users--; f.users > 0 {
		return nil
	}
	delete(files.open, f.path)
	return failure(context.Background(), f.db.Close())
}
