package sqlite

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/store"
)

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

var errReadOnly = store.ErrReadOnly.With(nil, "the log was opened for reading only")

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
