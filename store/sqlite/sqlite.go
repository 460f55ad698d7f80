// Package sqlite keeps a log in one SQLite file: the embedded default.
//
// One goroutine writes. It takes all appends that wait, checks each against its
// stream's revision and commits them in one transaction (group commit), so
// many callers share one fsync; an append is durable when it returns. Readers
// use connections of their own and read in batches, each a short transaction,
// so a slow reader holds neither a snapshot nor a connection. One process
// writes at a time; any number of others may read.
//
// A flipped bit is an error, never another event: every page has a checksum
// (SQLite's checksum VFS), every record a CRC-32C over all its fields, and
// positions and revisions must be contiguous. One thing SQLite cannot tell: the
// write-ahead log that a crash left behind is replayed up to its first damaged
// frame, so damage there, between a crash and the next Open, looks like commits
// that never were.
//
// A log is its file and, while it is open and after a crash, the write-ahead log
// beside it. Where the two are not together, because one was moved, deleted,
// replaced or mounted alone, a Store fails instead of going on with half of it:
// ErrMoved if that happens while it is open, ErrIncomplete when it is opened.
// docs/log-file.md says what is noticed on which system.
//
// The sqlite3 tool reads the file: SELECT * FROM log. It should open it with
// -readonly, because another program that writes or checkpoints the file does
// not write page checksums: see Options.ForeignCheckpoints and Reseal.
package sqlite

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/sqlitefile"
	"github.com/marketcore/marketplace/store"
)

// Options configure a Store. The zero value is ready to use.
type Options struct {
	// ForeignCheckpoints is for a log that another program checkpoints, as
	// Litestream does, or that was restored by one. Pages are then read without
	// their checksums, which such programs do not write; everything else is
	// checked as ever. Default: false, a page without its checksum is
	// ErrCorrupt.
	ForeignCheckpoints bool
	// Now is the clock of RecordedAt. Default: time.Now.
	Now func() time.Time
	// PollInterval is how often a subscription of a read-only store looks for
	// what another process has written. A writing store needs no polling.
	// Default: 200 ms.
	PollInterval time.Duration
	// Readers is how many reads may use the file at once; more wait for their
	// turn. Each has its own connection with 2 MB of cache. Default: the number
	// of CPUs, at least 4.
	Readers int
	// ReadOnly opens an existing log for reading, beside a process that may be
	// writing it. Appends fail with ErrReadOnly.
	ReadOnly bool

	vfs string // for tests: a file system that fails
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.PollInterval = cmp.Or(max(o.PollInterval, 0), 200*time.Millisecond)
	o.Readers = sqlitefile.Readers(o.Readers)
	return o
}

// Store is a log in a SQLite file. Open makes one.
type Store struct {
	path    string
	options Options
	closed  chan struct{} // closed when Close begins
	once    sync.Once

	files   *files
	writer  *writer // nil if read-only
	readers *sqlitefile.Pool[*reader]
	streams *dictionary
	types   *dictionary
	growth  growth
	damage  damage // found by open
}

var _ store.Transactor = (*Store)(nil)

// Open opens the log in a file, and creates it if there is none or an empty one.
//
// It fails with ErrNotALog for a directory or a file of another program, with
// ErrNewerFormat, with ErrLocked if the log is open for writing already, by
// whatever name, with ErrIncomplete if what was written to it last is elsewhere,
// with ErrCorrupt, and with ErrUnavailable, which wraps the file system's error, if
// the file cannot be reached. It counts the streams, which takes under a second for
// a million of them.
func Open(ctx context.Context, path string, options Options) (*Store, error) {
	if ctx.Err() != nil {
		return nil, store.Cancelled(ctx)
	}
	s := &Store{
		options: options.withDefaults(),
		closed:  make(chan struct{}),
		streams: newDictionary(),
		types:   newDictionary(),
	}
	var err error
	if s.path, err = locate(path, options.ReadOnly); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(failure(ctx, err), s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	s.readers = sqlitefile.NewPool(s.options.Readers, s.closed, s.openReader, (*reader).close)
	if s.files, err = hold(s.path, s.options); err != nil {
		return err
	}
	if !s.options.ReadOnly {
		if s.writer, err = openWriter(s.path, s.options, s.files, &s.growth); err != nil {
			return err
		}
		defer func() { s.writer.handsOff = err != nil || s.damage.streams != nil }()
	}
	r, err := s.readers.Take(ctx)
	if err != nil {
		return err
	}
	s.readers.Give(r)
	if err = s.readLong(ctx, s.compare); errors.Is(err, store.ErrCorrupt) {
		s.damage.streams, err = err, nil // what is not damaged can be read
	}
	return err
}

// Close implements store.Store. It leaves the log in one file.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		err = s.release()
	})
	return err
}

// release gives back what open has taken. The writer goes last, so that its
// connection is the last and SQLite takes the write-ahead log away.
func (s *Store) release() error {
	var errs []error
	if s.writer != nil {
		s.writer.end()
	}
	_ = s.readers.Close() // nothing was written that could be lost
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.files != nil {
		errs = append(errs, s.files.release())
	}
	return failure(context.Background(), errors.Join(errs...))
}

// Head implements store.Store.
func (s *Store) Head(ctx context.Context) (head event.Position, err error) {
	if s.writer != nil {
		if head, known := s.writer.tx.ends.of(); known {
			return head, s.alive(ctx)
		}
	}
	err = s.read(ctx, func(r *reader) error {
		n, err := r.head()
		head = event.Position(n)
		if err == nil {
			err = s.damage.events
		}
		return err
	})
	return head, err
}

// alive is the error of a closed store or an ended context.
func (s *Store) alive(ctx context.Context) error {
	return failure(ctx, sqlitefile.Alive(ctx, s.closed))
}

// access is how the options say that the file is opened.
func (o Options) access() sqlitefile.Access {
	return sqlitefile.Access{ForeignCheckpoints: o.ForeignCheckpoints, VFS: o.vfs}
}
