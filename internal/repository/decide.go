package repository

import (
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/store"
)

// Decide decides a request on top of what was decided before it in the session, and
// makes its writes. An AssessJobSuccess on top of other decisions must wait until
// they are written.
func (s *Session) Decide(q Request) ([]store.Write, error) {
	target, err := s.load(aggregate.Stream(q.Command))
	if err != nil {
		return nil, err
	}
	_, writes, err := s.decide(target, q)
	return writes, err
}

// decide takes the decision of a request and makes its writes: the last is that
// of the request's stream, target. What it comes to is applied to the aggregates.
func (s *Session) decide(target *loaded, q Request) (aggregate.Decision, []store.Write, error) {
	if err := s.inform(target, &q); err != nil {
		return aggregate.Decision{}, nil, err
	}
	d, err := aggregate.Decide(s.read, s.repository.options.Terms, q.At, q.Command)
	if err != nil {
		return aggregate.Decision{}, nil, err
	}
	var writes []store.Write
	if d.Before != nil {
		w, err := s.decideBefore(q.before(d.Before))
		if err != nil {
			return aggregate.Decision{}, nil, err
		}
		writes = append(writes, w)
	}
	w, err := s.write(target, q, d)
	if err != nil {
		return aggregate.Decision{}, nil, err
	}
	return d, append(writes, w), nil
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
	return s.write(l, q, d)
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

// write makes the append of a decision and applies it to its aggregate.
func (s *Session) write(l *loaded, q Request, d aggregate.Decision) (store.Write, error) {
	w := store.Write{Stream: l.stream, Expected: store.NoStream, Events: make([]event.Proposed, len(d.Events))}
	if l.next > 0 {
		w.Expected = store.Exact(l.next - 1)
	}
	meta := event.Meta{OccurredAt: q.At, Actor: d.Actor, CommandID: q.ID, CorrelationID: q.Correlation, CausationID: q.Causation}
	for i, e := range d.Events {
		var err error
		if w.Events[i], err = s.repository.registry.Encode(event.ID(q.ID, i), meta, e); err != nil {
			return store.Write{}, err
		}
	}
	s.ahead = append(s.ahead, l)
	return w, l.apply(q, d.Events)
}
