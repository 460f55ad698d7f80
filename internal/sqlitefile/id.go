package sqlitefile

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// The application ids of our files, by which a file tells what it is.
const (
	LogID       = 0x6d6b746c // "mktl": a log of package store/sqlite, which may hold a read model too
	ReadModelID = 0x6d6b7472 // "mktr": a read model of package readmodel/sqlite alone
)

// Identity is what a file says that it is.
type Identity struct {
	Application int64
	Version     int64 // of the application's format
	Objects     int64 // tables, indices and views
}

// Identify reads a file's identity; an empty file has the zero value.
func Identify(c *sqlite3.Conn) (i Identity, err error) {
	for _, ask := range []struct {
		answer *int64
		sql    string
	}{
		{&i.Application, `PRAGMA application_id`},
		{&i.Version, `PRAGMA user_version`},
		{&i.Objects, `SELECT count(*) FROM sqlite_schema`},
	} {
		if *ask.answer, err = Int(c, ask.sql); err != nil {
			return Identity{}, err
		}
	}
	return i, nil
}

// Create makes an empty database ours: its pages, with room for a checksum in each,
// its identity and its schema. Until its one transaction commits the file is an
// empty database still, so a crash in between loses nothing.
func Create(c *sqlite3.Conn, application, version int, schema string) error {
	if err := c.Exec(fmt.Sprintf(`PRAGMA page_size = %d`, PageSize)); err != nil {
		return err
	}
	if _, err := c.FileControl("main", sqlite3.FCNTL_RESERVE_BYTES, ChecksumBytes); err != nil {
		return err
	}
	err := c.Exec(fmt.Sprintf(`BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT`,
		schema, application, version))
	if err != nil && !c.GetAutocommit() {
		_ = c.Exec(`ROLLBACK`) // the first error is the one to tell
	}
	return err
}
