package readmodel

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/internal/fault"
)

// Activity is what a runner is doing.
type Activity string

// What a runner does.
const (
	Starting   Activity = "starting"    // it has not run yet, or begins
	Waiting    Activity = "waiting"     // another runner holds the lease
	Rebuilding Activity = "rebuilding"  // it makes tables of the library's schema in place of older ones
	CatchingUp Activity = "catching_up" // it folds what is there
	Following  Activity = "following"   // it has caught up and folds what comes
	Retrying   Activity = "retrying"    // it lost the log or the database and tries again after a pause
	Stopped    Activity = "stopped"     // it has ended
)

// Status is where a runner is.
type Status struct {
	Activity  Activity
	Version   int64 // of the read model; 0 before it is known
	Partition int
	// Position: every event of the partition up to it is in the tables.
	Position event.Position
	// Head is the position of the newest event in the log that the runner knows
	// of.
	Head event.Position
	// OldestPending is when the log recorded the first event of the partition
	// that the runner has read and not written to the tables, by the clock of
	// whoever appended it. Zero while there is none, and while the runner reads
	// nothing: Activity and Err say why. A moment that stays while time passes is
	// a database that does not take what comes.
	OldestPending time.Time
	// Events is how many events of the partition were folded since Run began.
	Events uint64
	// Foreign is how many of them are of streams that are not the marketplace's, see
	// event.Foreign, and were passed over.
	Foreign uint64
	// Rate is how many of Events a second, over the last ten.
	Rate int64
	// Err is the last failure, nil once the runner is past it.
	Err error
	// StatisticsErr is the last failure to compute the current statistics, nil
	// once they are computed again. Meanwhile the runner goes on folding, and the
	// rows of statistics stay what they were.
	StatisticsErr error
}

// rateSeconds is the length of what Rate is measured over.
const rateSeconds = 10

// runnerStatus is a runner's status as it changes.
type runnerStatus struct {
	now func() time.Time

	mu      sync.Mutex
	status  Status
	ended   bool
	moved   chan struct{} // closed when status changes; nil if nobody waits
	seconds [rateSeconds]struct{ second, events int64 }
	feed    *feed // what the runner reads from, nil while it reads nothing
}

// Status is where the runner is.
func (p *runnerStatus) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.status
	if p.feed != nil {
		oldest, newest := p.feed.pending()
		s.OldestPending, s.Head = oldest, max(s.Head, newest)
	}
	now := p.now().Unix()
	var sum int64
	for _, b := range p.seconds {
		if b.second < now && b.second >= now-rateSeconds { // whole seconds
			sum += b.events
		}
	}
	s.Rate = sum / rateSeconds
	return s
}

// WaitFor returns when every event of the partition up to the position is in
// the tables, so that who appended an event reads it. It fails when the runner
// ends before, with why, and when the context does.
func (p *runnerStatus) WaitFor(ctx context.Context, position event.Position) error {
	for {
		p.mu.Lock()
		switch s := &p.status; {
		case s.Position >= position, p.ended && stoppedBehind(s.Err, position):
			p.mu.Unlock()
			return nil
		case p.ended:
			defer p.mu.Unlock()
			return ErrStopped.With(s.Err, "the runner has ended at position %d", s.Position)
		}
		if p.moved == nil {
			p.moved = make(chan struct{})
		}
		at, moved := p.status.Position, p.moved
		p.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return ErrCancelled.With(context.Cause(ctx), "waiting for position %d, the runner is at %d", position, at)
		}
	}
}

// stoppedBehind reports whether a runner has stopped at an event behind the
// position, so that everything up to there is in the tables.
func stoppedBehind(err error, position event.Position) bool {
	var stopped *fault.Error
	return errors.As(err, &stopped) && stopped.Is(ErrStopped) && stopped.Position > uint64(position)
}

// set changes the status and tells those who wait.
func (p *runnerStatus) set(change func(*Status)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.status)
	p.status.Head = max(p.status.Head, p.status.Position)
	p.tell()
}

// refreshed is the outcome of computing the current statistics.
func (p *runnerStatus) refreshed(err error) { p.set(func(s *Status) { s.StatisticsErr = err }) }

func (p *runnerStatus) folded(records []event.Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	events := len(records)
	p.status.Events += uint64(events)
	for i := range records {
		if event.Foreign(records[i].Stream) {
			p.status.Foreign++
		}
	}
	second := p.now().Unix()
	b := &p.seconds[((second%rateSeconds)+rateSeconds)%rateSeconds]
	if b.second != second {
		b.second, b.events = second, 0
	}
	b.events += int64(events)
}

// reads says from which feed the runner takes, nil when it takes from none; what
// is left in the one before stays known.
func (p *runnerStatus) reads(f *feed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.feed != nil {
		_, newest := p.feed.pending()
		p.status.Head = max(p.status.Head, newest)
	}
	p.feed = f
}

func (p *runnerStatus) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = false
	p.status.Activity = Starting
}

// end tells those who wait that nothing more comes.
func (p *runnerStatus) end(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.status.Activity, p.status.Err = Stopped, err
	p.tell()
}

func (p *runnerStatus) tell() {
	if p.moved != nil {
		close(p.moved)
		p.moved = nil
	}
}
