package projection

import (
	"context"
	"fmt"
	"sync"

	"github.com/marketcore/marketplace/event"
)

// Model is the read model in memory: the records of a whole log, an index of
// each account's invites and contracts, and the position up to which the log
// is folded. It is safe for concurrent use.
//
//	m := projection.NewModel()
//	err := m.Load(ctx, log, runtime.NumCPU()) // what is there, in bulk
//	go m.Follow(ctx, log)                     // what comes
//	report, err := statistics.Ask(ctx, m, statistics.FullReport(), asOf, policy)
//
// An event that cannot be decoded or folded stops the model: Load or Follow
// fails with the error, which names the position, and from then on every
// query and every WaitFor answers with that error under ErrStopped. A model
// never answers from half a log. A stopped model stays stopped; mend the cause
// and load a new one.
//
// Streams of a category that is not ours are no part of the model: a host may
// keep its own streams in the same log, and so does EventStoreDB ($…).
type Model struct {
	registry  *event.Registry
	partition Partition
	feeding   sync.Mutex // held by the one Load or Follow

	records sync.RWMutex // written under by folding, read under by queries
	tables

	modelState
}

// NewModel makes an empty model at position 0.
func NewModel() *Model {
	m, _ := NewModelOf(Partition{}) // which is valid
	return m
}

// NewModelOf makes an empty model that folds the streams of a partition and
// passes the others by, whatever they hold. Its statistics are those of its own
// streams only. It fails with ErrInvalidPartition.
func NewModelOf(partition Partition) (*Model, error) {
	if err := partition.validate(); err != nil {
		return nil, err
	}
	return &Model{registry: event.Marketplace(), partition: partition}, nil
}

// modelState is how far a model is, and why it stopped if it did.
type modelState struct {
	mu       sync.Mutex
	position event.Position
	passed   uint64 // events of streams that are not the marketplace's
	err      error
	moved    chan struct{} // closed when the others change; nil if nobody waits
}

// Position is where the model is: every event up to it is folded, none after.
func (s *modelState) Position() event.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.position
}

// Err is why the model stopped, nil if it did not. It is ErrStopped and wraps
// the cause, an *event.DecodeError or a *FoldError.
func (s *modelState) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// WaitFor returns when the model has folded every event up to the position, so
// that who appended an event reads it. It waits until the context ends, whether
// or not anybody follows a log.
func (s *modelState) WaitFor(ctx context.Context, position event.Position) error {
	for {
		s.mu.Lock()
		if s.err != nil || s.position >= position {
			defer s.mu.Unlock()
			return s.err
		}
		if s.moved == nil {
			s.moved = make(chan struct{})
		}
		at, moved := s.position, s.moved
		s.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("projection: waiting for position %d, the model is at %d: %w", position, at, context.Cause(ctx))
		}
	}
}

// advance moves on to a position, behind so many more events that were passed over.
func (s *modelState) advance(to event.Position, passed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.position = max(s.position, to)
	s.passed += passed
	s.wake()
}

// stop stops the model behind the last event that it could take.
func (s *modelState) stop(cause error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = fmt.Errorf("%w: %w", ErrStopped, cause)
	s.wake()
	return s.err
}

func (s *modelState) wake() {
	if s.moved != nil {
		close(s.moved)
		s.moved = nil
	}
}
