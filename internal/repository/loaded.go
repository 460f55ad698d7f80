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
	twin     aggregate.State    // state as the log has it; nil until something was decided
	ahead    []decided          // what state has and the log not yet
	pending  []uuid.UUID        // the commands that they came from
	stale    bool               // the stream has gone on, or may have
	position event.Position     // of the newest event that was read or written
}

// decided is an event that was decided.
type decided struct {
	at    event.Time
	event event.Event
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
		if err := l.evolve(env.OccurredAt, env.Event); err != nil {
			return fmt.Errorf("marketplace: position %d, stream %s, revision %d: %w", rec.Position, l.stream, rec.Revision, err)
		}
		l.commands[env.CommandID] = true
		l.next++
		l.position = rec.Position
	}
	return nil
}

// evolve folds what the log has.
func (l *loaded) evolve(at event.Time, e event.Event) error {
	if l.twin != nil {
		if err := l.twin.Evolve(at, e); err != nil {
			return err
		}
	}
	return l.state.Evolve(at, e)
}

// apply folds what a command has come to before it is written, so that an event
// which would break an invariant never is. After an error revert.
//
// A twin stays behind, as the log has it, and follows when the events are written:
// a copy of the aggregate for each command would take the longer the larger it is.
func (l *loaded) apply(q Request, events []event.Event) error {
	if l.twin == nil {
		l.twin = l.state.Clone()
	}
	l.pending = append(l.pending, q.ID)
	l.commands[q.ID] = true
	for _, e := range events {
		if err := l.state.Evolve(q.At, e); err != nil {
			return err
		}
		l.ahead = append(l.ahead, decided{q.At, e})
		l.next++
	}
	return nil
}

// settle says that what is ahead of the log has been written.
func (l *loaded) settle() {
	for _, c := range l.ahead {
		if err := l.twin.Evolve(c.at, c.event); err != nil { // cannot happen: state has folded the same
			l.twin = nil
			break
		}
	}
	l.forget()
}

// revert goes back to what the log has.
func (l *loaded) revert() {
	for _, id := range l.pending {
		delete(l.commands, id)
	}
	l.next -= uint64(len(l.ahead))
	l.state, l.twin, l.stale = l.twin, nil, true
	l.forget()
}

func (l *loaded) forget() {
	clear(l.ahead) // so that the events can be freed
	l.ahead, l.pending = l.ahead[:0], l.pending[:0]
}
