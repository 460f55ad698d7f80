package esdbtest

import "time"

// Hang lets a node hang until wake is called, as a stopped process does: its
// port takes connections, and nothing is answered. If it leads, the others name
// it for Timing.Noticed, then nobody, then another one, which takes calls after
// Timing.Ready.
//
// A leader that wakes before it was noticed goes on as if nothing had happened.
// One that wakes later aborts the writes that wait for it, is named as a second
// leader for Timing.TwoLeaders, and then ends as by Shutdown: something must
// start it again, such as Server.RestartNode when Server.Running is false.
func (f *Faults) Hang(i int) (wake func()) {
	s := f.server
	n := s.nodes[i]
	s.mu.Lock()
	defer s.mu.Unlock()
	if !n.fit() {
		return func() {}
	}
	wakes := n.life.hang()
	led := s.cluster.leader == i
	if led {
		s.cluster.term++
		term := s.cluster.term
		s.after(s.timing.Noticed, func() {
			if s.cluster.term == term && s.cluster.leader == i {
				s.name(nobody)
			}
		})
		s.electAfter(s.spread(s.timing.HangElected, s.timing.HangSpread))
	} else {
		s.after(s.timing.Noticed, func() { n.life.missed.Store(n.life.hangs()) })
	}
	return func() { s.wake(n, led, wakes) }
}

// wake lets a node go on that has hung.
func (s *Server) wake(n *node, led bool, wakes func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cluster
	if led && c.leader == n.index {
		c.term++ // nobody has noticed
	} else if led && n.life.hangs() {
		n.life.ousted.Store(true)
		c.ghost = n.index
		s.after(s.spread(s.timing.TwoLeaders, s.timing.TwoSpan), func() {
			if c.ghost == n.index {
				c.ghost = nobody
			}
			if n.life.ousted.Load() {
				n.die()
			}
		})
	}
	n.life.missed.Store(false)
	if wakes() && !led {
		s.rejoin()
	}
}

// Kill ends a node at once, as SIGKILL does. If it leads, nobody does until
// another one is named after Timing.KillElected. RestartNode undoes it.
func (f *Faults) Kill(i int) {
	s := f.server
	s.nodes[i].halt()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster.leader == i {
		s.depose(s.timing.KillElected)
	}
}

// Shutdown ends a node as SIGTERM does: it takes no more connections, tells
// those that it has to go elsewhere, and lets every call wait for Timing.Dying
// before it breaks it off. If it leads, it resigns. RestartNode undoes it.
func (f *Faults) Shutdown(i int) {
	s := f.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.nodes[i].fit() {
		return
	}
	if s.cluster.leader == i {
		s.depose(s.spread(s.timing.Resigned, s.timing.ResignSpan))
	}
	s.nodes[i].die()
}

// Resign lets the leader resign: nobody leads until another one is named after
// Timing.Resigned. Subscriptions that are live go on.
func (f *Faults) Resign() {
	s := f.server
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cluster.leader != nobody {
		s.depose(s.spread(s.timing.Resigned, s.timing.ResignSpan))
	}
}

// Running reports whether a node runs, or hangs, or is about to end.
func (s *Server) Running(i int) bool { return s.nodes[i].running() }

// dying is a node's end.
type dying struct {
	doom chan struct{} // closed when its calls are broken off
	end  func()        // closes it, once
}

// die lets a node end: what it has is told to go elsewhere, nothing is
// answered, and after a while all is broken off.
func (n *node) die() {
	d := n.life.die()
	if d == nil {
		return
	}
	n.mu.Lock()
	l, g := n.listener, n.grpc
	n.mu.Unlock()
	if l != nil {
		_ = l.Close() // nothing can be done about it
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		if g != nil {
			g.GracefulStop() // says GOAWAY, and waits for the calls
		}
	}()
	time.AfterFunc(n.server.timing.Dying, func() {
		if !n.life.doom(d, n.conns.breakOff) {
			return // it was halted before
		}
		t := time.NewTimer(helloTimeout)
		defer t.Stop()
		select {
		case <-drained:
		case <-t.C:
		}
		n.halt()
	})
}
