package repository

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// loaded is an aggregate with its place in its stream.
type loaded struct {
	stream   string
	state    aggregate.State
	next     uint64             // the revision of the stream's next event
	commands map[uuid.UUID]bool // the commands that its events came from
	durable  *durable           // set while state is ahead of the log
	stale    bool               // the stream has gone on, or may have
	position event.Position     // of the newest event that was read or written
}

// durable is an aggregate as the log has it, with the commands that are not
// yet in it.
type durable struct {
	state   aggregate.State
	next    uint64
	pending []uuid.UUID
}

func newLoaded(stream string) (*loaded, error) {
	state, err := aggregate.NewState(stream)
	if err != nil {
		return nil, err
	}
	return &loaded{stream: stream, state: state, commands: map[uuid.UUID]bool{}}, nil
}

// catchUp folds the stream's events from where l stands. After an error l must
// not be used.
func (l *loaded) catchUp(ctx context.Context, s store.Store, d *event.Decoder) error {
	for rec, err := range s.ReadStream(ctx, l.stream, l.next) {
		if err != nil {
			if errors.Is(err, store.ErrStreamNotFound) && l.next == 0 {
				return nil
			}
			return err
		}
		if rec.Revision != l.next {
			return store.ErrCorrupt.In(l.stream).At(uint64(rec.Position)).With(nil, "revision %d comes where %d is due: the stream is truncated or has a gap, and its aggregate cannot be loaded", rec.Revision, l.next)
		}
		env, err := d.Decode(&rec)
		if err != nil {
			return err
		}
		if err := l.state.Evolve(env.OccurredAt, env.Event); err != nil {
			return fmt.Errorf("marketplace: position %d, stream %s, revision %d: %w", rec.Position, l.stream, rec.Revision, err)
		}
		l.commands[env.CommandID] = true
		l.next++
		l.position = rec.Position
	}
	return nil
}

// apply folds what a command has come to before it is written, so that an event
// which would break an invariant never is. After an error revert.
func (l *loaded) apply(q Request, events []event.Event) error {
	if l.durable == nil {
		l.durable = &durable{state: l.state, next: l.next}
		l.state = l.state.Clone()
	}
	l.durable.pending = append(l.durable.pending, q.ID)
	l.commands[q.ID] = true
	for _, e := range events {
		if err := l.state.Evolve(q.At, e); err != nil {
			return err
		}
		l.next++
	}
	return nil
}

// revert goes back to what the log has.
func (l *loaded) revert() {
	for _, id := range l.durable.pending {
		delete(l.commands, id)
	}
	l.state, l.next, l.durable = l.durable.state, l.durable.next, nil
	l.stale = true
}
