package sqlite

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// connect opens a connection as the options say.
func connect(path string, o Options, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	c, err := sqlitefile.Connect(path, o.vfs, flags)
	if err != nil || !o.ForeignCheckpoints {
		return c, err
	}
	if err := c.Exec(`PRAGMA checksum_verification = OFF`); err != nil { // before the first page is read
		c.Close()
		return nil, err
	}
	return c, nil
}

// settle is for a connection whose file is known to be a log: it sees to it
// that page checksums are verified, or not, as the options say.
func settle(c *sqlite3.Conn, o Options) error {
	summed, err := sqlitefile.Checksummed(c)
	if err != nil {
		return err
	}
	if !summed {
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
