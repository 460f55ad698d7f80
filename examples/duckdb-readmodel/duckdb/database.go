// Package duckdb keeps a read model in a DuckDB file. It is the example of a
// readmodel.Database that is not of the library, made of what the library
// exports.
//
// One process has the file, as DuckDB has it: Open fails in a second one with
// readmodel.ErrBusy. Within the process any number of Databases are of one file;
// one transaction writes at a time, any number read beside it.
package duckdb

import (
	"context"
	"sync"
	"time"

	"github.com/marketcore/marketplace/readmodel"
)

// writerPatience is for how long a writer waits for the one before it.
const writerPatience = 10 * time.Second

// Database is a DuckDB file. It is a readmodel.Database.
type Database struct {
	file *file

	mu      sync.Mutex
	closed  bool
	running sync.WaitGroup // the transactions in flight
}

var _ readmodel.Database = (*Database)(nil)

// Open opens the file at a path and creates it if there is none. It fails with
// readmodel.ErrBusy if another process has it, and readmodel.ErrNotAReadModel if
// it is no DuckDB file or that of another program.
func Open(ctx context.Context, path string) (*Database, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	f, err := share(ctx, path)
	if err != nil {
		return nil, err
	}
	return &Database{file: f}, nil
}

// Dialect implements readmodel.Database.
func (*Database) Dialect() *readmodel.Dialect { return dialect }

// Read implements readmodel.Database. DuckDB's transactions see one moment.
func (d *Database) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.running.Done()
	return d.file.transact(ctx, "BEGIN TRANSACTION READ ONLY", do)
}

// Write implements readmodel.Database. DuckDB would let writers run at once, and
// fail the slower one where both change a row or an index; they take turns, so
// that none does work for nothing.
func (d *Database) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.running.Done()
	patience := time.NewTimer(writerPatience)
	defer patience.Stop()
	select {
	case d.file.writer <- struct{}{}:
		defer func() { <-d.file.writer }()
	case <-patience.C:
		return readmodel.ErrBusy.With(nil, "another transaction writes for longer than %s", writerPatience)
	case <-ctx.Done():
		return cancelled(ctx)
	}
	return d.file.transact(ctx, "BEGIN TRANSACTION", do)
}

// enter counts a transaction in, unless the database is closed.
func (d *Database) enter(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.closed:
		return readmodel.ErrClosed
	case ctx.Err() != nil:
		return cancelled(ctx)
	}
	d.running.Add(1)
	return nil
}

// Close implements readmodel.Database. The last one of a file leaves everything
// in it, without a write-ahead log beside it.
func (d *Database) Close() error {
	d.mu.Lock()
	closed := d.closed
	d.closed = true
	d.mu.Unlock()
	if closed {
		return nil
	}
	d.running.Wait()
	return d.file.leave(d)
}
