package sqlite

import (
	"context"
	"errors"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

type reader struct {
	conn  *sqlite3.Conn
	still *sqlitefile.Still // if the log is read as one that nobody writes

	begin, commit                *sqlite3.Stmt
	last, byPosition, byRevision *sqlite3.Stmt
	hasPosition, hasRevision     *sqlite3.Stmt
	streamByName                 *sqlite3.Stmt
	streams, types               lookup
}

func (s *Store) openReader() (*reader, error) {
	path, o := s.path, s.options
	conn, still, err := o.access().ConnectReading(path)
	if err != nil {
		return nil, err
	}
	r := &reader{conn: conn, still: still, streams: lookup{dictionary: s.streams}, types: lookup{dictionary: s.types}}
	err = r.prepare(path, o)
	if err == nil {
		err = s.files.Check() // that it is the same file
	}
	if err != nil {
		return nil, errors.Join(err, sqlitefile.Close(conn))
	}
	return r, nil
}

func (r *reader) close() error { return sqlitefile.Close(r.conn) }

func (r *reader) prepare(path string, o Options) error {
	empty, err := checkFormat(r.conn, path)
	if err != nil {
		return err
	}
	if empty {
		return notALog(path, "the file is empty", nil)
	}
	if err := o.access().Settle(r.conn); err != nil {
		return err
	}
	p := prepared{conn: r.conn}
	r.begin = p.stmt(`BEGIN`)
	r.commit = p.stmt(`COMMIT`)
	r.last = p.stmt(`SELECT max(position) FROM events`)
	// The places that the caller knows are not read: the checksum is of them too.
	r.byPosition = p.stmt(`SELECT header, data, metadata, stream, revision FROM events WHERE position >= ? ORDER BY position`)
	r.byRevision = p.stmt(`SELECT header, data, metadata, position FROM events WHERE stream = ? AND revision >= ? ORDER BY revision`)
	r.hasPosition = p.stmt(`SELECT 1 FROM events WHERE position = ?`)
	r.hasRevision = p.stmt(`SELECT 1 FROM events WHERE stream = ? AND revision = ?`)
	r.streamByName = p.stmt(`SELECT id, revision, truncated_before, EXISTS (SELECT 1 FROM events WHERE stream = id AND events.revision = streams.revision + 1)
		FROM streams WHERE name = ?`)
	r.streams.byRange = p.stmt(`SELECT id, name FROM streams WHERE id BETWEEN ? AND ? ORDER BY id`)
	r.types.byRange = p.stmt(`SELECT id, name FROM types WHERE id BETWEEN ? AND ? ORDER BY id`)
	return p.err
}

// read runs a short read transaction on a connection of the pool.
func (s *Store) read(ctx context.Context, do func(*reader) error) error {
	if err := s.inPlace(); err != nil {
		return failure(ctx, err)
	}
	r, err := s.readers.Take(ctx)
	if err == nil && r.still.Check() != nil { // it was opened before somebody wrote
		s.readers.Drop(r)
		r, err = s.readers.Take(ctx)
	}
	if err != nil {
		return failure(ctx, err)
	}
	if err = r.begin.Exec(); err == nil {
		if err = do(r); err == nil {
			err = r.commit.Exec()
		}
	}
	if e := r.still.Check(); e != nil {
		err = e // whatever was read meanwhile
	}
	if err != nil && !isAnswer(err) {
		s.readers.Drop(r)
		return failure(ctx, err)
	}
	if err != nil {
		_ = r.commit.Exec() // it read only
	}
	s.readers.Give(r)
	return err
}

// inPlace fails if the log is no longer the file that has its name, or if what was
// written last is elsewhere.
func (s *Store) inPlace() error {
	err := s.files.Check()
	if err == nil && s.writer == nil {
		err = s.files.whole()
	}
	return err
}

// isAnswer reports an error that says nothing against the connection.
func isAnswer(err error) bool { return errors.Is(err, store.ErrStreamNotFound) }

// head is the newest position, 0 of an empty log.
func (r *reader) head() (int64, error) {
	var head int64
	if r.last.Step() {
		head = r.last.ColumnInt64(0)
	}
	return head, finish(r.last)
}

type streamState struct {
	id, revision, truncated int64
}

func (r *reader) stream(name string) (streamState, error) {
	if err := bind(r.streamByName, name); err != nil {
		return streamState{}, err
	}
	var st streamState
	goesOn := false
	found := r.streamByName.Step()
	if found {
		goesOn = r.streamByName.ColumnBool(3)
		st.id = r.streamByName.ColumnInt64(0)
		st.revision = r.streamByName.ColumnInt64(1)
		st.truncated = r.streamByName.ColumnInt64(2)
	}
	if err := finish(r.streamByName); err != nil {
		return streamState{}, err
	}
	if !found {
		return streamState{}, store.ErrStreamNotFound.In(name)
	}
	if st.id < 1 || st.revision < 0 || st.truncated < 0 {
		return streamState{}, corruptStream(name, nil, "its row is out of range")
	}
	if goesOn {
		return streamState{}, corruptStream(name, nil, "it goes on behind revision %d, where its row says that it ends", st.revision)
	}
	return st, nil
}
