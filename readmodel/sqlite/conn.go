package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/readmodel"
)

// maxStatements is how many prepared statements a connection keeps.
const maxStatements = 256

// conn is a connection with the statements that it has prepared.
type conn struct {
	*sqlite3.Conn
	statements map[string]*sqlite3.Stmt // that are not in use
}

func (c *conn) close() error { return sqlitefile.Close(c.Conn) }

// take gives the statement of a text, prepared. It is given back by give.
func (c *conn) take(text string) (*sqlite3.Stmt, error) {
	if st := c.statements[text]; st != nil {
		delete(c.statements, text)
		return st, nil
	}
	// SQLite counts $1 as a name; ?1 is the first argument wherever it stands.
	st, tail, err := c.PrepareFlags(strings.ReplaceAll(text, "$", "?"), sqlite3.PREPARE_PERSISTENT)
	if err != nil {
		return nil, err
	}
	if st == nil || strings.TrimSpace(tail) != "" {
		return nil, errors.Join(fmt.Errorf("one statement at a time: %.100q", text), st.Close())
	}
	return st, nil
}

// give makes a statement ready for its next use and gives the error of this one.
func (c *conn) give(text string, st *sqlite3.Stmt) error {
	err := st.Err()
	if e := errors.Join(st.Reset(), st.ClearBindings()); err == nil {
		err = e
	}
	if len(c.statements) >= maxStatements || c.statements[text] != nil {
		return errors.Join(err, st.Close())
	}
	c.statements[text] = st
	return err
}

func (d *database) openWriter() (*conn, error) {
	c, err := d.connect(sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, err
	}
	// NORMAL syncs when the write-ahead log is copied into the file: see the
	// package.
	err = sqlitefile.Writing(c.Conn, "NORMAL")
	if err == nil {
		err = c.Exec(`PRAGMA cache_size = -16384`)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (d *database) openReader() (*conn, error) { return d.connect(sqlite3.OPEN_READONLY) }

// connect opens a connection to a file that is a read model, a log, or empty
// and then made a read model.
func (d *database) connect(flags sqlite3.OpenFlag) (*conn, error) {
	access := sqlitefile.Access{ForeignCheckpoints: d.options.ForeignCheckpoints, VFS: d.options.vfs}
	raw, err := access.Connect(d.path, flags)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, statements: map[string]*sqlite3.Stmt{}}
	if err = d.recognise(raw, flags&sqlite3.OPEN_READONLY != 0); err == nil {
		err = access.Settle(raw)
	}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// recognise fails for a file of another program, and makes a read model of an
// empty one that may be written.
func (d *database) recognise(c *sqlite3.Conn, reading bool) error {
	is, err := sqlitefile.Identify(c)
	if err != nil {
		return err
	}
	switch {
	case is.Application == sqlitefile.ReadModelID || is.Application == sqlitefile.LogID:
		return nil
	case is.Application != 0 || is.Objects != 0:
		return readmodel.ErrNotAReadModel.With(nil, "%s is a SQLite database of another program", d.path)
	case reading:
		return readmodel.ErrNotFound.With(nil, "%s is empty", d.path)
	}
	return sqlitefile.Create(c, sqlitefile.ReadModelID, int(is.Version), "")
}
