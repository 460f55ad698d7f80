package audit

import (
	"slices"
	"time"

	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// What a command reads of other streams is as of the decision, not a transaction
// (rules 0): an invite that was decided when its client was active may come into the
// log right behind the suspension. So a decision need not have seen what other streams
// took just before it.
const (
	// just is how long before: longer than an attempt takes, or a group of an import,
	// and the clocks of two hosts differ.
	just = 5 * time.Minute
	// at most so many states of one stream, and combinations of states, are tried.
	mostStates, mostTries = 16, 256
)

// unseen reports whether the decision could be taken without some of what other
// streams took just before it.
func (a *rules) unseen(g group, w aggregate.Written) (bool, error) {
	seen := map[string]aggregate.State{} // what the decision has seen of other streams
	tries := 0
	var try func() (bool, error)
	try = func() (bool, error) {
		if tries++; tries > mostTries {
			return false, nil
		}
		open := "" // a stream of which it may have seen less
		breach, err := aggregate.Replay(func(stream string) (aggregate.State, error) {
			if s := seen[stream]; s != nil {
				return s, nil
			}
			l, err := a.known.load(a.ctx, stream, g[0].Position)
			switch {
			case err != nil:
				return nil, err
			case l.broken:
				return nil, errBroken
			case open == "" && stream != w.Stream && l.next > 0 && recent(g, l.recorded, l.state.Clock()):
				open = stream
			}
			return l.state, nil
		}, a.options.Terms, w)
		if breach == nil || err != nil || open == "" {
			return breach == nil && err == nil, err
		}
		states, err := a.states(g, open)
		if err != nil {
			return false, err
		}
		for _, s := range states {
			seen[open] = s
			if ok, err := try(); ok || err != nil {
				return ok, err
			}
		}
		delete(seen, open)
		return false, nil
	}
	return try()
}

// recent reports whether an event that was taken and happened at these moments did so
// just before the group. Where it happened long before it is history that was imported.
func recent(g group, recorded time.Time, occurred event.Time) bool {
	return recorded.After(g[0].RecordedAt.Add(-just)) && occurred > g[0].OccurredAt.AddSeconds(-int64(just/time.Second))
}

// states are those that a stream may have been seen in, the last one first.
func (a *rules) states(g group, stream string) ([]aggregate.State, error) {
	var states []aggregate.State
	l, err := a.known.read(a.ctx, stream, g[0].Position, func(l *loaded, e *event.Envelope) {
		if !l.broken && recent(g, e.RecordedAt, e.OccurredAt) {
			states = append(states, l.state.Clone())
			states = states[max(0, len(states)-mostStates):]
		}
	})
	if err != nil {
		return nil, err
	}
	states = append(states, l.state)
	slices.Reverse(states)
	return states, nil
}
