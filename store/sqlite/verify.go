package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile"
)

// Verify reads the whole log, as of now, and fails with ErrCorrupt unless
// everything holds: page checksums, SQLite's own integrity check, the checksum
// of every record, positions and revisions without gaps, and the dictionary of
// streams. It takes about as long as two readings of the log, and the
// write-ahead log grows meanwhile instead of being reused.
func (s *Store) Verify(ctx context.Context) error {
	return s.readLong(ctx, func(r *reader) error {
		if err := integrity(r.conn); err != nil {
			return err
		}
		if err := verifyRecords(r); err != nil {
			return err
		}
		return verifyDictionaries(r.conn)
	})
}

// readLong is read for what takes its time: the ends of the context and of the
// store interrupt it.
func (s *Store) readLong(ctx context.Context, do func(*reader) error) error {
	own, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.closed:
			cancel()
		case <-own.Done():
		}
	}()
	err := s.read(ctx, func(r *reader) error {
		defer r.conn.SetInterrupt(r.conn.SetInterrupt(own))
		return do(r)
	})
	if gone := s.alive(ctx); err != nil && gone != nil {
		return gone
	}
	return err
}

func integrity(c *sqlite3.Conn) error {
	st, _, err := c.Prepare(`PRAGMA integrity_check(1)`)
	if err != nil {
		return err
	}
	defer st.Close()
	if !st.Step() {
		return st.Err()
	}
	if found := st.ColumnText(0); found != "ok" {
		return corrupt(0, "SQLite's integrity check: "+found, nil)
	}
	return nil
}

func verifyRecords(r *reader) error {
	head, err := r.head()
	if err != nil {
		return err
	}
	b := takeBatch()
	defer b.giveBack()
	for next := int64(1); next <= head; next += int64(len(b.records)) {
		if err := b.fillFrom(r, next, head); err != nil {
			return placed(err, "", event.Position(next))
		}
	}
	return nil
}

// verifyDictionaries checks what the records do not show. The index makes
// (stream, revision) unique, so a stream's revisions have no gap if they are as
// many as its last says.
func verifyDictionaries(c *sqlite3.Conn) error {
	for _, table := range []string{"streams", "types"} {
		gaps, err := sqlitefile.Int(c, fmt.Sprintf(`SELECT count(*) <> coalesce(max(id), 0) OR coalesce(min(id), 1) <> 1 FROM %s`, table))
		if err != nil {
			return err
		}
		if gaps != 0 {
			return corrupt(0, "the keys of the "+table+" have gaps", nil)
		}
	}
	st, _, err := c.Prepare(`SELECT name FROM streams s WHERE revision < 0 OR truncated_before NOT BETWEEN 0 AND revision + 1 OR
		(SELECT count(*) <> s.revision + 1 OR min(revision) <> 0 OR max(revision) <> s.revision FROM events WHERE stream = s.id)`)
	if err != nil {
		return err
	}
	defer st.Close()
	if st.Step() {
		return corruptStream(st.ColumnText(0), nil, "its row and its records do not agree")
	}
	return st.Err()
}
