package esdbtest

import (
	"sync"
	"time"
)

// Faults makes a server fail. The methods that take a number arm a fault for
// the next calls that it fits, in the order in which the server sees them, so
// a test with one call at a time knows exactly which one is hit; Plan chooses
// calls by a seed; Hang, Kill, Shutdown and Resign are done to nodes. All of it
// but what was done to nodes is undone by Clear. The calls to ServerFeatures and
// Gossip, by which clients connect, are only ever refused or delayed, or without
// an answer with their node.
type Faults struct {
	server *Server

	mu         sync.Mutex
	armed      [faultKinds]int
	drops      []int // messages after which the next reading calls are ended
	cuts       []int // messages after which they lose their connection
	delay      time.Duration
	leaderIn   int // writes until the leader changes, 0: never
	refuseConn bool
	slow       time.Duration
	held       chan struct{} // nil: nobody is held
	plan       *Plan
	calls      map[string]uint64
	planned    int
	counts     Injected
}

// faultKind is a fault that is armed for a number of calls.
type faultKind int

const (
	refuseCall faultKind = iota
	delayCall
	duplicateMessage
	duplicateWrite
	loseReply
	abortReply
	faultKinds
)

// Injected counts the faults that have happened.
type Injected struct {
	Refused, Delayed, Dropped, Cut int
	DuplicateMessages              int
	DuplicateWrites                int
	LostReplies, AbortedReplies    int
	LeaderChanges                  int
}

// maxDelay bounds every delay, so that a forgotten one ends.
const maxDelay = time.Minute

func newFaults(s *Server) *Faults {
	return &Faults{server: s, calls: make(map[string]uint64)}
}

// Refuse answers the next n calls of any kind with UNAVAILABLE.
func (f *Faults) Refuse(n int) { f.arm(refuseCall, n) }

// RefuseConnections closes every new connection at once, or no longer does.
// Those that are open stay.
func (f *Faults) RefuseConnections(on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuseConn = on
}

// Delay lets each of the next n calls wait, at most a minute, before anything
// is done.
func (f *Faults) Delay(n int, d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.delay = min(d, maxDelay)
	f.armed[delayCall] = n
}

// DropAfter ends the next read or subscription with UNAVAILABLE when it has
// sent k messages, the confirmation of a subscription among them: the client
// gets exactly k. Calling it again arms it for the one after that.
func (f *Faults) DropAfter(k int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drops = append(f.drops, k)
}

// CutAfter closes the TCP connection of the next read or subscription when it
// has sent k messages: the client gets k at most, and every other call on that
// connection breaks, too.
func (f *Faults) CutAfter(k int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cuts = append(f.cuts, k)
}

// Duplicate sends each of the next n events of subscriptions twice.
// EventStoreDB does that on persistent subscriptions only; on others it tests
// that a subscriber looks at positions.
func (f *Faults) Duplicate(n int) { f.arm(duplicateMessage, n) }

// DuplicateWrites does each of the next n appends twice, as a request does
// that the network repeats. The second is answered.
func (f *Faults) DuplicateWrites(n int) { f.arm(duplicateWrite, n) }

// LoseReplies does each of the next n writes and then cuts the connection in
// place of the answer. Writes are appends, deletions and tombstones.
func (f *Faults) LoseReplies(n int) { f.arm(loseReply, n) }

// AbortReplies does each of the next n writes and then answers ABORTED, as
// EventStoreDB does when a write was not replicated in time.
func (f *Faults) AbortReplies(n int) { f.arm(abortReply, n) }

// ChangeLeader makes the next node that runs the leader.
func (f *Faults) ChangeLeader() {
	s := f.server
	leader := max(s.Leader(), 0)
	for step := 1; step < len(s.nodes); step++ {
		if next := (leader + step) % len(s.nodes); s.nodes[next].running() {
			s.SetLeader(next)
			f.mu.Lock()
			f.counts.LeaderChanges++
			f.mu.Unlock()
			return
		}
	}
}

// ChangeLeaderAfter changes the leader between the k-th write from now and its
// answer, which is then ABORTED: the write was done.
func (f *Faults) ChangeLeaderAfter(k int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaderIn = k
}

// Slow lets every message of a subscription wait, at most a minute, before it
// is sent; 0 ends it.
func (f *Faults) Slow(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slow = min(d, maxDelay)
}

// Hold keeps every message of every subscription back until release is called,
// as a subscriber does that has stopped receiving.
func (f *Faults) Hold() (release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held == nil {
		f.held = make(chan struct{})
	}
	held := f.held
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.held == held {
			close(held)
			f.held = nil
		}
	}
}

// Clear ends every fault. What was injected stays counted.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed = [faultKinds]int{}
	f.drops, f.cuts, f.delay, f.slow, f.leaderIn = nil, nil, 0, 0, 0
	f.refuseConn, f.plan = false, nil
	if f.held != nil {
		close(f.held)
		f.held = nil
	}
}

// Injected says what has happened so far.
func (f *Faults) Injected() Injected {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts
}

func (f *Faults) arm(k faultKind, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.armed[k] = n
}

// take uses up an armed fault. The caller holds mu.
func (f *Faults) take(k faultKind) bool {
	if f.armed[k] <= 0 {
		return false
	}
	f.armed[k]--
	return true
}

func (f *Faults) refusesConnections() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.refuseConn
}
