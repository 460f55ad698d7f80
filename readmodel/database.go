package readmodel

import (
	"context"
	"iter"
)

// Database is what a read model needs of a database: transactions, and leases.
// Packages readmodel/sqlite and readmodel/postgres implement it; package
// readmodeltest has the suite that an implementation passes; one that is not of
// the library is in examples/duckdb-readmodel. It is safe for concurrent use, and
// several processes may use the same database at once, unless the implementation
// says that one has it; its leases are then those of that process.
//
// Every failure is made of one of this package's errors, such as
// ErrUnavailable.With(cause, ""), and found with errors.Is. Of those an
// implementation gives ErrBusy, ErrCancelled, ErrClosed, ErrConflict,
// ErrCorrupt, ErrFull, ErrLeased, ErrLeaseLost, ErrNotAReadModel, ErrReadOnly,
// ErrRefused and ErrUnavailable,
// the last for all that fits nowhere else, a broken connection above all; it
// connects again by itself in the next call. What the function given to Read or
// Write returns is returned as it is.
type Database interface {
	// Dialect is how the database speaks: SQLite, PostgreSQL, or one of its own.
	Dialect() *Dialect

	// Read runs do in a transaction that sees one moment of the database,
	// whatever others commit meanwhile, and writes nothing.
	Read(ctx context.Context, do func(Tx) error) error

	// Write runs do in a transaction that sees one moment of the database and
	// commits if do returns nil, else nothing is written. What is committed,
	// others see when Write returns, and the death of the process does not
	// undo it; a power cut may take the newest commits back, whole and the
	// newest first, where the implementation says so.
	//
	// It waits for other writers where the database has one writer at a time,
	// for at most some ten seconds (ErrBusy), and fails with ErrConflict where
	// it has many and two changed the same rows. do is run once. An error of
	// the commit itself may leave open whether it was committed; what is
	// written must say so itself, as a checkpoint does.
	Write(ctx context.Context, do func(Tx) error) error

	// Lease makes its caller the one holder of a name in this database, until
	// Release or the death of the process or, of a server, of the connection, or
	// until the process has given no sign of life for a time that the
	// implementation documents, 30 seconds by default, because it was stopped or
	// hangs: then another may have it. It does not wait for a holder that lives:
	// while another has the name, in this process or elsewhere, it fails with
	// ErrLeased. Names are 1 to 60 of the bytes a-z, 0-9 and -.
	Lease(ctx context.Context, name string) (Lease, error)

	// Close waits for transactions in flight and releases what the database
	// holds; leases end with it. Closing again does nothing.
	Close() error
}

// Lease is a name that nobody else holds.
type Lease interface {
	// Held is nil if the lease is still held, as far as that can be asked,
	// else ErrLeaseLost or why it could not be asked.
	Held(ctx context.Context) error
	// Release ends the lease. Releasing again does nothing.
	Release() error
}

// Tx is a transaction. It is for one goroutine and ends with the function that
// it was given to; the context of that Read or Write is its context. One
// statement is alive at a time: the rows of a query are read to their end, or
// the loop is left, before the next statement.
//
// Arguments are $1, $2, … in the statement; a $ stands for nothing else in it.
// An argument is nil or a uuid.UUID, event.Time (event.Never is NULL), int64,
// string, bool, or a []uuid.UUID for Dialect.OneOf.
type Tx interface {
	// Exec runs one statement, which may be DDL, and says how many rows it
	// changed.
	Exec(sql string, args ...any) (rows int64, err error)

	// ExecEach runs one statement for every list of arguments, in order, as
	// one after the other; a server gets them together. A list is read before
	// the next one is asked for, so it may be reused.
	ExecEach(sql string, each iter.Seq[[]any]) error

	// Query runs one statement and yields its rows. An error is the last pair.
	Query(sql string, args ...any) iter.Seq2[Row, error]

	// Copy inserts rows into a table, in bulk. The table is named as in a
	// statement, and the values are in the order of the columns. A slice of
	// values is read before the next one is asked for, so it may be reused. An
	// error of rows ends it and is returned.
	Copy(table string, columns []string, rows iter.Seq2[[]any, error]) error
}

// Row is one row of a query, valid until the next one.
type Row interface {
	// Scan reads the row's columns, all of them, in order. A target is a
	// *uuid.UUID, *event.Time, *int64, *string or *bool, or for a column that
	// may be NULL an **uuid.UUID, **int64 or **string; NULL is event.Never in
	// an *event.Time and an error in the others.
	Scan(targets ...any) error
}

// ValidLease reports whether a lease may have that name.
func ValidLease(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 60
}
