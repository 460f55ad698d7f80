// Package store is where facts live: an append-only log of streams with one
// global order.
//
// A Store is small: append with an expected revision, read a stream, read
// everything, subscribe, close. Package memory keeps a log in memory, package
// sqlite in one file; both pass the suite of package storetest, and so must
// every other implementation.
package store

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// Store is a log of events. It is safe for concurrent use.
//
// Every failure is made of one of this package's errors, such as
// ErrConflict.In(stream), and found with errors.Is. An iterator yields an error at most once, as its
// last pair; one that ends without an error has delivered all there was. A
// cancelled context is an error that wraps its cause. The bytes of a yielded
// record are valid only until the next one: see event.Record.Clone.
type Store interface {
	// Append writes the events to the end of their stream, all or none, and
	// is durable when it returns. It fails with ErrConflict, and writes
	// nothing, unless the stream's revision is the expected one. Whoever hears
	// of a conflict can read what won.
	//
	// Repeating an append with an expected revision (not Any) whose events, by
	// their ids, stand right behind that revision already writes nothing and
	// answers as the first time, so a retry after a lost answer is safe. Where
	// events stand that the stream no longer shows a store need not know: then
	// the position is a later one, at most Head's.
	Append(ctx context.Context, w Write) (Appended, error)

	// ReadStream reads a stream forwards from a revision, inclusive. A stream
	// that does not exist fails with ErrStreamNotFound; a revision beyond its
	// end yields nothing. A truncated stream starts above 0. Each revision is
	// the one before and 1: a read that cannot go on so fails.
	ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[event.Record, error]

	// ReadAll reads the whole log in its global order, within the span. It fails
	// with ErrUnknownPosition where the span begins at a position that the store
	// can tell the log never gave.
	ReadAll(ctx context.Context, span Span) iter.Seq2[event.Record, error]

	// Subscribe reads everything after a position, exclusive, and goes on as
	// events are appended until the context ends or the caller breaks. A
	// notification without a record says that the subscriber has caught up;
	// it may come again, and its position may be a name behind the last record.
	// The position to begin at is a name, as Span.After is, and
	// ErrUnknownPosition as there.
	Subscribe(ctx context.Context, after event.Position) iter.Seq2[Notification, error]

	// Head is the position of the newest event, 0 of an empty log. It is at
	// least what an append of this store was told.
	Head(ctx context.Context) (event.Position, error)

	// Close ends subscriptions and calls in flight with ErrClosed, waits for
	// them and releases what the store holds. Closing again does nothing.
	Close() error
}

// Transactor is a Store that can write to several streams at once.
type Transactor interface {
	Store
	// AppendAll does every write as Append does it, in order, all or none.
	// One stream may be written more than once. An error of a write, such as
	// ErrConflict, names its stream, and nothing is written.
	AppendAll(ctx context.Context, writes []Write) ([]Appended, error)
}

// Write is one append: events for the end of one stream.
type Write struct {
	Stream   string
	Expected Expected
	Events   []event.Proposed
}

// Appended says where a write's last event stands.
type Appended struct {
	Revision uint64
	Position event.Position
}

// Expected is the revision that the writer expects the stream's last event to have.
type Expected int64

// Expected revisions that are none. Exact gives the others.
const (
	Any      Expected = -2 // whatever it is
	NoStream Expected = -1 // it has no event
)

// Exact expects the stream's last event to have the given revision. No stream
// has one beyond math.MaxInt64, so such an expectation is never met.
func Exact(revision uint64) Expected { return Expected(min(revision, math.MaxInt64)) }

// String says the expected revision in words.
func (e Expected) String() string {
	switch e {
	case Any:
		return "any revision"
	case NoStream:
		return "no event"
	}
	return fmt.Sprintf("revision %d", int64(e))
}

// Span is a part of the log's global order. The zero value is all of it.
//
// Positions are names, not numbers: they grow, and nothing else can be known of
// them. Where a span begins is 0 or a name that the log gave: the position of a
// record, or one that an append, a notification or Head told. Nobody computes
// one, since EventStoreDB refuses what lies inside a record. A name whose record
// was scavenged stays one: the span begins at the next record. Where a span ends
// is only compared, so any number will do.
type Span struct {
	After   event.Position // begins behind this name; 0: at the log's start
	From    event.Position // if not 0, begins at this name, its record included, whatever After is
	Through event.Position // ends with this position, included; 0: with the log's head
}

// First is the lowest position that the span may hold, math.MaxUint64 if there
// is none.
func (s Span) First() event.Position {
	if s.From != 0 {
		return s.From
	}
	return max(s.After, s.After+1)
}

// Begin is the name at which the span begins, 0 at the log's start.
func (s Span) Begin() event.Position {
	if s.From != 0 {
		return s.From
	}
	return s.After
}

// Known fails with ErrUnknownPosition if the name lies behind the end of a log.
func Known(name, end event.Position) error {
	if name <= end {
		return nil
	}
	return ErrUnknownPosition.At(uint64(name)).With(nil, "the log ends at position %d: it is another log, or an older copy of it", end)
}

// LogID tells logs apart: the id of the first event, uuid.Nil of a log that has
// none yet. Whoever remembers a position remembers with it whose it is.
func LogID(ctx context.Context, s Store) (uuid.UUID, error) {
	for r, err := range s.ReadAll(ctx, Span{}) {
		return r.ID, err
	}
	return uuid.Nil, nil
}

// Notification is one step of a subscription: a record, or (Record nil) the
// news that everything up to Position has been delivered.
type Notification struct {
	Record   *event.Record
	Position event.Position
}

// CaughtUp reports whether the notification says so, rather than a record.
func (n Notification) CaughtUp() bool { return n.Record == nil }

// Limits of every store. They are those of EventStoreDB's defaults or wider.
const (
	MaxStreamName   = 250     // bytes
	MaxTypeName     = 128     // bytes
	MaxAppendEvents = 16384   // events of one Append or AppendAll
	MaxAppendBytes  = 8 << 20 // data and metadata of one Append or AppendAll
)
