package sqlite

import (
	"errors"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
)

// A transaction is the writer's connection: it knows where the log ends and
// does one write transaction after the other.
type transaction struct {
	conn *sqlite3.Conn

	// Where the log ends. Unknown (not fresh) at first, after a rollback and
	// after another program has written.
	fresh      bool
	version    int64
	head       int64
	lastStream int64
	types      map[string]uint16
	ends       *ends // what others may know of it

	beginStmt, commitStmt, rollbackStmt *sqlite3.Stmt
	save, release, undo, dataVersion    *sqlite3.Stmt
	streamByName, idsByRevision         *sqlite3.Stmt
	addStream, moveStream, cutStream    *sqlite3.Stmt
	addType                             *sqlite3.Stmt
	addEvent                            inserter
}

func openTransaction(path string, o Options) (*transaction, error) {
	conn, err := o.access().Connect(path, sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, err
	}
	t := &transaction{conn: conn, ends: newEnds()}
	// Where last commits do not fit the file, to copy them there would destroy both.
	unread := sqlitefile.Holds(path + sqlitefile.WALSuffix)
	if err := errors.Join(t.keepWAL(unread), t.prepare(path, o)); err != nil {
		return nil, errors.Join(err, sqlitefile.Close(conn))
	}
	return t, nil
}

func (t *transaction) prepare(path string, o Options) error {
	empty, err := checkFormat(t.conn, path)
	if err != nil {
		return err
	}
	if empty {
		if err := create(t.conn); err != nil {
			return err
		}
	}
	if err := o.access().Settle(t.conn); err != nil {
		return err
	}
	// An append is durable when its commit is in the write-ahead log and that
	// is on disk. Verify checks foreign keys.
	if err := sqlitefile.Writing(t.conn, "FULL"); err != nil {
		return err
	}
	p := prepared{conn: t.conn}
	t.beginStmt = p.stmt(`BEGIN IMMEDIATE`)
	t.commitStmt = p.stmt(`COMMIT`)
	t.rollbackStmt = p.stmt(`ROLLBACK`)
	t.save = p.stmt(`SAVEPOINT request`)
	t.release = p.stmt(`RELEASE request`)
	t.undo = p.stmt(`ROLLBACK TO request`)
	t.dataVersion = p.stmt(`PRAGMA data_version`) // moved by other connections only
	t.streamByName = p.stmt(`SELECT id, revision FROM streams WHERE name = ?`)
	t.idsByRevision = p.stmt(`SELECT revision, header, position FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`)
	t.addStream = p.stmt(`INSERT INTO streams (id, name, revision, truncated_before) VALUES (?, ?, ?, 0) ON CONFLICT (name) DO NOTHING`)
	t.moveStream = p.stmt(`UPDATE streams SET revision = ? WHERE id = ?`)
	t.cutStream = p.stmt(`UPDATE streams SET truncated_before = ? WHERE id = ?`)
	t.addType = p.stmt(`INSERT INTO types (id, name) VALUES (?, ?)`)
	t.addEvent.stmt = p.stmt(insertEvent)
	return p.err
}

// keepWAL says whether closing leaves the write-ahead log as it is.
func (t *transaction) keepWAL(keep bool) error {
	_, err := t.conn.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, keep)
	return err
}

func (t *transaction) close() error { return sqlitefile.Close(t.conn) }

func (t *transaction) begin() error {
	if err := t.beginStmt.Exec(); err != nil {
		return err
	}
	var version int64
	if t.dataVersion.Step() {
		version = t.dataVersion.ColumnInt64(0)
	}
	if err := finish(t.dataVersion); err != nil {
		return err
	}
	if !t.fresh || version != t.version {
		t.version = version
		t.ends.forget()
		return t.look()
	}
	return nil
}

// look finds out where the log ends.
func (t *transaction) look() (err error) {
	t.fresh = false
	if t.head, err = sqlitefile.Int(t.conn, `SELECT max(position) FROM events`); err != nil {
		return err
	}
	if t.lastStream, err = sqlitefile.Int(t.conn, `SELECT max(id) FROM streams`); err != nil {
		return err
	}
	t.types = map[string]uint16{}
	st, _, err := t.conn.Prepare(`SELECT id, name FROM types`)
	if err != nil {
		return err
	}
	defer st.Close()
	for st.Step() {
		key := st.ColumnInt64(0)
		if key < 1 || key > maxTypes {
			return corrupt(0, "the key of an event type is out of range", nil)
		}
		t.types[st.ColumnText(1)] = uint16(key)
	}
	t.fresh = st.Err() == nil
	return st.Err()
}

func (t *transaction) commit() error { return t.commitStmt.Exec() }

func (t *transaction) rollback() {
	t.fresh = false
	if !t.conn.GetAutocommit() {
		_ = t.rollbackStmt.Exec() // the error that led here is the one to tell
	}
}
