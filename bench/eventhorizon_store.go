package bench

import (
	"context"
	"sync"

	"github.com/google/uuid"
	eh "github.com/looplab/eventhorizon"
	"github.com/looplab/eventhorizon/codec/json"
)

// jsonEventStore is an event store for Event Horizon that keeps what its JSON
// codec makes of an event: a mutex, and a list of bytes for each aggregate.
type jsonEventStore struct {
	codec json.EventCodec
	mu    sync.Mutex
	log   map[uuid.UUID][][]byte
}

func newJSONEventStore() *jsonEventStore { return &jsonEventStore{log: map[uuid.UUID][][]byte{}} }

// Save appends the events of one aggregate.
func (s *jsonEventStore) Save(ctx context.Context, events []eh.Event, originalVersion int) error {
	if len(events) == 0 {
		return eh.ErrMissingEvents
	}
	encoded := make([][]byte, len(events))
	for i, e := range events {
		var err error
		if encoded[i], err = s.codec.MarshalEvent(ctx, e); err != nil {
			return err
		}
	}
	id := events[0].AggregateID()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.log[id]) != originalVersion {
		return eh.ErrEventConflictFromOtherSave
	}
	s.log[id] = append(s.log[id], encoded...)
	return nil
}

// Load reads all events of an aggregate.
func (s *jsonEventStore) Load(ctx context.Context, id uuid.UUID) ([]eh.Event, error) {
	return s.LoadFrom(ctx, id, 1)
}

// LoadFrom reads the events of an aggregate from a version on, which is 1 for
// the first.
func (s *jsonEventStore) LoadFrom(ctx context.Context, id uuid.UUID, version int) ([]eh.Event, error) {
	s.mu.Lock()
	all := s.log[id]
	s.mu.Unlock()
	if len(all) == 0 {
		return nil, eh.ErrAggregateNotFound
	}
	encoded := all[min(max(version, 1)-1, len(all)):]
	events := make([]eh.Event, len(encoded))
	for i, b := range encoded {
		var err error
		if events[i], _, err = s.codec.UnmarshalEvent(ctx, b); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Close does nothing.
func (s *jsonEventStore) Close() error { return nil }
