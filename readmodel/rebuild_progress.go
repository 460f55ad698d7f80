package readmodel

import (
	"sync"
	"time"
)

// RebuildPhase is what a rebuild is doing.
type RebuildPhase string

// The phases of a rebuild, in order; the first two alternate when the log is
// folded in several passes.
const (
	RebuildFolding    RebuildPhase = "folding"
	RebuildWriting    RebuildPhase = "writing"
	RebuildIndexing   RebuildPhase = "indexing"
	RebuildComputing  RebuildPhase = "computing"
	RebuildCatchingUp RebuildPhase = "catching_up"
	RebuildComparing  RebuildPhase = "comparing"
	RebuildSwapping   RebuildPhase = "swapping"
)

// RebuildProgress is how far a rebuild is.
type RebuildProgress struct {
	Version int64 // that is being built
	Phase   RebuildPhase
	Pass    int // of the phases that alternate: which one, from 1,
	Passes  int // of so many as are known to be needed
	// Done is how much of the phase is done: events that were folded, rows that
	// were written, accounts that were computed, entities that were compared.
	Done uint64
	// Rate is how much of that a second, since the phase began.
	Rate int64
	// Remaining is how long the phase will take still, 0 if that is unknown.
	Remaining time.Duration
}

// reporting tells the progress, seldom enough to cost nothing.
type reporting struct {
	tell func(RebuildProgress)
	now  func() time.Time

	mu          sync.Mutex
	progress    RebuildProgress
	began, told time.Time
	at          uint64
}

// tellAfter is the least time between two reports of a phase.
const tellAfter = time.Second

func (r *reporting) pass(pass, passes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Pass, r.progress.Passes = pass, passes
}

func (r *reporting) phase(p RebuildPhase) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Phase, r.progress.Done, r.progress.Rate, r.progress.Remaining, r.at = p, 0, 0, 0, 0
	r.began = r.now()
	r.told = r.began
	r.tell(r.progress)
}

// done adds what was done. The phase is at a point of a way as long as end; at
// 0 it is where the sum of all that was done is. Points may be told in any order,
// and an end of 0 is unknown.
func (r *reporting) done(more int, at, end uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.progress.Done += uint64(more)
	if at == 0 {
		at = r.progress.Done
	}
	r.at = max(r.at, at)
	now := r.now()
	if now.Sub(r.told) < tellAfter {
		return
	}
	r.told = now
	elapsed := now.Sub(r.began)
	r.progress.Rate = int64(float64(r.progress.Done) / elapsed.Seconds())
	if r.at > 0 && end >= r.at {
		r.progress.Remaining = time.Duration(float64(elapsed) / float64(r.at) * float64(end-r.at)).Round(time.Second)
	}
	r.tell(r.progress)
}
