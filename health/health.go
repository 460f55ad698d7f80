// Package health says whether a process lives and whether it is ready, in the words
// of Kubernetes, for who routes requests to it and restarts it:
//
//	m := health.Watch(ctx, health.Check{Name: "log", Ask: func(ctx context.Context) error {
//		_, err := log.Head(ctx)
//		return err
//	}})
//	defer m.Close()
//	mux.HandleFunc("GET /healthz", health.Live)
//	mux.HandleFunc("GET /readyz", m.Ready)
//
// What is asked is asked all the time and not when somebody wants to know, so that
// the answer is there at once, also of a server that does not answer at all. A request
// that would wait for such a server ends with Monitor.While.
package health

import (
	"context"
	"sync"
	"time"

	"github.com/marketcore/marketplace/internal/backoff"
	"github.com/marketcore/marketplace/internal/fault"
)

// Check is something that a process needs in order to answer others.
type Check struct {
	Name string // what Ready calls it, such as log
	// Ask asks it for something small, and ends with its context.
	Ask func(context.Context) error
	// Behind is how far what it gives is behind, for Ready to tell in seconds; it answers
	// at once. Nil where nothing can be behind. Being behind is no failure.
	Behind func() time.Duration
}

const (
	interval = time.Second      // between an answer and the next question
	patience = 2 * time.Second  // after which what does not answer is not ready
	silence  = 10 * time.Second // after which it counts as away
)

// Monitor knows how what it watches fares. It is safe for concurrent use.
type Monitor struct {
	ending context.Context // of the asking
	stop   context.CancelFunc
	asking sync.WaitGroup

	mu     sync.Mutex
	states map[string]error                // by the names of the checks; nil is well
	behind map[string]func() time.Duration // likewise; not changed
	away   map[string]error                // those of them that no request need wait for
	up     context.Context                 // ends when one comes to be away, with why as its cause
	fall   context.CancelCauseFunc
}

var (
	errStarting = fault.New("", "unavailable").With(nil, "it has not been asked yet")
	errSilent   = fault.New("", "unavailable").With(nil, "it does not answer")
	errFailed   = fault.New("", "unavailable")
)

// Watch begins to ask. The asking ends with the context or with Close; from then on
// the process is not ready.
func Watch(ctx context.Context, checks ...Check) *Monitor {
	m := &Monitor{states: map[string]error{}, away: map[string]error{}, behind: map[string]func() time.Duration{}}
	m.ending, m.stop = context.WithCancel(ctx)
	m.up, m.fall = context.WithCancelCause(context.Background())
	for _, c := range checks {
		m.states[c.Name] = errStarting
		if c.Behind != nil {
			m.behind[c.Name] = c.Behind
		}
	}
	for _, c := range checks {
		m.asking.Go(func() { m.watch(c) })
	}
	return m
}

// Close ends the asking and waits for its end: what was asked can be closed then.
func (m *Monitor) Close() {
	m.stop()
	m.asking.Wait()
}

// watch asks for one thing until the end.
func (m *Monitor) watch(c Check) {
	for well := time.Now(); m.ending.Err() == nil; {
		if m.ask(c, well) {
			well = time.Now()
		}
		backoff.Sleep(interval, m.ending.Done(), nil)
	}
}

// ask asks once, and reports whether there was an answer. The last was at well. One
// that takes long to end without an answer is told of meanwhile.
func (m *Monitor) ask(c Check, well time.Time) (answered bool) {
	ctx, cancel := context.WithTimeout(m.ending, patience)
	defer cancel()
	answer := make(chan error, 1)
	go func() { answer <- c.Ask(ctx) }()
	silent := func() { m.tell(c.Name, errSilent, time.Since(well) >= silence) }
	for {
		select {
		case err := <-answer:
			if err != nil && ctx.Err() != nil && fault.InfoOf(err).Code == "cancelled" {
				silent()
				return false
			}
			m.tell(c.Name, coded(err), err != nil)
			return true
		case <-time.After(patience):
			silent()
		}
	}
}

// coded is the error, with a code by which a request that ends with it is answered.
func coded(err error) error {
	if code := fault.InfoOf(err).Code; err != nil && (code == "" || code == "cancelled") {
		return errFailed.With(err, "")
	}
	return err
}

// tell notes how one thing fares.
func (m *Monitor) tell(name string, err error, away bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ending.Err() != nil {
		return // what it was asked last was cut short
	}
	m.states[name] = err
	delete(m.away, name)
	if away {
		m.away[name] = err
		m.fall(err)
	} else if len(m.away) == 0 && m.up.Err() != nil {
		m.up, m.fall = context.WithCancelCause(context.Background())
	}
}

// While is a context that ends, at once or later, when what is watched is known to be
// away, with why as its cause, which has a code: it fails with an error, or does not answer
// for ten seconds. A request has no need to wait until its own time is up then.
func (m *Monitor) While(ctx context.Context) (context.Context, context.CancelFunc) {
	m.mu.Lock()
	up := m.up
	m.mu.Unlock()
	ctx, cancel := context.WithCancelCause(ctx)
	if up.Err() != nil { // AfterFunc would take its time
		cancel(context.Cause(up))
		return ctx, func() {}
	}
	stop := context.AfterFunc(up, func() { cancel(context.Cause(up)) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}
