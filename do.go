package marketplace

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Outcome is what a command came to.
type Outcome struct {
	CommandID uuid.UUID
	Stream    string         // the stream it wrote
	Events    []event.Event  // what happened in it, at least one
	Revision  uint64         // of the last of them
	Position  event.Position // of the last of them: pass it on to read your own writes elsewhere
	Repeated  bool           // the command had been done before; nothing was written now
}

// DoOption says more about a command.
type DoOption func(*request)

// CommandID gives the command an id of the host's, so that sending it again is
// safe. The id stands for the command in its stream.
func CommandID(id uuid.UUID) DoOption { return func(r *request) { r.id = id } }

// At gives the moment at which it happened, in whole seconds. The default is
// the marketplace's clock.
func At(t time.Time) DoOption { return func(r *request) { r.at = event.At(t) } }

// CausedBy names the event that made the host send the command, so that the
// log shows what followed from what.
func CausedBy(cause event.Envelope) DoOption {
	return func(r *request) { r.correlation, r.causation = cause.CorrelationID, cause.ID }
}

// Correlation names the conversation that the command belongs to, such as a
// request of the host's user. The default is the command itself.
func Correlation(id uuid.UUID) DoOption { return func(r *request) { r.correlation = id } }

// request is a command with everything said about it.
type request struct {
	id, correlation, causation uuid.UUID
	at                         event.Time
	command                    aggregate.Command
}

func (m *Marketplace) request(c aggregate.Command, options []DoOption) request {
	r := request{command: c, at: event.Never}
	for _, o := range options {
		o(&r)
	}
	if r.id == uuid.Nil {
		r.id = m.options.NewID()
	}
	if r.correlation == uuid.Nil {
		r.correlation = r.id
	}
	if r.causation == uuid.Nil {
		r.causation = r.id
	}
	if r.at == event.Never {
		r.at = event.At(m.options.Now())
	}
	return r
}

// Do decides a command and appends its events; they are durable when it
// returns. A refusal is an *aggregate.Rejection, found with errors.As, and its
// code with errors.Is; nothing was written then. Any other error is of the
// store, or an *event.DecodeError or *aggregate.InvariantError of the log. After
// one of those the outcome may be unknown: send the command again with the same
// CommandID.
//
// When another writer was faster, Do waits for a moment, loads again and decides
// again, as often as Options.Attempts says.
func (m *Marketplace) Do(ctx context.Context, c aggregate.Command, options ...DoOption) (Outcome, error) {
	if c == nil {
		return Outcome{}, errors.New("marketplace: no command given")
	}
	r := m.request(c, options)
	race := newRace(m.options.Attempts)
	for {
		out, err := m.attempt(ctx, r)
		if !errors.Is(err, store.ErrConflict) {
			return out, err
		}
		if err := race.lost(ctx, err); err != nil {
			return Outcome{}, fmt.Errorf("marketplace: %s %w", c.CommandName(), err)
		}
	}
}

func (m *Marketplace) attempt(ctx context.Context, r request) (Outcome, error) {
	s := m.newSession(ctx)
	defer s.end()
	stream := r.command.Stream()
	target, err := s.load(stream)
	if err != nil {
		if invalid := r.command.Validate(); invalid != nil {
			return Outcome{}, invalid // a malformed id names no stream
		}
		return Outcome{}, err
	}
	if target.commands[r.id] {
		return m.firstOutcome(ctx, stream, r.id)
	}
	d, writes, err := s.decide(target, r)
	if err != nil {
		return Outcome{}, err
	}
	appended, err := s.append(writes)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{CommandID: r.id, Stream: stream, Events: d.Events, Revision: appended.Revision, Position: appended.Position}, nil
}

// firstOutcome reads what a command that was done before had come to.
func (m *Marketplace) firstOutcome(ctx context.Context, stream string, id uuid.UUID) (Outcome, error) {
	out := Outcome{CommandID: id, Stream: stream, Repeated: true}
	for rec, err := range m.store.ReadStream(ctx, stream, 0) {
		if err != nil {
			return Outcome{}, err
		}
		env, err := m.registry.Decode(&rec)
		if err != nil {
			return Outcome{}, err
		}
		if env.CommandID == id {
			out.Events = append(out.Events, env.Event)
			out.Revision, out.Position = env.Revision, env.Position
		}
	}
	return out, nil
}
