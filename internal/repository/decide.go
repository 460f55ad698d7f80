package repository

import (
	"errors"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Decide decides a request on top of what was decided before it in the session, and
// makes its writes, which leave the Mark. An AssessJobSuccess on top of other decisions
// must wait until they are written.
func (s *Session) Decide(q Request) ([]store.Write, Mark, error) {
	target, err := s.load(aggregate.Stream(q.Command))
	if err != nil {
		return nil, Unmarked, err
	}
	_, mark, writes, err := s.decide(target, q)
	return writes, mark, err
}

// decide takes the decision of a request and makes its writes: the last is that
// of the request's stream, target. What it comes to is applied to the aggregates.
func (s *Session) decide(target *loaded, q Request) (aggregate.Decision, Mark, []store.Write, error) {
	if q.ActedBy != "" && !event.IsActor(q.ActedBy) {
		return aggregate.Decision{}, Unmarked, nil, q.reject(aggregate.Invalid, "acted_by is no id of 1 to %d letters, digits, '.', '_', ':' and '-'", event.MaxActor)
	}
	if err := s.inTime(q); err != nil {
		return aggregate.Decision{}, Unmarked, nil, err
	}
	d, err := s.take(target, q)
	if q.Live {
		for _, of := range []map[string]*loaded{{target.stream: target}, s.taken} {
			if at := s.latest(q, of); errors.Is(err, aggregate.OutOfOrder) && at > q.At {
				q.At = at
				d, err = s.take(target, q)
			}
		}
	}
	if err != nil {
		return aggregate.Decision{}, Unmarked, nil, err
	}
	var writes []store.Write
	if d.Before != nil {
		w, err := s.decideBefore(q.before(d.Before))
		if err != nil {
			return aggregate.Decision{}, Unmarked, nil, err
		}
		writes = append(writes, w)
	}
	w, meta, err := s.write(target, q, d)
	if err != nil {
		return aggregate.Decision{}, Unmarked, nil, err
	}
	return d, s.repository.MarkOf(&meta), append(writes, w), nil
}

// inTime refuses a moment that the clock is not near yet: nothing earlier could
// happen in the stream after it. What a command alone tells goes before it (fine
// print A1).
func (s *Session) inTime(q Request) error {
	if q.Live || s.repository.options.Future || q.At <= q.Now.AddSeconds(s.repository.options.Tolerance) || q.At != q.At.Bounded() {
		return nil // the last is Invalid
	}
	if err := aggregate.ValidateAt(q.Command, q.At); err != nil {
		return err
	}
	// Without what the clock shows: a report of an import is the same whenever it ran.
	return q.reject(aggregate.InFuture, "at %v is ahead of the clock, by more than clocks may differ", q.At)
}

// take takes the decision of a request at its moment.
func (s *Session) take(target *loaded, q Request) (aggregate.Decision, error) {
	if err := s.inform(target, &q); err != nil {
		return aggregate.Decision{}, err
	}
	return aggregate.Decide(s.read, s.repository.options.Terms, q.At, q.Command)
}

// latest is the last moment of aggregates, as far as another clock than that which a
// request goes by may have told it.
func (s *Session) latest(q Request, of map[string]*loaded) event.Time {
	latest, limit := q.At, q.Now.AddSeconds(s.repository.options.Tolerance)
	for _, l := range of {
		if l.state.Exists() && l.state.Clock() <= limit {
			latest = max(latest, l.state.Clock())
		}
	}
	return latest
}

// decideBefore decides what must be done first, and makes its write.
func (s *Session) decideBefore(q Request) (store.Write, error) {
	d, err := aggregate.Decide(s.read, s.repository.options.Terms, q.At, q.Command)
	if err != nil {
		return store.Write{}, err
	}
	l, err := s.load(aggregate.Stream(q.Command))
	if err != nil {
		return store.Write{}, err
	}
	for l.commands[q.ID] { // it was done and undone: what is done anew has ids of its own
		q.ID = event.FollowUpID(q.ID, aggregate.CommandName(q.Command))
	}
	w, _, err := s.write(l, q, d)
	return w, err
}

// inform gives an AssessJobSuccess the score that the log comes to. Where it
// will be rejected, as things stand, it needs none.
func (s *Session) inform(target *loaded, q *Request) error {
	c, ok := q.Command.(aggregate.AssessJobSuccess)
	if !ok || !target.state.Exists() || q.At < target.state.Clock() {
		return nil
	}
	score, err := s.repository.options.Score(s.ctx, c.Freelancer, q.At)
	if err != nil {
		return err
	}
	q.Command = c.With(score)
	return nil
}

// write makes the append of a request's decision, with its events' metadata, and applies
// it to its aggregate.
func (s *Session) write(l *loaded, q Request, d aggregate.Decision) (store.Write, event.Meta, error) {
	w := store.Write{Stream: l.stream, Expected: store.NoStream, Events: make([]event.Proposed, len(d.Events))}
	if l.next > 0 {
		w.Expected = store.Exact(l.next - 1)
	}
	meta := event.Meta{OccurredAt: q.At, Actor: d.Actor, CommandID: q.ID, CorrelationID: q.Correlation, CausationID: q.Causation, ActedBy: q.ActedBy}
	var err error
	if meta.CommandDigest, err = s.repository.digests[0].of(q.Command); err != nil {
		return store.Write{}, meta, err
	}
	for i, e := range d.Events {
		if w.Events[i], err = s.repository.registry.Encode(event.ID(q.ID, i), meta, e); err != nil {
			return store.Write{}, meta, err
		}
	}
	s.ahead = append(s.ahead, l)
	return w, meta, l.apply(q, d.Events)
}
