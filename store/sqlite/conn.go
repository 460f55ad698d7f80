package sqlite

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/store"
)

// connect opens a connection with what all of ours have in common: patience
// with other programs' locks, and SQLite's own checks of what it reads.
func connect(path string, o Options, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	registerDisk()
	c, err := sqlite3.OpenFlags(fileURI(path, cmp.Or(o.vfs, diskVFS)), flags|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	pragmas := `PRAGMA busy_timeout = 10000; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;`
	if o.ForeignCheckpoints { // before the first page is read
		pragmas += `PRAGMA checksum_verification = OFF`
	}
	err = c.Exec(pragmas)
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// fileURI names a file and the file system of SQLite's that has it.
func fileURI(path, vfs string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: "vfs=" + url.QueryEscape(vfs)}).String()
}

// settle is for a connection whose file is known to be a log: it sees to it
// that page checksums are verified, or not, as the options say.
func settle(c *sqlite3.Conn, o Options) error {
	reserved, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES)
	if err != nil {
		return err
	}
	if reserved != checksumBytes {
		return corrupt(0, "the pages of the file have no checksums", nil)
	}
	want := "1"
	if o.ForeignCheckpoints {
		want = "0"
	}
	st, _, err := c.Prepare(`PRAGMA checksum_verification = ` + want)
	if err != nil {
		return err
	}
	defer st.Close()
	if !st.Step() || st.ColumnText(0) != want {
		return errors.Join(st.Err(), corrupt(0, "the pages of the file have no checksums", nil))
	}
	return nil
}

// prepared prepares statements, keeping the first error.
type prepared struct {
	conn *sqlite3.Conn
	err  error
}

func (p *prepared) stmt(sql string, args ...any) *sqlite3.Stmt {
	if p.err != nil {
		return nil
	}
	var st *sqlite3.Stmt
	st, _, p.err = p.conn.PrepareFlags(fmt.Sprintf(sql, args...), sqlite3.PREPARE_PERSISTENT)
	return st
}

// closeConn closes a connection together with its statements.
func closeConn(c *sqlite3.Conn) error {
	var statements []*sqlite3.Stmt
	for st := range c.Stmts() {
		statements = append(statements, st)
	}
	for _, st := range statements {
		_ = st.Close() // repeats the error of its last step
	}
	return c.Close()
}

// bind binds int64s and strings in order.
func bind(st *sqlite3.Stmt, args ...any) error {
	for i, a := range args {
		var err error
		switch a := a.(type) {
		case int64:
			err = st.BindInt64(i+1, a)
		case string:
			err = st.BindText(i+1, a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var errReadOnly = &store.Error{Code: store.ErrReadOnly.Code, Detail: "the log was opened for reading only"}

// finish makes a statement ready for its next use and gives the error of this
// one.
func finish(st *sqlite3.Stmt) error {
	err := st.Err()
	if e := st.Reset(); err == nil {
		err = e
	}
	return err
}

// exec runs a statement with the given int64s and strings.
func exec(st *sqlite3.Stmt, args ...any) error {
	if err := bind(st, args...); err != nil {
		return err
	}
	return st.Exec()
}
