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
	still      *sqlitefile.Still        // if the file is read as one that nobody writes
	writes     string                   // the file's path, if the connection may write
}

func (c *conn) close() error {
	err := sqlitefile.Close(c.Conn)
	if c.writes != "" {
		// It may have been the last to use a log's file, and emptied the write-ahead
		// log that the log's own process left.
		sqlitefile.UnmarkEmptied(c.writes)
	}
	return err
}

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
	raw, err := d.access().Connect(d.path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, err
	}
	c, err := d.settle(&conn{Conn: raw, writes: d.path})
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

func (d *database) openReader() (*conn, error) {
	raw, still, err := d.access().ConnectReading(d.path)
	if err != nil {
		return nil, err
	}
	return d.settle(&conn{Conn: raw, still: still})
}

func (d *database) access() sqlitefile.Access {
	return sqlitefile.Access{ForeignCheckpoints: d.options.ForeignCheckpoints, VFS: d.options.vfs}
}

// settle prepares a connection to a file that is a read model, a log, or empty and
// then made a read model.
func (d *database) settle(c *conn) (*conn, error) {
	c.statements = map[string]*sqlite3.Stmt{}
	err := d.recognise(c.Conn, c.writes == "")
	if err == nil {
		err = d.access().Settle(c.Conn)
	}
	if err == nil && d.file != nil {
		err = d.file.Check() // that it is the same file
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
