// Package sqlite keeps a read model in a SQLite file: the embedded default.
//
// The file is one of its own, or that of a log of package store/sqlite, which
// then holds both. One transaction writes at a time, over all processes; any
// number read beside it. Ids are text and moments Unix seconds, so the sqlite3
// tool shows what is there and joins it.
//
// Commits are not synced one by one: a power cut may take the newest ones back,
// whole and the newest first, and the runner then does them again from the log.
// The death of the process takes nothing back.
package sqlite

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/readmodel"
)

// Options configure a Database. The zero value is ready to use.
type Options struct {
	// ForeignCheckpoints is for a file that another program checkpoints, as
	// Litestream does: pages are then read without their checksums. See the
	// option of the same name in store/sqlite.
	ForeignCheckpoints bool
	// LeaseTimeout is after how long a lease may be taken whose holder gives no sign
	// of life, as a process that was stopped: see readmodel.Database. It gives one
	// six times as often. Default: 30 seconds.
	LeaseTimeout time.Duration
	// Readers is how many reads may use the file at once; more wait for their
	// turn. Default: the number of CPUs, at least 4.
	Readers int
	// ReadOnly opens an existing read model for reading, beside a process that
	// may be writing it. Write and Lease fail with readmodel.ErrReadOnly.
	ReadOnly bool

	vfs string // for tests: a file system that fails
}

// database is a SQLite file. Open makes one.
type database struct {
	path    string
	file    *sqlitefile.Held
	options Options
	closed  chan struct{} // closed when Close begins
	once    sync.Once

	writer  *sqlitefile.Pool[*conn] // one connection; nil if read-only
	readers *sqlitefile.Pool[*conn]

	mu     sync.Mutex
	leases map[*lease]struct{}
}

var _ readmodel.Database = (*database)(nil)

// Open opens the file, and creates it if there is none or an empty one.
//
// It fails with readmodel.ErrNotAReadModel for a folder or a file of another
// program, and with readmodel.ErrNotFound if there is none to read.
func Open(ctx context.Context, path string, options Options) (readmodel.Database, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	if options.LeaseTimeout <= 0 {
		options.LeaseTimeout = 30 * time.Second
	}
	d := &database{options: options, closed: make(chan struct{}), leases: map[*lease]struct{}{}}
	var size int64
	var err error
	if d.path, size, err = sqlitefile.Locate(path, options.ReadOnly); err != nil {
		return nil, failure(ctx, err)
	}
	if size > 0 {
		if err := d.hold(); err != nil { // before SQLite writes beside it
			return nil, failure(ctx, err)
		}
	}
	d.readers = sqlitefile.NewPool(sqlitefile.Readers(options.Readers), d.closed, d.openReader, (*conn).close)
	first := d.readers
	if !options.ReadOnly {
		d.writer = sqlitefile.NewPool(1, d.closed, d.openWriter, (*conn).close)
		first = d.writer
	}
	c, err := first.Take(ctx) // tells at once what is wrong with the file
	if err == nil {
		first.Give(c)
		if d.file == nil {
			err = d.hold()
		}
	}
	if err != nil {
		return nil, errors.Join(failure(ctx, err), d.Close())
	}
	return d, nil
}

// hold keeps the file open, as the one that the database is of.
func (d *database) hold() (err error) {
	if d.file, err = sqlitefile.Hold(d.path, false); err != nil || d.options.ForeignCheckpoints {
		return err
	}
	if err = errors.Join(d.file.Own(d.path+"-lock"), d.file.Whole()); err != nil {
		_ = d.file.Close() // it was only read
		d.file = nil
	}
	return err
}

// Dialect implements readmodel.Database.
func (d *database) Dialect() *readmodel.Dialect { return readmodel.SQLite }

// Close implements readmodel.Database. It leaves a read model in one file.
func (d *database) Close() (err error) {
	d.once.Do(func() {
		close(d.closed)
		_ = d.readers.Close() // nothing was written that could be lost
		if d.writer != nil {
			err = d.writer.Close()
		}
		d.mu.Lock()
		held := d.leases
		d.leases = nil
		d.mu.Unlock()
		for l := range held {
			err = errors.Join(err, l.end())
		}
		if d.file != nil {
			_ = d.file.Close() // it was only held
		}
		err = failure(context.Background(), err)
	})
	return err
}

// Read implements readmodel.Database.
func (d *database) Read(ctx context.Context, do func(readmodel.Tx) error) error {
	return d.run(ctx, d.readers, "BEGIN", do)
}

// Write implements readmodel.Database.
func (d *database) Write(ctx context.Context, do func(readmodel.Tx) error) error {
	if d.writer == nil {
		return readOnly()
	}
	return d.run(ctx, d.writer, "BEGIN IMMEDIATE", do)
}

func readOnly() error {
	return readmodel.ErrReadOnly.With(nil, "the read model was opened for reading only")
}

// run runs a transaction on a connection of the pool.
func (d *database) run(ctx context.Context, p *sqlitefile.Pool[*conn], begin string, do func(readmodel.Tx) error) (err error) {
	if err := d.file.Check(); err != nil {
		return failure(ctx, err)
	}
	c, err := p.Take(ctx)
	if err == nil && c.still.Check() != nil { // it was opened before somebody wrote
		p.Drop(c)
		c, err = p.Take(ctx)
	}
	if err != nil {
		return failure(ctx, err)
	}
	c.SetInterrupt(ctx)
	t := &transaction{conn: c, ctx: ctx}
	finished := false
	defer func() {
		c.SetInterrupt(context.Background())
		if !finished || t.failed { // also if do panics
			p.Drop(c) // which rolls back
			return
		}
		p.Give(c)
	}()
	if _, err := t.Exec(begin); err != nil {
		return err
	}
	if err = do(t); err == nil {
		_, err = t.Exec("COMMIT")
	} else if !t.failed {
		t.rollback()
	}
	finished = true
	if moved := t.fail(errors.Join(c.still.Check(), d.file.Check())); moved != nil {
		return moved // whatever was read or written meanwhile
	}
	return err
}

// alive is the error of a closed database or an ended context.
func (d *database) alive(ctx context.Context) error {
	return failure(ctx, sqlitefile.Alive(ctx, d.closed))
}
