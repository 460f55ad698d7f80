package sqlite

import (
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// formatVersion is the newest file format that this library reads and the one
// that it writes.
const formatVersion = 1

// schema is the format of the file, version 1. Stream and type names stand
// once, under dense integer keys; everything else of an event is in its row.
// The view is for people: it shows the log as the interface does.
var schema = `
CREATE TABLE streams (
  id               INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
  name             TEXT    NOT NULL UNIQUE,
  revision         INTEGER NOT NULL,    -- of the last event
  truncated_before INTEGER NOT NULL     -- revisions below are hidden
) STRICT;

CREATE TABLE types (
  id   INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps, at most 65535
  name TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE events (
  position INTEGER PRIMARY KEY, -- 1, 2, 3, … without gaps
  stream   INTEGER NOT NULL REFERENCES streams,
  revision INTEGER NOT NULL,    -- in its stream, 0, 1, 2, … without gaps
  header   BLOB    NOT NULL,    -- 30 bytes, integers big-endian:
                                --   16  the event's id, a UUID
                                --    8  recorded_at, microseconds since 1970-01-01T00:00:00Z
                                --    2  the id of its type
                                --    4  CRC-32C of the event
  data     TEXT    NOT NULL,    -- JSON
  metadata TEXT    NOT NULL     -- JSON
) STRICT;

CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);

CREATE VIEW log AS
SELECT e.position, s.name AS stream, e.revision, t.name AS type,
       lower(substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-' || substr(h, 13, 4) || '-' ||
             substr(h, 17, 4) || '-' || substr(h, 21, 12)) AS id,
       strftime('%Y-%m-%dT%H:%M:%S', micros / 1000000, 'unixepoch') || printf('.%06dZ', micros % 1000000) AS recorded_at,
       e.data, e.metadata
FROM (SELECT *, ` + hexInteger("h", 33, 16) + ` AS micros, ` + hexInteger("h", 49, 4) + ` AS type
      FROM (SELECT *, hex(header) AS h FROM events)) e
JOIN streams s ON s.id = e.stream JOIN types t ON t.id = e.type;
`

// hexInteger is SQL for the integer of a text's n hexadecimal digits from the
// first, which counts from 1. SQLite has no function for it.
func hexInteger(text string, first, n int) string {
	digits := make([]string, n)
	for i := range digits {
		digits[i] = fmt.Sprintf("(instr('123456789ABCDEF', substr(%s, %d, 1)) << %d)", text, first+i, 4*(n-1-i))
	}
	return strings.Join(digits, " | ")
}

// create makes a log of an empty database.
func create(c *sqlite3.Conn) error {
	return sqlitefile.Create(c, sqlitefile.LogID, formatVersion, schema)
}

// checkFormat reports whether the open database is empty, and fails unless it
// is that or a log of a version that this library knows.
func checkFormat(c *sqlite3.Conn, path string) (empty bool, err error) {
	is, err := sqlitefile.Identify(c)
	if err != nil {
		return false, err
	}
	switch {
	case is == (sqlitefile.Identity{}):
		return true, nil
	case is.Application != sqlitefile.LogID:
		return false, notALog(path, "it is a SQLite database of another program", nil)
	case is.Version > formatVersion:
		return false, store.ErrNewerFormat.With(nil, "%s has format %d, this library knows %d: update the library", path, is.Version, formatVersion)
	case is.Version < 1:
		return false, corrupt(0, "the file has no format version", nil)
	}
	return false, nil
}
