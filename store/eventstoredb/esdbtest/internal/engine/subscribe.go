package engine

import (
	"context"
	"errors"
)

// Step is what a subscription says next.
type Step struct {
	Kind     StepKind
	Event    Resolved // of StepEvent
	Position uint64   // of StepCheckpoint: resume after it; of StepCaughtUp: where
	Revision int64    // of StepCaughtUp on a stream: where
}

// StepKind distinguishes steps.
type StepKind int

// The kinds of steps.
const (
	StepEvent StepKind = iota
	StepCheckpoint
	StepCaughtUp
)

// Subscription reads a stream or the log from a point on, exclusive, and then
// follows it live. A subscriber who is too slow for the live events goes back
// to reading and catches up again: none is lost, doubled or out of order.
type Subscription struct {
	e       *Engine
	feed    *feed
	links   bool
	onAll   bool
	stream  string
	filter  Filter
	window  int // records per page of the log
	pending []Step
	live    bool
	err     error // delivered after what is pending

	revision   int64  // of a stream: the last one delivered
	position   uint64 // of the log: everything through here was considered
	checkpoint uint64 // the last one sent
	considered int    // since the last checkpoint, while reading
}

// From is where a subscription starts: after Value, or at one of the ends.
type From struct {
	Start, End bool
	Value      uint64
}

// SubscribeStream subscribes to a stream, which need not exist. It fails with
// *Deleted on a tombstoned one.
func (e *Engine) SubscribeStream(name string, from From, links bool) (*Subscription, error) {
	s := &Subscription{e: e, feed: newFeed(), links: links, stream: name, revision: -1}
	s.feed.stream = name
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	if e.last(name) == tombstoned {
		return nil, &Deleted{Stream: name}
	}
	last := e.streams[name].last()
	switch {
	case from.End || from.Value == EndRevision:
		s.revision = last
	case !from.Start:
		s.revision = int64(min(from.Value, TombstoneRevision-1))
	}
	e.feeds[s.feed] = struct{}{}
	if s.revision >= last {
		s.caughtUp()
	}
	return s, nil
}

// AllOptions are those of a subscription to the log.
type AllOptions struct {
	From   From
	Links  bool
	Filter *Filter // nil: everything, without checkpoints
	// Window and Interval are in records: how many are looked at in one page,
	// and after how many a checkpoint is due.
	Window, Interval int
}

// maxWindow bounds how many records are looked at under one lock.
const maxWindow = 4096

// SubscribeAll subscribes to the log.
func (e *Engine) SubscribeAll(o AllOptions) (*Subscription, error) {
	s := &Subscription{e: e, feed: newFeed(), links: o.Links, onAll: true, window: PageSize}
	if o.Filter != nil {
		s.filter, s.window = *o.Filter, min(max(1, o.Window), maxWindow)
		s.feed.filter, s.feed.interval = s.filter, max(1, o.Interval)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, ErrClosed
	}
	head := e.head()
	switch {
	case o.From.End || o.From.Value == EndPosition:
		s.position = head
	case !o.From.Start:
		s.position = o.From.Value
	}
	e.feeds[s.feed] = struct{}{}
	if s.position >= head {
		s.caughtUp()
	}
	return s, nil
}

// Close ends the subscription.
func (s *Subscription) Close() {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	delete(s.e.feeds, s.feed)
}

// Next waits for the next step. After an error it has nothing more to say.
func (s *Subscription) Next(ctx context.Context) (Step, error) {
	for len(s.pending) == 0 {
		if s.err != nil {
			return Step{}, s.err
		}
		if err := ctx.Err(); err != nil {
			return Step{}, err
		}
		switch {
		case s.live:
			s.err = s.follow(ctx)
		case s.onAll:
			s.readAll()
		default:
			s.err = s.readStream()
		}
	}
	step := s.pending[0]
	s.pending = s.pending[1:]
	return step, nil
}

// follow takes one live item.
func (s *Subscription) follow(ctx context.Context) error {
	it, lost, err := s.feed.next(ctx)
	switch {
	case err != nil:
		return err
	case lost:
		s.live, s.considered = false, 0
		s.sendCheckpoint(s.position)
	case it.record == nil:
		if it.position >= s.position {
			s.position = it.position
			s.sendCheckpoint(it.position)
		}
	case s.onAll:
		if it.position > s.position {
			s.position = it.position
			s.send(it.record)
		}
	case it.record.IsTombstone():
		s.send(it.record)
		return &Deleted{Stream: s.stream}
	case int64(it.record.Revision) > s.revision:
		s.revision = int64(it.record.Revision)
		s.send(it.record)
	}
	return nil
}

// readStream reads a page of the stream.
func (s *Subscription) readStream() error {
	p, err := s.e.ReadStream(s.stream, uint64(s.revision+1), PageSize, false)
	var missing *NotFound
	switch {
	case errors.As(err, &missing):
		s.caughtUp()
		return nil
	case err != nil:
		return err
	}
	for _, r := range p.Records {
		s.send(r)
	}
	s.revision = p.Next - 1 // back to the end, if the stream is truncated beyond it
	if p.End {
		s.caughtUp()
	}
	return nil
}

// readAll reads a page of the log.
func (s *Subscription) readAll() {
	p := s.e.ReadAll(s.position+1, PageSize, s.window, false, s.filter)
	for _, r := range p.Records {
		s.send(r)
	}
	s.position = max(s.position, p.Through)
	s.considered += p.Considered
	switch {
	case p.End:
		s.sendCheckpoint(s.position)
		s.caughtUp()
	case s.feed.interval > 0 && s.considered >= s.feed.interval:
		s.considered %= s.feed.interval
		s.sendCheckpoint(s.position)
	}
}

func (s *Subscription) send(r *Record) {
	s.pending = append(s.pending, Step{Kind: StepEvent, Event: s.e.Resolve(r, s.links)})
}

// sendCheckpoint says that everything through a position was delivered; only
// filtered subscriptions do, and never the same again.
func (s *Subscription) sendCheckpoint(position uint64) {
	if s.feed.interval == 0 || position <= s.checkpoint {
		return
	}
	s.checkpoint = position
	s.pending = append(s.pending, Step{Kind: StepCheckpoint, Position: position})
}

func (s *Subscription) caughtUp() {
	s.live = true
	s.pending = append(s.pending, Step{Kind: StepCaughtUp, Position: s.position, Revision: s.revision})
}
