package engine

import "math"

// AllPage is a part of the log.
type AllPage struct {
	Records    []*Record
	Considered int    // records looked at, matching or not
	Next       uint64 // where the next page starts
	End        bool   // there was less than the page has room for
}

// EndPosition as the start of a read means the end of the log.
const EndPosition uint64 = math.MaxUint64

// ReadAll reads at most n matching events of the log, and looks at no more
// than window: forwards from an offset on, inclusive; backwards those before
// it. An offset at which no record begins is one between its neighbours;
// CheckForwards and Backwards refuse it.
func (e *Engine) ReadAll(from uint64, n, window int, backwards bool, f Filter) AllPage {
	log := e.records()
	at, step := seek(log, from), 1
	if backwards {
		at, step = at-1, -1
	}
	p := AllPage{Next: from}
	for ; at >= 0 && at < len(log) && len(p.Records) < n && p.Considered < window; at += step {
		r := log[at]
		p.Considered++
		if f.Match(r) {
			p.Records = append(p.Records, r)
		}
	}
	p.End = (at < 0 || at >= len(log)) && len(p.Records) < n && p.Considered < window
	switch {
	case p.Considered == 0:
	case backwards:
		p.Next = log[at+1].Position
	case at < len(log):
		p.Next = log[at].Position
	default:
		p.Next = log[at-1].End()
	}
	return p
}
