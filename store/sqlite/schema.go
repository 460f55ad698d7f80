package sqlite

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/store"
)

const (
	// applicationID marks the file as a log of this library ("mktl").
	applicationID = 0x6d6b746c
	// formatVersion is the newest file format that this library reads and the
	// one that it writes.
	formatVersion = 1
	// pageSize: smaller pages make single appends cheaper (each commit writes
	// whole pages to the WAL), larger ones scans. Measured with 4096, 8192 and
	// 16384; see BenchmarkAppend and BenchmarkReadAll.
	pageSize = 8192
	// checksumBytes is what the page checksums take of every page.
	checksumBytes = 8
)

// schema is the format of the file, version 1. Stream and type names stand
// once, under dense integer keys; everything else of an event is in its row.
// The view is for people: it shows the log as the interface does.
const schema = `
CREATE TABLE streams (
  id               INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
  name             TEXT    NOT NULL UNIQUE,
  revision         INTEGER NOT NULL,    -- of the last event
  truncated_before INTEGER NOT NULL     -- revisions below are hidden
) STRICT;

CREATE TABLE types (
  id   INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
  name TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
  position    INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
  stream      INTEGER NOT NULL REFERENCES streams,
  revision    INTEGER NOT NULL,    -- in its stream, 0, 1, 2, … without gaps
  type        INTEGER NOT NULL REFERENCES types,
  id          BLOB    NOT NULL,    -- UUID, 16 bytes
  recorded_at INTEGER NOT NULL,    -- microseconds since 1970-01-01T00:00:00Z
  data        TEXT    NOT NULL,    -- JSON
  metadata    TEXT    NOT NULL,    -- JSON
  crc         INTEGER NOT NULL     -- CRC-32C of all the above
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);

CREATE VIEW log AS
SELECT e.position, s.name AS stream, e.revision, t.name AS type,
       lower(substr(hex(e.id), 1, 8) || '-' || substr(hex(e.id), 9, 4) || '-' || substr(hex(e.id), 13, 4) || '-' ||
             substr(hex(e.id), 17, 4) || '-' || substr(hex(e.id), 21)) AS id,
       strftime('%Y-%m-%dT%H:%M:%S', e.recorded_at / 1000000, 'unixepoch') ||
         printf('.%06dZ', e.recorded_at % 1000000) AS recorded_at,
       e.data, e.metadata
FROM events e JOIN streams s ON s.id = e.stream JOIN types t ON t.id = e.type;
`

// create makes a log of an empty database. Until its one transaction commits
// the file is an empty database still, so a crash in between loses nothing.
func create(c *sqlite3.Conn) error {
	if err := c.Exec(fmt.Sprintf(`PRAGMA page_size = %d`, pageSize)); err != nil {
		return err
	}
	if _, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES, checksumBytes); err != nil {
		return err
	}
	err := c.Exec(fmt.Sprintf(`BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT`,
		schema, applicationID, formatVersion))
	if err != nil && !c.GetAutocommit() {
		_ = c.Exec(`ROLLBACK`) // the first error is the one to tell
	}
	return err
}

// checkFormat reports whether the open database is empty, and fails unless it
// is that or a log of a version that this library knows.
func checkFormat(c *sqlite3.Conn, path string) (empty bool, err error) {
	id, err := queryInt(c, `PRAGMA application_id`)
	if err != nil {
		return false, err
	}
	version, err := queryInt(c, `PRAGMA user_version`)
	if err != nil {
		return false, err
	}
	objects, err := queryInt(c, `SELECT count(*) FROM sqlite_schema`)
	if err != nil {
		return false, err
	}
	switch {
	case id == 0 && version == 0 && objects == 0:
		return true, nil
	case id != applicationID:
		return false, notALog(path, "it is a SQLite database of another program", nil)
	case version > formatVersion:
		return false, &store.Error{Code: store.ErrNewerFormat.Code, Detail: fmt.Sprintf(
			"%s has format %d, this library knows %d: update the library", path, version, formatVersion)}
	case version < 1:
		return false, corrupt(0, "the file has no format version", nil)
	}
	return false, nil
}

func queryInt(c *sqlite3.Conn, sql string) (int64, error) {
	st, _, err := c.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer st.Close()
	if !st.Step() {
		return 0, st.Err()
	}
	return st.ColumnInt64(0), nil
}
