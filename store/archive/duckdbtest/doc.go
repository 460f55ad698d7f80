// Package duckdbtest proves the SQL of docs/archive.md: its test exports the
// sample histories, has DuckDB run the document's own queries over the files and
// compares the answers with the expected reports. It is a module of its own, so
// that DuckDB, which needs cgo and gcc, stays out of the library.
package duckdbtest
