// Package memory keeps a log in memory: the reference implementation of
// store.Store, for tests and for hosts whose events may end with the process.
//
// It is as simple as the interface allows: one mutex, one slice of records in
// the global order, and for each stream the places of its records. The slice
// only grows and its records never change, so a reader takes the slice as it
// stands and needs no lock while it yields.
package memory

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Options configure a Store. The zero value is ready to use.
type Options struct {
	// Now is the clock of RecordedAt. Default: time.Now.
	Now func() time.Time
}

// Store is a log in memory. Make one with New.
type Store struct {
	now    func() time.Time
	closed chan struct{}
	once   sync.Once

	mu      sync.Mutex
	records []event.Record // the record at position p is records[p-1]
	streams map[string]*stream
	grown   chan struct{} // if anyone waits for records: closed when they are added
}

type stream struct {
	places    []int  // of its records in Store.records, by revision
	truncated uint64 // revisions below are hidden
}

var _ store.Transactor = (*Store)(nil)

// New makes an empty log with the default options.
func New() *Store { return Options{}.New() }

// New makes an empty log.
func (o Options) New() *Store {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{
		now:     o.Now,
		closed:  make(chan struct{}),
		streams: map[string]*stream{},
	}
}

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, w store.Write) (store.Appended, error) {
	var done [1]store.Appended
	err := s.appendAll(ctx, []store.Write{w}, done[:])
	return done[0], err
}

// AppendAll implements store.Transactor.
func (s *Store) AppendAll(ctx context.Context, writes []store.Write) ([]store.Appended, error) {
	done := make([]store.Appended, len(writes))
	if err := s.appendAll(ctx, writes, done); err != nil {
		return nil, err
	}
	return done, nil
}

func (s *Store) appendAll(ctx context.Context, writes []store.Write, done []store.Appended) error {
	if err := s.alive(ctx); err != nil {
		return err
	}
	if err := store.Validate(writes...); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.alive(ctx); err != nil {
		return err
	}
	undo := len(s.records)
	recordedAt := s.now().UTC().Truncate(time.Microsecond)
	for i := range writes {
		var err error
		if done[i], err = s.append(&writes[i], recordedAt); err != nil {
			s.cutBack(undo)
			clear(done)
			return err
		}
	}
	if len(s.records) > undo && s.grown != nil {
		close(s.grown)
		s.grown = nil
	}
	return nil
}

func (s *Store) append(w *store.Write, recordedAt time.Time) (store.Appended, error) {
	st := s.streams[w.Stream]
	if st == nil {
		st = &stream{}
	}
	have := store.Expected(len(st.places)) - 1
	if w.Expected != store.Any && w.Expected != have {
		if s.holds(st, w) {
			return s.end(st, int(w.Expected)+len(w.Events)), nil
		}
		return store.Appended{}, store.Conflict(w.Stream, w.Expected, have)
	}
	for i := range w.Events {
		r, _ := packed(nil, &event.Record{
			Proposed:   w.Events[i],
			Stream:     w.Stream,
			Revision:   uint64(len(st.places)),
			Position:   event.Position(len(s.records) + 1),
			RecordedAt: recordedAt,
		})
		s.records = append(s.records, r)
		st.places = append(st.places, len(s.records)-1)
	}
	s.streams[w.Stream] = st
	return s.end(st, len(st.places)-1), nil
}

// holds reports whether the events stand right behind the expected revision.
func (s *Store) holds(st *stream, w *store.Write) bool {
	if int64(w.Expected) >= int64(len(st.places)) {
		return false
	}
	behind := st.places[w.Expected+1:]
	return len(behind) >= len(w.Events) && slices.EqualFunc(behind[:len(w.Events)], w.Events,
		func(place int, e event.Proposed) bool { return s.records[place].ID == e.ID })
}

func (s *Store) end(st *stream, revision int) store.Appended {
	return store.Appended{Revision: uint64(revision), Position: s.records[st.places[revision]].Position}
}

// cutBack takes away the records from index n on. A reader's slice ends before
// them, because they were added under the lock that is still held.
func (s *Store) cutBack(n int) {
	for i := len(s.records) - 1; i >= n; i-- {
		name := s.records[i].Stream
		st := s.streams[name]
		st.places = st.places[:len(st.places)-1]
		if len(st.places) == 0 {
			delete(s.streams, name)
		}
	}
	clear(s.records[n:])
	s.records = s.records[:n]
}

// Truncate hides a stream's events before a revision from ReadStream, as a
// stream's $tb does in EventStoreDB; ReadAll still yields them. Truncating
// beyond the end hides what is there, and nothing that comes later.
func (s *Store) Truncate(ctx context.Context, name string, before uint64) error {
	if err := s.alive(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.streams[name]
	if st == nil {
		return store.ErrStreamNotFound.In(name)
	}
	st.truncated = min(before, uint64(len(st.places)))
	return nil
}

// Head implements store.Store.
func (s *Store) Head(ctx context.Context) (event.Position, error) {
	if err := s.alive(ctx); err != nil {
		return 0, err
	}
	records := s.snapshot()
	return event.Position(len(records)), nil
}

// Close implements store.Store. The log is gone with the store.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.mu.Lock() // a write under way ends first
		defer s.mu.Unlock()
		close(s.closed)
	})
	return nil
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

func (s *Store) snapshot() []event.Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records
}

// watch is the log as it stands, and what is closed when it grows.
func (s *Store) watch() (records []event.Record, grown <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grown == nil {
		s.grown = make(chan struct{})
	}
	return s.records, s.grown
}
