// Package storetest is the conformance suite of stores: whatever passes it can
// stand behind the library. An implementation's test is one call of Run with
// how to open an empty store and what it can do beyond the interface.
//
// The cases are the sentences of package store's documentation, the failures
// that public event stores have had (each by name), a search for histories that
// no sequential store could have had, and a random comparison with package
// memory, the reference. Nothing sleeps: tests wait for what they await, at
// most Patience.
//
// Faulty is a store that fails on purpose, and Strict one whose positions cannot
// be computed, for the tests of what uses one.
package storetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Patience is how long a test waits for what must happen before it fails.
const Patience = 30 * time.Second

// Config says how to test an implementation.
type Config struct {
	// Open makes an empty store of its own for each call. The suite closes it.
	Open func(testing.TB) store.Store
	// Features is what the implementation can do beyond store.Store.
	Features Features
}

// Features is what an implementation can do beyond store.Store. Cases that need
// more than it has are left out.
type Features struct {
	// DensePositions: positions are 1, 2, 3, … as in the stores of this module
	// that hold a log themselves.
	DensePositions bool
	// MaxAppendBytes is the most that one append takes, data, metadata and twice
	// the type of its events; larger cases are skipped. 0: store.MaxAppendBytes
	// of data and metadata.
	MaxAppendBytes int
	// MaxStreamName is the longest name of a stream, in bytes; cases with longer
	// ones are skipped. 0: store.MaxStreamName.
	MaxStreamName int
	// Reopen closes the store and opens its log again, as a new process would.
	// Nil: the log ends with the store.
	Reopen func(testing.TB, store.Store) store.Store
	// Transactions: the store is a store.Transactor.
	Transactions bool
	// Truncate hides a stream's events before a revision from ReadStream. Nil:
	// streams cannot be truncated.
	Truncate func(ctx context.Context, s store.Store, stream string, before uint64) error
	// Beside writes an event as another program does that shares the database, past
	// the store: a stream, a type and bytes as it likes. Nil: only the store writes.
	Beside func(ctx context.Context, s store.Store, stream, typ string, data []byte) error
	// Delete ends a stream for good: it is found no more and takes no event. Nil:
	// streams cannot be deleted.
	Delete func(ctx context.Context, s store.Store, stream string) error
}

// Run tests the implementation, each case in a store of its own.
func Run(t *testing.T, c Config) {
	s := &suite{c}
	for _, group := range []struct {
		name  string
		cases []namedCase
	}{
		{"append", s.appendCases()},
		{"read", s.readCases()},
		{"positions", s.positionCases()},
		{"streams", s.streamCases()},
		{"pitfalls", s.pitfallCases()},
		{"subscribe", s.subscribeCases()},
		{"end", s.endCases()},
		{"limits", s.limitCases()},
		{"transactions", s.transactionCases()},
		{"truncation", s.truncationCases()},
		{"durability", s.durabilityCases()},
		{"laws", s.lawCases()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, nc := range group.cases {
				t.Run(nc.name, nc.run)
			}
		})
	}
}

type suite struct{ Config }

type namedCase struct {
	name string
	run  func(*testing.T)
}

// open makes a store that is closed when the test ends.
func (s *suite) open(t *testing.T) store.Store {
	st := s.Open(t)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

// in makes a case that runs in an empty store.
func (s *suite) in(test func(*testing.T, store.Store)) func(*testing.T) {
	return func(t *testing.T) { test(t, s.open(t)) }
}

var eventsMade atomic.Uint64

// Events makes n events with ids that no others of this process have.
func Events(n int) []event.Proposed {
	events := make([]event.Proposed, n)
	for i := range events {
		k := eventsMade.Add(1)
		events[i] = event.Proposed{
			ID:       newID(k),
			Type:     fmt.Sprintf("Type%d", k%3),
			Data:     fmt.Appendf(nil, `{"number":%d,"text":"Grüße"}`, k),
			Metadata: fmt.Appendf(nil, `{"occurredAt":"2016-01-05T10:00:00Z","number":"%d"}`, k),
		}
	}
	return events
}

func newID(k uint64) uuid.UUID {
	var name [8]byte
	binary.BigEndian.PutUint64(name[:], k)
	return uuid.NewSHA1(uuid.NameSpaceOID, name[:])
}

func mustAppend(t *testing.T, s store.Store, stream string, n int) []event.Proposed {
	t.Helper()
	events := Events(n)
	_, err := s.Append(t.Context(), store.Write{Stream: stream, Expected: store.Any, Events: events})
	require.NoError(t, err)
	return events
}

// All reads a whole log.
func All(ctx context.Context, s store.Store) ([]event.Record, error) {
	return collect(s.ReadAll(ctx, store.Span{}))
}

// Stream reads a whole stream.
func Stream(ctx context.Context, s store.Store, name string) ([]event.Record, error) {
	return collect(s.ReadStream(ctx, name, 0))
}

func mustAll(t *testing.T, s store.Store) []event.Record {
	t.Helper()
	records, err := All(t.Context(), s)
	require.NoError(t, err)
	return records
}

func mustStream(t *testing.T, s store.Store, name string) []event.Record {
	t.Helper()
	records, err := Stream(t.Context(), s, name)
	require.NoError(t, err)
	return records
}

func collect(seq func(func(event.Record, error) bool)) (records []event.Record, err error) {
	ended := false
	for r, e := range seq {
		if ended {
			return records, fmt.Errorf("the iterator went on after its error (%v)", err)
		}
		if e != nil {
			err, ended = e, true
			continue
		}
		records = append(records, r.Clone())
	}
	return records, err
}

// holds checks that the records are these events, from the given revision on.
func holds(t *testing.T, records []event.Record, stream string, first uint64, events []event.Proposed) {
	t.Helper()
	require.Len(t, records, len(events))
	var last event.Position
	for i, r := range records {
		want := r // but for the position and the time, which are the store's
		want.Proposed, want.Stream, want.Revision = events[i], stream, first+uint64(i)
		if !same(want, r) {
			require.Equal(t, want, r)
		}
		if r.Position <= last {
			require.Greater(t, r.Position, last)
		}
		last = r.Position
	}
}

// same is equality without reflection: the suite compares many records.
func same(a, b event.Record) bool {
	return bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata) && a.ID == b.ID && a.Type == b.Type &&
		a.Stream == b.Stream && a.Revision == b.Revision && a.Position == b.Position && a.RecordedAt.Equal(b.RecordedAt)
}

// patience is a context that ends when the test has waited too long.
func patience(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	t.Cleanup(cancel)
	return ctx
}
