// Package archive keeps a log as Parquet: a folder of immutable files that
// DuckDB, Spark and pandas read too, and a read-only store.Store over them.
//
// Export writes what a log holds behind the archive's last event; a later one
// extends the folder. A file holds the events of a range of positions, each with
// every byte of its record and, beside them, typed columns of what folds need
// (event.ColumnBlock), so that a rebuild reads only those. The manifest lists the
// files with their SHA-256 sums, and each file names the sum of the one before
// it: the sum of the last file stands for the whole archive.
//
// An export may be killed at any moment: a file or the manifest gets its name
// only when it is whole and on disk, the manifest last, and the next export goes
// on from there.
//
// Whatever is read is checked: the manifest holds a CRC-32C of every 128 KiB of
// every file, and a Store takes no byte of which it does not hold. Verify reads
// everything and checks the rest: sums, counts, positions, revisions, and that
// the typed columns say what the bytes say.
//
// A file may be anybody's: it is read as Export writes it, page by page, and no size
// that it claims is believed before the bytes bear it out. What panics on it all the
// same, in the libraries that decode it, is store.ErrCorrupt.
//
// docs/archive.md describes the folder and every column.
package archive
