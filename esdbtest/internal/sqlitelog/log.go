// Package sqlitelog keeps the log of an engine in a SQLite file: one row a
// record, in the order of positions, read once when the engine opens.
package sqlitelog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// applicationID marks the file as ours: "esdb".
const applicationID = 0x65736462

const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA locking_mode = EXCLUSIVE;
CREATE TABLE IF NOT EXISTS record (
	position INTEGER PRIMARY KEY,
	stream   TEXT    NOT NULL,
	revision INTEGER NOT NULL,
	id       BLOB    NOT NULL,
	type     TEXT    NOT NULL,
	json     INTEGER NOT NULL,
	created  INTEGER NOT NULL,
	data     BLOB,
	metadata BLOB
) STRICT`

// ErrForeign says that the file is a database of something else.
var ErrForeign = errors.New("sqlitelog: the file is not a log of this server")

// Log is an engine.Log in a file, which no other process may use meanwhile.
// A crash of the process loses nothing that was kept; one of the machine may
// lose the newest records, as its documentation says of synchronous = NORMAL.
type Log struct {
	mu     sync.Mutex
	conn   *sqlite3.Conn // nil when closed
	insert *sqlite3.Stmt
}

// Open opens or makes the file.
func Open(path string) (*Log, error) {
	conn, err := sqlite3.Open(path)
	if err != nil {
		return nil, fmt.Errorf("sqlitelog: %s: %w", path, err)
	}
	l := &Log{conn: conn}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("sqlitelog: %s: %w", path, err), l.Close())
	}
	return l, nil
}

func (l *Log) prepare() error {
	id, err := l.number("PRAGMA application_id")
	if err != nil {
		return err
	}
	tables, err := l.number("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return err
	}
	if id != applicationID && (id != 0 || tables != 0) {
		return ErrForeign
	}
	if err := l.conn.Exec(schema); err != nil {
		return err
	}
	if err := l.conn.Exec(fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
		return err
	}
	l.insert, _, err = l.conn.Prepare(`INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	return err
}

func (l *Log) number(sql string) (int64, error) {
	st, _, err := l.conn.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer st.Close()
	var n int64
	if st.Step() {
		n = st.ColumnInt64(0)
	}
	return n, st.Err()
}

// Append implements engine.Log.
func (l *Log) Append(_ context.Context, records []*engine.Record) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return engine.ErrClosed
	}
	tx, err := l.conn.BeginImmediate()
	if err != nil {
		return err
	}
	defer tx.End(&err)
	for _, r := range records {
		if err := l.add(r); err != nil {
			return err
		}
	}
	return nil
}

func (l *Log) add(r *engine.Record) error {
	st := l.insert
	json := int64(0)
	if r.JSON {
		json = 1
	}
	err := errors.Join(
		st.BindInt64(1, int64(r.Position)),
		st.BindText(2, r.Stream),
		st.BindInt64(3, int64(r.Revision)),
		st.BindBlob(4, r.ID[:]),
		st.BindText(5, r.Type),
		st.BindInt64(6, json),
		st.BindInt64(7, r.Created),
		st.BindBlob(8, r.Data),
		st.BindBlob(9, r.Metadata),
	)
	if err != nil {
		return err
	}
	return st.Exec()
}

// Load implements engine.Log.
func (l *Log) Load(ctx context.Context) iter.Seq2[*engine.Record, error] {
	return func(yield func(*engine.Record, error) bool) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.conn == nil {
			yield(nil, engine.ErrClosed)
			return
		}
		st, _, err := l.conn.Prepare(`SELECT position, stream, revision, id, type, json, created, data, metadata
			FROM record ORDER BY position`)
		if err != nil {
			yield(nil, err)
			return
		}
		defer st.Close()
		for st.Step() {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			r := &engine.Record{
				Position: uint64(st.ColumnInt64(0)),
				Stream:   st.ColumnText(1),
				Revision: uint64(st.ColumnInt64(2)),
				Created:  st.ColumnInt64(6),
			}
			id, err := uuid.FromBytes(st.ColumnRawBlob(3))
			if err != nil {
				yield(nil, fmt.Errorf("sqlitelog: the record at position %d: %w", r.Position, err))
				return
			}
			r.ID, r.Type, r.JSON = id, st.ColumnText(4), st.ColumnInt64(5) != 0
			r.Data, r.Metadata = st.ColumnBlob(7, nil), st.ColumnBlob(8, nil)
			if !yield(r, nil) {
				return
			}
		}
		if err := st.Err(); err != nil {
			yield(nil, err)
		}
	}
}

// Close implements engine.Log.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return nil
	}
	conn := l.conn
	l.conn = nil
	if l.insert != nil {
		_ = l.insert.Close() // repeats the error of its last step
	}
	return conn.Close()
}
