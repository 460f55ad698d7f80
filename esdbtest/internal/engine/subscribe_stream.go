package engine

import "errors"

// From is where a subscription to a stream starts: after Value, or at one of
// the ends.
type From struct {
	Start, End bool
	Value      uint64 // at most TombstoneRevision, or EndRevision
}

// followedStream is a stream that a subscription is about.
type followedStream struct {
	name     string
	revision int64 // the last one that was sent, or asked to begin after
}

// SubscribeStream subscribes to a stream, which need not exist. One from the
// largest revision gets nothing at all, not even a tombstone. It fails with
// *Deleted on a tombstoned one.
func (e *Engine) SubscribeStream(name string, from From, links bool) (*Subscription, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	last := e.last(name)
	if last == tombstoned {
		return nil, &Deleted{Stream: name}
	}
	of := &followedStream{name: name, revision: -1}
	switch {
	case from.End || from.Value == EndRevision:
		of.revision = last
	case !from.Start:
		of.revision = int64(from.Value)
	}
	f := newFeed(func(r *Record) bool { return r.Stream == name })
	return e.subscribe(of, f, links, of.revision >= last), nil
}

func (f *followedStream) read(s *Subscription) (end bool, err error) {
	p, err := s.e.ReadStream(f.name, uint64(f.revision+1), PageSize, false)
	var missing *NotFound
	switch {
	case errors.As(err, &missing):
		return true, nil
	case err != nil:
		return false, err
	}
	for _, r := range p.Records {
		s.send(r)
	}
	f.revision = p.Next - 1 // back to the end, if the stream is truncated beyond it
	return p.End, nil
}

func (f *followedStream) passed(it item) bool { return int64(it.record.Revision) <= f.revision }

// follow sends a live event. A tombstone ends the subscription.
func (f *followedStream) follow(s *Subscription, it item) error {
	s.send(it.record)
	if it.record.IsTombstone() {
		return &Deleted{Stream: f.name}
	}
	f.revision = int64(it.record.Revision)
	return nil
}

func (f *followedStream) caughtUp(s *Subscription) {
	s.pending = append(s.pending, Step{Kind: StepCaughtUp, Revision: f.revision})
}

func (f *followedStream) fellBehind(*Subscription) {}
