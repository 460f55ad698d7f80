package duckdb

import "github.com/marketcore/marketplace/readmodel"

// dialect keeps the tables of version 1 in the schema v1 and so on, and what
// does not change with the version in DuckDB's own schema, main: whoever opens
// the file finds contracts and freelancer_stats without a path to set.
var dialect = &readmodel.Dialect{
	Name: "DuckDB",
	Types: [...]string{
		readmodel.ID: "UUID", readmodel.Moment: "TIMESTAMPTZ", readmodel.Integer: "BIGINT", readmodel.Text: "VARCHAR", readmodel.Bool: "BOOLEAN",
	},
	InList:          "IN (SELECT unnest(CAST(%s AS UUID[])))", // of the text that value makes of a list
	VersionPrefix:   "v%d.",
	CreateNamespace: "CREATE SCHEMA IF NOT EXISTS %s",
	DropNamespace:   "DROP SCHEMA IF EXISTS %s CASCADE",
	CountTables: "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database()" +
		" AND schema_name = 'main' AND $1 = '' AND table_name = $2",
	Relations: "SELECT '', '' FROM duckdb_schemas() WHERE database_name = current_database() AND schema_name = $1" +
		" UNION ALL SELECT table_name, '' FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = coalesce(nullif($1, ''), 'main')" +
		" UNION ALL SELECT view_name, sql FROM duckdb_views() WHERE database_name = current_database() AND schema_name = coalesce(nullif($1, ''), 'main')",
}
