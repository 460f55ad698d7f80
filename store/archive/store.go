package archive

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Options configure a Store. The zero value is ready to use.
type Options struct {
	// PollInterval is how often a subscription looks for what an export has
	// added. Default: 1 s.
	PollInterval time.Duration

	registry *event.Registry // another one, for tests: with it Verify compares the typed columns
}

// Store reads an archive as a log. Open makes one. It sees what an export adds
// while it is open.
type Store struct {
	dir     string
	options Options
	closed  chan struct{}
	once    sync.Once
	cache   *blockCache
	files   sync.RWMutex // held for reading while a file is read, to write when they are closed

	mu       sync.Mutex
	stamp    fs.FileInfo // of the manifest when it was read
	segments []*segment  // only grows
}

var _ store.ColumnReader = (*Store)(nil)

// Open opens the archive in a folder. It reads the manifest and the footer of
// every file, and so notices a file that is missing, swapped or cut.
//
// It fails with store.ErrNotALog for a folder that is no archive, with
// store.ErrNewerFormat, with store.ErrCorrupt, and with store.ErrUnavailable,
// which wraps the file system's error, if the folder cannot be reached.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if ctx.Err() != nil {
		return nil, store.Cancelled(ctx)
	}
	o.PollInterval = cmp.Or(max(o.PollInterval, 0), time.Second)
	o.registry = cmp.Or(o.registry, event.Marketplace())
	s := &Store{dir: dir, options: o, closed: make(chan struct{}), cache: newBlockCache()}
	err := guarded(func() error {
		_, err := s.look()
		return err
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// look gives the files of the archive as they are listed now.
func (s *Store) look() ([]*segment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stamp, err := os.Stat(filepath.Join(s.dir, manifestName))
	if s.stamp != nil {
		if err != nil {
			return nil, absent(manifestName, err)
		}
		if os.SameFile(stamp, s.stamp) && stamp.ModTime().Equal(s.stamp.ModTime()) && stamp.Size() == s.stamp.Size() {
			return s.segments, nil
		}
	}
	m, err := ReadManifest(s.dir)
	if err != nil {
		return nil, err
	}
	if len(m.Files) < len(s.segments) {
		return nil, s.replaced()
	}
	for i, f := range m.Files {
		previous := ""
		if i > 0 {
			previous = m.Files[i-1].SHA256
		}
		if i < len(s.segments) {
			if f.SHA256 != s.segments[i].SHA256 {
				return nil, s.replaced()
			}
			continue
		}
		seg, err := openSegment(s.dir, f, previous, s.cache)
		if err != nil {
			return nil, err
		}
		s.segments = append(s.segments, seg)
	}
	s.stamp = stamp
	return s.segments, nil
}

func (s *Store) replaced() error {
	return corrupt(0, nil, "another archive has taken the place of the one in %s: open it again", s.dir)
}

// reading does what reads files. It never runs while the caller has the word, so
// that a caller may close the store in the middle of an iteration.
func (s *Store) reading(ctx context.Context, do func() error) error {
	s.files.RLock()
	defer s.files.RUnlock()
	if err := s.alive(ctx); err != nil {
		return err
	}
	return guarded(do)
}

// now gives the files of the archive for a call that begins.
func (s *Store) now(ctx context.Context) (segments []*segment, err error) {
	err = s.reading(ctx, func() error {
		segments, err = s.look()
		return err
	})
	return segments, err
}

// alive is the error of a closed store or an ended context.
func (s *Store) alive(ctx context.Context) error {
	select {
	case <-s.closed:
		return store.ErrClosed
	default:
	}
	if ctx.Err() != nil {
		return store.Cancelled(ctx)
	}
	return nil
}

// Append implements store.Store. It fails with store.ErrReadOnly.
func (s *Store) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	if err := s.alive(ctx); err != nil {
		return store.Appended{}, err
	}
	return store.Appended{}, store.ErrReadOnly.In(w.Stream).With(nil, "an archive is extended by an export, or restored into another store")
}

// Head implements store.Store.
func (s *Store) Head(ctx context.Context) (event.Position, error) {
	segments, err := s.now(ctx)
	if err != nil {
		return 0, err
	}
	return end(segments), nil
}

func end(segments []*segment) event.Position {
	if len(segments) == 0 {
		return 0
	}
	return segments[len(segments)-1].Last
}

// Close implements store.Store.
func (s *Store) Close() (err error) {
	s.once.Do(func() {
		close(s.closed)
		s.files.Lock()
		defer s.files.Unlock()
		for _, seg := range s.segments {
			err = errors.Join(err, seg.close())
		}
	})
	return failure(err)
}

// from is the index of the first segment that has a position beyond p.
func from(segments []*segment, p event.Position) int {
	i, _ := slices.BinarySearchFunc(segments, p, func(s *segment, p event.Position) int {
		if s.Last <= p {
			return -1
		}
		return 1
	})
	return i
}
