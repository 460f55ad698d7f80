package sqlitefile

import (
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// Int is the integer that a query's first row begins with, 0 if there is none.
func Int(c *sqlite3.Conn, sql string) (int64, error) {
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

// wal turns the write-ahead log on and fails where the file system allows none.
func wal(c *sqlite3.Conn) error {
	st, _, err := c.Prepare(`PRAGMA journal_mode = WAL`)
	if err != nil {
		return err
	}
	defer st.Close()
	if !st.Step() {
		return st.Err()
	}
	if mode := st.ColumnText(0); mode != "wal" {
		return fmt.Errorf("the file system allows no write-ahead log, only journal mode %q", mode)
	}
	return nil
}
