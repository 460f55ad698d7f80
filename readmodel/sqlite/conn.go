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

func (d *Database) openWriter() (*conn, error) {
	c, err := d.connect(sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, err
	}
	// NORMAL syncs when the write-ahead log is copied into the file: see the
	// package. Checkpoints are as rare as the log's, every 32 MB.
	err = c.Exec(`PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = OFF; PRAGMA journal_size_limit = 67108864;
		PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -16384`)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (d *Database) openReader() (*conn, error) { return d.connect(sqlite3.OPEN_READONLY) }

// connect opens a connection to a file that is a read model, a log, or empty
// and then made a read model.
func (d *Database) connect(flags sqlite3.OpenFlag) (*conn, error) {
	raw, err := sqlitefile.Connect(d.path, d.options.vfs, flags)
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, statements: map[string]*sqlite3.Stmt{}}
	if err := d.prepare(c, flags&sqlite3.OPEN_READONLY != 0); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (d *Database) prepare(c *conn, reading bool) error {
	if d.options.ForeignCheckpoints {
		if err := c.Exec(`PRAGMA checksum_verification = OFF`); err != nil { // before the first page is read
			return err
		}
	}
	id, err := sqlitefile.Int(c.Conn, `PRAGMA application_id`)
	if err != nil {
		return err
	}
	objects, err := sqlitefile.Int(c.Conn, `SELECT count(*) FROM sqlite_schema`)
	if err != nil {
		return err
	}
	switch {
	case id == sqlitefile.ReadModelID || id == sqlitefile.LogID:
	case id != 0 || objects != 0:
		return readmodel.ErrNotAReadModel.With(nil, "%s is a SQLite database of another program", d.path)
	case reading:
		return readmodel.ErrNotFound.With(nil, "%s is empty", d.path)
	default:
		if err := create(c.Conn); err != nil {
			return err
		}
	}
	if !reading {
		if err := sqlitefile.WAL(c.Conn); err != nil {
			return err
		}
	}
	summed, err := sqlitefile.Checksummed(c.Conn)
	if err == nil && !summed {
		err = readmodel.ErrCorrupt.With(nil, "the pages of the file have no checksums")
	}
	return err
}

// create makes a read model of an empty database.
func create(c *sqlite3.Conn) error {
	if err := sqlitefile.Format(c); err != nil {
		return err
	}
	return c.Exec(fmt.Sprintf(`BEGIN IMMEDIATE; PRAGMA application_id = %d; COMMIT`, sqlitefile.ReadModelID))
}
