package eventstoredb

import (
	"time"

	"github.com/marketcore/marketplace/internal/backoff"
)

// cause is why an attempt failed. It says how long, and after which pauses,
// another one is worth while.
type cause int

const (
	byAbsence cause = iota // the server is away, busy or no longer leads: it comes back
	byTimeout              // it gave up waiting (ABORTED) and is, most likely, still writing
	byServer               // its own failure or what it should not have said: rarely another the next time
	byLogin                // it does not know the user; not yet, if it is starting
)

const (
	serverFailsFor = time.Second            // how long a call that the server fails on is tried again
	timeoutPause   = 200 * time.Millisecond // the first pause behind a timeout: a repetition that finds the first one unfinished costs 2 to 3 s
	maxTimeout     = 2 * time.Second        // and the longest
)

// limit is how long an operation whose attempts fail for this cause goes on
// trying, negative for ever.
func (p *patience) limit(why cause) time.Duration {
	o := p.hold.store.options
	switch why {
	case byLogin:
		return o.LoginRetryFor
	case byServer:
		if p.forever {
			return o.RetryFor
		}
		return min(o.RetryFor, serverFailsFor)
	}
	if p.forever {
		return -1
	}
	return o.RetryFor
}

// delay is the pause after the n-th failure in a row.
func (p *patience) delay(why cause) time.Duration {
	s := p.hold.store
	if why == byTimeout {
		most := min(maxTimeout, s.options.MaxBackoff)
		return backoff.Backoff{First: min(timeoutPause, most), Last: most}.Delay(p.n)
	}
	return s.retry.Delay(p.n)
}
