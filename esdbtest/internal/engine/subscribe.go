package engine

import "context"

// Step is what a subscription says next.
type Step struct {
	Kind     StepKind
	Event    Resolved // of StepEvent
	Position Position // of StepCheckpoint: resume after it; of StepCaughtUp: where
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
	of      followed
	feed    *feed
	links   bool
	pending []Step
	live    bool
	seen    uint64 // the number of the last live item that was taken
	err     error  // delivered after what is pending
}

// followed is what a subscription reads and follows.
type followed interface {
	// read reads a page and reports whether it was the last one.
	read(*Subscription) (end bool, err error)
	// follow takes a live item that is not behind what was sent.
	follow(*Subscription, item) error
	// passed reports whether a live item was read already.
	passed(item) bool
	// caughtUp and fellBehind say so.
	caughtUp(*Subscription)
	fellBehind(*Subscription)
}

// subscribe begins a subscription, whose subscriber may have caught up already
// from the beginning. The caller holds mu.
func (e *Engine) subscribe(of followed, f *feed, links, caughtUp bool) *Subscription {
	s := &Subscription{e: e, of: of, feed: f, links: links}
	e.feeds[f] = struct{}{}
	if caughtUp {
		s.goLive()
	}
	return s
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
		if s.live {
			s.err = s.follow(ctx)
		} else {
			s.err = s.catchUp()
		}
	}
	step := s.pending[0]
	s.pending = s.pending[1:]
	return step, nil
}

// catchUp reads a page.
func (s *Subscription) catchUp() error {
	end, err := s.of.read(s)
	if end && err == nil {
		s.goLive()
	}
	return err
}

func (s *Subscription) goLive() {
	s.live = true
	s.of.caughtUp(s)
}

// follow takes one live item. Where some are missing that were not read
// either, the subscriber was too slow.
func (s *Subscription) follow(ctx context.Context) error {
	it, err := s.feed.next(ctx)
	if err != nil {
		return err
	}
	missing := it.number > s.seen+1
	s.seen = it.number
	switch {
	case s.of.passed(it):
		return nil
	case missing:
		s.live = false
		s.of.fellBehind(s)
		return nil
	}
	return s.of.follow(s, it)
}

func (s *Subscription) send(r *Record) {
	resolve := s.e.Resolve
	if s.live {
		resolve = s.e.ResolveLive
	}
	s.pending = append(s.pending, Step{Kind: StepEvent, Event: resolve(r, s.links)})
}
