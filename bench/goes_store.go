package bench

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/modernice/goes/codec"
	"github.com/modernice/goes/event"
	"github.com/modernice/goes/event/query"
)

// jsonGoesStore is an event store for goes that keeps what its codec makes of
// an event's data: a mutex, a list of events in the order of their coming, and
// for each aggregate the places of its events.
type jsonGoesStore struct {
	codec *codec.Registry
	mu    sync.Mutex
	log   []goesRecord
	of    map[uuid.UUID][]int
}

type goesRecord struct {
	id        uuid.UUID
	name      string
	at        time.Time
	aggregate uuid.UUID
	version   int
	data      []byte
}

func newJSONGoesStore(events ...event.Event) (event.Store, error) {
	s := &jsonGoesStore{codec: codec.New(), of: map[uuid.UUID][]int{}}
	codec.Register[ContractStarted](s.codec, contractStarted)
	codec.Register[BonusPaid](s.codec, bonusPaid)
	return s, s.Insert(context.Background(), events...)
}

var errConflict = errors.New("another event has this version")

// Insert appends events.
func (s *jsonGoesStore) Insert(_ context.Context, events ...event.Event) error {
	for _, e := range events {
		data, err := s.codec.Marshal(e.Data())
		if err != nil {
			return err
		}
		if err := s.insert(e, data); err != nil {
			return err
		}
	}
	return nil
}

func (s *jsonGoesStore) insert(e event.Event, data []byte) error {
	id, _, version := e.Aggregate()
	s.mu.Lock()
	defer s.mu.Unlock()
	if version != len(s.of[id])+1 {
		return errConflict
	}
	s.of[id] = append(s.of[id], len(s.log))
	s.log = append(s.log, goesRecord{e.ID(), e.Name(), e.Time(), id, version, data})
	return nil
}

// Query reads the events of one aggregate in the order of their versions, or
// all of them in the order of their coming; the workload asks for no other.
func (s *jsonGoesStore) Query(ctx context.Context, q event.Query) (<-chan event.Event, <-chan error, error) {
	s.mu.Lock()
	log := s.log
	var places []int
	ids := q.AggregateIDs()
	if len(ids) > 0 {
		places = slices.Clone(s.of[ids[0]])
	}
	s.mu.Unlock()
	if len(ids) > 1 {
		return nil, nil, errors.New("events of more than one aggregate")
	}
	n := len(log)
	if len(ids) == 1 {
		n = len(places)
	}
	out, errs := make(chan event.Event), make(chan error, 1)
	go func() {
		defer close(errs)
		defer close(out)
		for i := range n {
			r := &log[i]
			if len(ids) == 1 {
				r = &log[places[i]]
			}
			e, err := s.event(r)
			if err != nil {
				errs <- err
				return
			}
			if !query.Test(q, e) {
				continue
			}
			select {
			case out <- e:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, errs, nil
}

func (s *jsonGoesStore) event(r *goesRecord) (event.Event, error) {
	data, err := s.codec.Unmarshal(r.data, r.name)
	if err != nil {
		return nil, err
	}
	return event.New(r.name, data, event.ID(r.id), event.Time(r.at), event.Aggregate(r.aggregate, contractType, r.version)), nil
}

// Find is not needed by the workload.
func (s *jsonGoesStore) Find(context.Context, uuid.UUID) (event.Event, error) {
	return nil, errors.ErrUnsupported
}

// Delete is not needed by the workload.
func (s *jsonGoesStore) Delete(context.Context, ...event.Event) error { return errors.ErrUnsupported }
