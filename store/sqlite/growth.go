package sqlite

import "sync"

// growth tells those who wait that the log has grown.
type growth struct {
	mu      sync.Mutex
	waiting chan struct{} // nil while nobody waits
}

// next is closed when the log grows after this call.
func (g *growth) next() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting == nil {
		g.waiting = make(chan struct{})
	}
	return g.waiting
}

func (g *growth) tell() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.waiting != nil {
		close(g.waiting)
		g.waiting = nil
	}
}
