package eventstoredb

import (
	"context"
	"errors"
	"time"

	"github.com/marketcore/marketplace/internal/fault"
	"github.com/marketcore/marketplace/store"
)

// borrow gives a call the connection if there is one that is not suspected.
func (s *supervisor) borrow(c *call) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lend(c)
}

// lend is borrow for who holds the lock.
func (s *supervisor) lend(c *call) bool {
	l := s.link
	if l == nil || l.suspected {
		return false
	}
	c.link, c.lane = l, l.take(s.target.dial)
	l.open[c] = struct{}{}
	return true
}

// acquire borrows the connection, waiting for one until the context ends, the
// server has refused us, or as many attempts have failed as the connection
// string's maxDiscoverAttempts; with patient it waits for ever.
func (s *supervisor) acquire(ctx context.Context, c *call, patient bool) error {
	failed := -1
	for {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return store.ErrClosed
		}
		if s.lend(c) {
			s.mu.Unlock()
			return nil
		}
		changed, refused, err, attempt := s.changed, s.refused, s.health.LastError, s.attempt
		s.mu.Unlock()
		if refused != nil {
			return refused
		}
		if failed < 0 || attempt < failed {
			failed = attempt
		}
		if !patient && attempt-failed >= s.target.MaxDiscoverAttempts {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *supervisor) release(c *call) {
	s.mu.Lock()
	l := c.link
	delete(l.open, c)
	conns := l.put(c.lane)
	if l.gone && l.calls == 0 {
		delete(s.links, l)
	}
	s.mu.Unlock()
	closeAll(conns)
}

// join lets a call beside another one be seen to be without an answer.
func (s *supervisor) join(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.link.open[c] = struct{}{}
}

func (s *supervisor) leave(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(c.link.open, c)
}

// unreachable is the error of somebody who wants a connection and gets none.
func (s *supervisor) unreachable(err error) error {
	if r := refusal(err); r != nil {
		return r
	}
	detail := "no connection to " + s.target.nodes()
	if s.target.UserCertFile != "" {
		detail += " (a server that does not accept the user certificate may hang up without a word)"
	}
	return store.ErrUnavailable.With(err, "%s", detail)
}

// absent is the error of somebody who has waited long enough.
func (s *supervisor) absent() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil && s.link.cause != nil {
		return s.link.cause // it is under examination
	}
	switch err := s.health.LastError; {
	case errors.Is(err, errNoLeader):
		return leaderless(time.Since(s.health.Since), err)
	case err != nil:
		return err
	}
	return s.unreachable(nil)
}

// leaderless is the error of who has waited for a leader in a cluster that
// answers.
func leaderless(waited time.Duration, err error) *fault.Error {
	return store.ErrUnavailable.With(err, "no leader answered for %.0f s", waited.Seconds())
}
