package sqlite

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/marketcore/marketplace/event"
)

// ends is where the log and its streams end, as far as the writer knows: who
// reads on from an end need not ask the file. The one writing process is us, so
// it is exact; should another program write all the same, it is forgotten when
// the next transaction begins.
type ends struct {
	mu        sync.Mutex
	head      event.Position
	known     bool // of head
	revisions *simplelru.LRU[string, uint64]
}

const knownEnds = 1 << 16 // streams, some 10 MB

func newEnds() *ends {
	lru, err := simplelru.NewLRU[string, uint64](knownEnds, nil)
	if err != nil {
		panic(err) // the size is a constant above 0
	}
	return &ends{revisions: lru}
}

// moved takes in what a transaction has committed that moved the head from one
// position to another. The answer to a repeated write is about the past, not
// about where its stream ends now.
func (e *ends) moved(from, to int64, group []*request, answers []answer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.head, e.known = event.Position(to), true
	for i, r := range group {
		for j, done := range answers[i].appended {
			stream := r.writes[j].Stream
			if done.Position <= event.Position(from) {
				continue
			}
			if last, ok := e.revisions.Get(stream); !ok || last < done.Revision {
				e.revisions.Add(stream, done.Revision)
			}
		}
	}
}

func (e *ends) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.known = false
	e.revisions.Purge()
}

// of gives the head, if it is known.
func (e *ends) of() (head event.Position, known bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.head, e.known
}

// before reports that a stream is known to end before a revision.
func (e *ends) before(stream string, revision uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	last, ok := e.revisions.Get(stream)
	return ok && last < revision
}
