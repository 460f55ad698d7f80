package duckdb

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"strings"

	driver "github.com/duckdb/duckdb-go/v2"

	"github.com/marketcore/marketplace/readmodel"
)

// settings are those of each connection. DuckDB names a database after its file,
// and cannot tell what v1.contracts is in a file v1.duckdb; attached, all files
// have one name. The SQL of read models takes the quotient of two integers for
// one, and days for those of UTC.
var settings = []string{"USE attached_file", "SET integer_division = true", "SET TimeZone = 'UTC'"}

// attached opens a file and makes a read model's of an empty one.
func attached(ctx context.Context, path string) (*sql.DB, error) {
	connector, err := driver.NewConnector("", func(conn sqldriver.ExecerContext) error {
		for _, s := range append([]string{"ATTACH IF NOT EXISTS '" + strings.ReplaceAll(path, "'", "''") + "' AS attached_file"}, settings...) {
			if _, err := conn.ExecContext(context.Background(), s, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, failure(ctx, err)
	}
	db := sql.OpenDB(connector)
	if err := recognise(ctx, db, path); err != nil {
		_ = db.Close() // nothing was written that could be lost
		return nil, err
	}
	return db, nil
}

// recognise fails for a file of another program, whose tables could have the
// names of ours. DuckDB's files have no application id: an empty schema says
// whose they are.
func recognise(ctx context.Context, db *sql.DB, path string) error {
	var ours, empty bool
	err := db.QueryRowContext(ctx, `SELECT
		EXISTS (SELECT 1 FROM duckdb_schemas() WHERE database_name = current_database() AND schema_name = 'readmodel'),
		NOT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_catalog = current_database())`).Scan(&ours, &empty)
	switch {
	case err != nil:
		return failure(ctx, err)
	case ours:
		return nil
	case !empty:
		return readmodel.ErrNotAReadModel.With(nil, "%s is a DuckDB database of another program", path)
	}
	_, err = db.ExecContext(ctx, "CREATE SCHEMA readmodel")
	return failure(ctx, err)
}
