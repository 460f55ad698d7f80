package sqlitefile

import (
	"cmp"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

const (
	// PageSize: smaller pages make small commits cheaper (each writes whole
	// pages to the WAL), larger ones scans. Measured with 4096, 8192 and 16384;
	// see BenchmarkAppend and BenchmarkReadAll of store/sqlite.
	PageSize = 8192
	// ChecksumBytes is what the page checksums take of every page.
	ChecksumBytes = 8
)

// Access is how the files of a user are opened. The zero value is the usual way.
type Access struct {
	// ForeignCheckpoints reads pages without their checksums, which another
	// program that checkpoints the file does not write.
	ForeignCheckpoints bool
	// VFS is the file system among SQLite's. Default: Disk.
	VFS string
}

// Connect opens a connection with what all of ours have in common: patience
// with other programs' locks, and SQLite's own checks of what it reads.
func (a Access) Connect(path string, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	return a.connect(uri(path, a.vfs()), flags)
}

func (a Access) vfs() string { return cmp.Or(a.VFS, VFS) }

func (a Access) connect(uri string, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	registerDisk()
	c, err := sqlite3.OpenFlags(uri, flags|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	settings := `PRAGMA busy_timeout = 10000; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF`
	if a.ForeignCheckpoints {
		settings += `; PRAGMA checksum_verification = OFF` // before the first page is read
	}
	if err := c.Exec(settings); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Settle is for a connection whose file is known to be ours: it sees to it that
// page checksums are verified, or not, and fails as Corrupt where there are none.
func (a Access) Settle(c *sqlite3.Conn) error {
	reserved, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES)
	if err != nil {
		return err
	}
	if reserved != ChecksumBytes {
		return errNoChecksums
	}
	want := int64(1)
	if a.ForeignCheckpoints {
		want = 0
	}
	switch is, err := Int(c, fmt.Sprintf(`PRAGMA checksum_verification = %d`, want)); {
	case err != nil:
		return err
	case is != want:
		return errNoChecksums
	}
	return nil
}

var errNoChecksums = &Error{Fault: Corrupt, Detail: "the pages of the file have no checksums"}

// Writing prepares a connection for writing. FULL syncs the write-ahead log at
// every commit, NORMAL only when it is copied into the file. That is rarer than by
// SQLite's default, every 32 MB, because commits touch the same pages again and
// again. Foreign keys are right by construction.
func Writing(c *sqlite3.Conn, synchronous string) error {
	if err := wal(c); err != nil {
		return err
	}
	return c.Exec(`PRAGMA synchronous = ` + synchronous + `; PRAGMA foreign_keys = OFF;
		PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4096`)
}

// URI names a file, for SQLite to open on Disk.
func URI(path string) string { return uri(path, VFS) }

func uri(path, vfs string, settings ...string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	query := strings.Join(append(settings, "vfs="+url.QueryEscape(vfs)), "&")
	return (&url.URL{Scheme: "file", Path: p, RawQuery: query}).String()
}

// Close closes a connection together with its statements.
func Close(c *sqlite3.Conn) error {
	var statements []*sqlite3.Stmt
	for st := range c.Stmts() {
		statements = append(statements, st)
	}
	for _, st := range statements {
		_ = st.Close() // repeats the error of its last step
	}
	return c.Close()
}
