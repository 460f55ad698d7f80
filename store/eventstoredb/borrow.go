package eventstoredb

import (
	"context"

	"github.com/marketcore/marketplace/store"
)

// borrow gives the connection if there is one.
func (s *supervisor) borrow() (*link, *lane) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == nil {
		return nil, nil
	}
	return s.link, s.link.take(s.target.dial)
}

// acquire borrows the connection, waiting for one until the context ends, the
// server has refused us, or as many attempts have failed as the connection
// string's maxDiscoverAttempts; with patient it waits for ever.
func (s *supervisor) acquire(ctx context.Context, patient bool) (*link, *lane, error) {
	failed := -1
	for {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return nil, nil, store.ErrClosed
		}
		if l := s.link; l != nil {
			ln := l.take(s.target.dial)
			s.mu.Unlock()
			return l, ln, nil
		}
		changed, refused, err, attempt := s.changed, s.refused, s.health.LastError, s.attempt
		s.mu.Unlock()
		if refused != nil {
			return nil, nil, refused
		}
		if failed < 0 || attempt < failed {
			failed = attempt
		}
		if !patient && attempt-failed >= s.target.MaxDiscoverAttempts {
			return nil, nil, err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
}

// release gives the connection back.
func (s *supervisor) release(l *link, ln *lane) {
	s.mu.Lock()
	conns := l.put(ln)
	if l.gone && l.calls == 0 {
		delete(s.links, l)
	}
	s.mu.Unlock()
	closeAll(conns)
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
	return &store.Error{Code: store.ErrUnavailable.Code, Detail: detail, Err: err}
}

// absent is the error of somebody who has waited long enough.
func (s *supervisor) absent() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.health.LastError != nil {
		return s.health.LastError
	}
	return s.unreachable(nil)
}
