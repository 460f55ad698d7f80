// Package engine is the database behind the server of package esdbtest: one
// log of records in a total order, streams with revisions, and the rules of
// EventStoreDB for expected revisions, repeated appends, deletion, truncation
// and subscriptions. It knows nothing of gRPC.
//
// Everything is in memory; a Log keeps it beyond that.
package engine

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// Options adjust an engine. The zero value is ready for use.
type Options struct {
	// MaxBytes bounds the log; 0 is 8 GiB.
	MaxBytes uint64
	// Now is the clock of what events are dated and expired by. Default: time.Now.
	Now func() time.Time
}

const defaultMaxBytes = 8 << 30

// firstPosition is where the first record stands: nothing sits at 0.
const firstPosition = 128

// Engine is the database. It is safe for concurrent use.
type Engine struct {
	log      Log
	maxBytes uint64
	now      func() time.Time

	// write serialises writers, who alone change what mu guards; so a writer
	// reads without mu, and holds it only to publish.
	write   sync.Mutex
	ids     *idCache  // guarded by write
	recent  []*Record // of the write before this one; guarded by write
	written []*Record // of this one; guarded by write

	mu      sync.RWMutex
	all     []*Record
	blanks  []uint64 // where appends of nothing stand, in order
	next    uint64   // position of the next record
	streams map[string]*stream
	feeds   map[*feed]struct{}
	watches map[chan struct{}]struct{}
	closed  bool
}

// stream is the records of one stream; record n has revision n.
type stream struct {
	records   []*Record
	tombstone *Record

	written bool        // since the database was opened
	known   atomic.Bool // of a metadata stream: somebody knows what it says
}

// last is the last revision, -1 of a stream without records.
func (s *stream) last() int64 {
	switch {
	case s == nil:
		return -1
	case s.tombstone != nil:
		return tombstoned
	}
	return int64(len(s.records)) - 1
}

func (s *stream) tombstoned() bool { return s != nil && s.tombstone != nil }

// tombstoned is the last revision of a stream with a tombstone.
const tombstoned = int64(TombstoneRevision)

// Open reads a log and makes an engine of it, which closes it in the end.
func Open(ctx context.Context, log Log, o Options) (*Engine, error) {
	e := &Engine{
		log:      log,
		maxBytes: o.MaxBytes,
		now:      o.Now,
		ids:      newIDCache(idCacheBytes),
		next:     firstPosition,
		streams:  make(map[string]*stream),
		feeds:    make(map[*feed]struct{}),
		watches:  make(map[chan struct{}]struct{}),
	}
	if e.maxBytes == 0 {
		e.maxBytes = defaultMaxBytes
	}
	if e.now == nil {
		e.now = time.Now
	}
	for r, err := range log.Load(ctx) {
		if err != nil {
			return nil, err
		}
		if err := e.fits(r); err != nil {
			return nil, err
		}
		e.index(r)
		e.next = r.Position + r.size()
	}
	return e, nil
}

// fits checks that a record from the log comes next.
func (e *Engine) fits(r *Record) error {
	s := e.streams[r.Stream]
	if r.Position < e.next || s.tombstoned() || !r.IsTombstone() && int64(r.Revision) != s.last()+1 {
		return fmt.Errorf("engine: revision %d of stream %q does not belong at position %d of the log", r.Revision, r.Stream, r.Position)
	}
	return nil
}

// index puts a record behind the others.
func (e *Engine) index(r *Record) {
	s := e.streams[r.Stream]
	if s == nil {
		s = new(stream)
		e.streams[r.Stream] = s
	}
	if r.IsTombstone() {
		s.tombstone = r
	} else {
		s.records = append(s.records, r)
	}
	e.all = append(e.all, r)
}

// commit keeps new records and shows them to readers and subscribers. The
// caller holds write.
func (e *Engine) commit(ctx context.Context, records []*Record) error {
	next := e.next
	for _, r := range records {
		r.Position = next
		next += r.size()
	}
	if next > e.maxBytes {
		return ErrFull
	}
	if err := ctx.Err(); err != nil || len(records) == 0 {
		return err
	}
	if err := e.log.Append(ctx, records); err != nil {
		return err
	}
	for _, r := range records {
		e.ids.add(r)
	}
	e.publish(records)
	e.written = records
	e.reauthorize(records)
	return nil
}

// publish shows new records to readers and subscribers.
func (e *Engine) publish(records []*Record) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.next = records[len(records)-1].End()
	for _, r := range records {
		e.index(r)
		e.streams[r.Stream].wrote()
	}
	for f := range e.feeds {
		f.offer(records)
	}
	for w := range e.watches {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// Watch gives a channel that has something whenever the log has grown since
// it was last looked at. The caller stops the watch.
func (e *Engine) Watch() (grown <-chan struct{}, stop func()) {
	w := make(chan struct{}, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.watches[w] = struct{}{}
	return w, func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.watches, w)
	}
}

// lock takes the writers' lock of an engine that is open.
func (e *Engine) lock() error {
	e.write.Lock()
	e.mu.RLock()
	closed := e.closed
	e.mu.RUnlock()
	if closed {
		e.write.Unlock()
		return ErrClosed
	}
	e.recent, e.written = e.written, nil
	return nil
}

// last is a stream's last revision, -1 without any and tombstoned after its
// tombstone. A metadata stream ends with the stream that it is of. The caller
// holds write or mu.
func (e *Engine) last(name string) int64 {
	if of, ok := IsMetadataStream(name); ok && e.last(of) == tombstoned {
		return tombstoned
	}
	return e.streams[name].last()
}

// metadataOf is what a stream's metadata says. A metadata stream has none that
// could be set, and shows its last event only. The caller holds write or mu.
func (e *Engine) metadataOf(stream string) Metadata {
	if _, ok := IsMetadataStream(stream); ok {
		one := int64(1)
		return Metadata{MaxCount: &one}
	}
	return parseMetadata(e.metadataStream(stream).newest())
}

// metadataStream is the stream that holds a stream's metadata, nil without any:
// one with a tombstone says nothing, and behind the tombstone of its stream only
// what is known.
func (e *Engine) metadataStream(stream string) *stream {
	s := e.streams[MetadataStream(stream)]
	if last := s.last(); last < 0 || last == tombstoned || e.last(stream) == tombstoned && !s.known.Load() {
		return nil
	}
	return s
}

// newest is the last record of a stream, nil without any.
func (s *stream) newest() *Record {
	if s == nil {
		return nil
	}
	return s.records[len(s.records)-1]
}

// visible reports whether a record can be read in its stream. The caller holds
// write or mu.
func (e *Engine) visible(r *Record) bool {
	m := e.consult(r.Stream)
	last, now := e.last(r.Stream), ticks(e.now())
	return last != tombstoned && !m.softDeleted() &&
		int64(r.Revision) >= m.first(last) && r.Created >= m.oldest(now) && !m.ageless(now)
}

// Metadata is what a stream's metadata says.
func (e *Engine) Metadata(stream string) Metadata {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.metadataOf(stream)
}

// Head is the position of the newest record, 0 without any.
func (e *Engine) Head() uint64 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.head()
}

func (e *Engine) head() uint64 {
	if len(e.all) == 0 {
		return 0
	}
	return e.all[len(e.all)-1].Position
}

// LastRevision is a stream's last revision, -1 without any and
// TombstoneRevision of a tombstoned one.
func (e *Engine) LastRevision(stream string) int64 {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.last(stream)
}

// Close ends subscriptions and closes the log.
func (e *Engine) Close() error {
	e.write.Lock()
	defer e.write.Unlock()
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	for f := range e.feeds {
		f.fail(ErrClosed)
	}
	e.mu.Unlock()
	return e.log.Close()
}

// newID makes an id for a record that the server writes by itself.
func newID() uuid.UUID { return uuid.New() }
