package sqlitefile

import (
	"cmp"
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

// Connect opens a connection with what all of ours have in common: patience
// with other programs' locks, and SQLite's own checks of what it reads. An
// empty vfs is VFS.
func Connect(path, vfs string, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	registerDisk()
	c, err := sqlite3.OpenFlags(URI(path, vfs), flags|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	if err := c.Exec(`PRAGMA busy_timeout = 10000; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF`); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// URI names a file and the file system of SQLite's that has it.
func URI(path, vfs string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: "vfs=" + url.QueryEscape(cmp.Or(vfs, VFS))}).String()
}

// Format makes the pages of an empty database ours: their size, and room for a
// checksum in each.
func Format(c *sqlite3.Conn) error {
	if err := SetInt(c, "page_size", PageSize); err != nil {
		return err
	}
	_, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES, ChecksumBytes)
	return err
}

// Checksummed reports whether the pages of the database have checksums.
func Checksummed(c *sqlite3.Conn) (bool, error) {
	reserved, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES)
	return reserved == ChecksumBytes, err
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
