package esdbtest

import "time"

// nobody leads while there is an election.
const nobody = -1

// Election is the last time that a leader was chosen for one that failed.
type Election struct {
	Leader int
	Named  time.Time // since when the members name it
	Ready  time.Time // since when it takes calls; zero: not yet
}

// cluster is what the nodes hold of each other. It belongs to the server's
// lock.
type cluster struct {
	leader   int  // whom the nodes name, or nobody
	ready    bool // the leader takes calls
	ghost    int  // a leader of before that is still named beside it, or nobody
	term     int  // counts changes, so that a timer of before one does nothing
	stuck    bool // an election waits for a majority
	chosen   int  // leaders chosen so far
	last     int  // the last one
	election Election
}

// Election is the last one that a fault has brought about: see Faults.Hang,
// Kill, Shutdown and Resign. It is the zero value before the first.
func (s *Server) Election() Election {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cluster.election
}

// after does something later, unless the server is closed by then. The lock is
// held while it is done.
func (s *Server) after(d time.Duration, do func()) {
	time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			do()
		}
	})
}

// spread is a time between two, another one with every election, and the same
// ones in every run. The caller holds the lock.
func (s *Server) spread(least, more time.Duration) time.Duration {
	const golden = 0.6180339887498949 // its multiples fill an interval evenly
	part := golden * float64(s.cluster.chosen)
	return least + time.Duration(float64(more)*(part-float64(int(part))))
}

// name lets the nodes name a leader, or nobody, who is not ready yet. The one of
// before has all that was written so far. The caller holds the lock.
func (s *Server) name(leader int) {
	if was := s.cluster.leader; was != nobody && was != leader {
		s.nodes[was].ledUntil = time.Now()
	}
	s.cluster.leader, s.cluster.ready = leader, false
}

// depose lets nobody lead and, later, the members choose. The caller holds the
// lock.
func (s *Server) depose(elected time.Duration) {
	s.cluster.term++
	s.name(nobody)
	s.electAfter(elected)
}

func (s *Server) electAfter(d time.Duration) {
	term := s.cluster.term
	s.after(d, func() {
		if s.cluster.term == term {
			s.choose()
		}
	})
}

// choose makes the next node that is fit the leader, if a majority is there.
// The caller holds the lock.
func (s *Server) choose() {
	c := &s.cluster
	var fit []int
	for step := 1; step <= len(s.nodes); step++ {
		if i := (c.last + step) % len(s.nodes); s.nodes[i].fit() {
			fit = append(fit, i)
		}
	}
	s.name(nobody)
	if c.stuck = 2*len(fit) <= len(s.nodes); c.stuck {
		return
	}
	s.name(fit[0])
	c.last = fit[0]
	c.chosen++
	c.election = Election{Leader: fit[0], Named: time.Now()}
	term := c.term
	s.after(s.timing.Ready, func() {
		if s.cluster.term == term {
			s.cluster.ready, s.cluster.election.Ready = true, time.Now()
		}
	})
	go s.groups.Restart() // who has the lock must not wait for consumers
}

// rejoin lets an election go on that waited for a majority. The caller holds
// the lock.
func (s *Server) rejoin() {
	if s.cluster.stuck {
		s.cluster.stuck = false
		s.electAfter(s.spread(s.timing.Resigned, s.timing.ResignSpan))
	}
}

// order makes a node the leader at once. The caller holds the lock.
func (s *Server) order(i int) {
	s.cluster.term++
	s.name(i)
	s.cluster.last, s.cluster.ready, s.cluster.ghost, s.cluster.stuck = i, true, nobody, false
}

// Standing of a node for those who call it.
type standing int

const (
	leads    standing = iota // and takes calls
	prepares                 // chosen, and not ready yet
	follows
	electing // nobody leads
	ousted   // it led, hung too long, and believes that it leads
)

// standing tells how a node stands, and who leads.
func (n *node) standing() (standing, int) {
	s := n.server
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.cluster
	switch {
	case n.life.ousted.Load():
		return ousted, n.index
	case c.leader == nobody:
		return electing, nobody
	case c.leader != n.index:
		return follows, c.leader
	case !c.ready:
		return prepares, n.index
	}
	return leads, n.index
}
