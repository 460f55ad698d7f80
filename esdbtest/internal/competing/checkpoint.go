package competing

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// progress is how far a group has come. What it gives to consumers is
// numbered; so is what its filter skips.
type progress struct {
	next  int64     // the number of what comes next
	known int64     // the newest number
	at    *Position // where it stands; nil: nothing was given yet

	// The last checkpoint.
	written   int64
	position  *Position // nil: none
	writtenAt time.Time
}

func newProgress() progress { return progress{known: -1, written: -1} }

// resumed is the progress of a group that goes on from a checkpoint, which
// counts as the first that was given.
func resumed(p Position) progress {
	return progress{next: 1, at: &p, position: &p}
}

// number numbers a message that is given to a consumer for the first time.
func (p *progress) number(m *message) {
	if m.replayed || m.sequence != unsent {
		return
	}
	at := m.at
	m.sequence, m.before = p.next, p.at
	p.next++
	p.known, p.at = m.sequence, &at
}

// skip counts events that the filter skipped, through a position.
func (p *progress) skip(through Position, n int64) {
	p.next += n
	p.known, p.at = p.next-1, &through
}

// mark writes a checkpoint if one is due: when as many events were done since
// the last one as MaxCheckpoint says; or, of a group that is only looked at now
// and then (tick), as MinCheckpoint says and CheckpointAfter has passed. The
// caller holds mu.
func (g *Group) mark(now time.Time, tick bool) {
	p, s := &g.progress, &g.settings
	least := int64(s.MaxCheckpoint)
	if tick && s.CheckpointAfter != 0 && (p.writtenAt.IsZero() || now.Sub(p.writtenAt) >= s.CheckpointAfter) {
		least = min(least, int64(s.MinCheckpoint))
	}
	if p.known-p.written < least {
		return
	}
	done, at := g.doneThrough()
	if at == nil || done-p.written < least {
		return
	}
	p.written, p.position, p.writtenAt = done, at, now
	g.writeCheckpoint(*at)
}

// doneThrough is the number through which everything is done, and where that
// stands, nil if nothing is: nothing that a consumer has, or that is to be
// given again, counts as done.
func (g *Group) doneThrough() (int64, *Position) {
	var lowest *message
	see := func(m *message) {
		if !m.replayed && (lowest == nil || m.sequence < lowest.sequence) {
			lowest = m
		}
	}
	for _, o := range g.outstanding {
		see(o.message)
	}
	for _, m := range g.buffer.retry {
		see(m)
	}
	if lowest == nil {
		return g.progress.known, g.progress.at
	}
	return lowest.sequence - 1, lowest.before
}

const checkpointType = "SubscriptionCheckpoint"

// writeCheckpoint writes a checkpoint. One that cannot be written is left to
// the next.
func (g *Group) writeCheckpoint(at Position) {
	data, _ := json.Marshal(g.key.write(at)) // a string
	_, _ = g.e.Append(background, g.key.checkpointStream(), engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: checkpointType, JSON: true, Data: data}})
}

func (g *Group) loadCheckpoint() (Position, bool) {
	p, err := g.e.ReadStream(g.key.checkpointStream(), engine.EndRevision, 1, true)
	var text string
	if err != nil || len(p.Records) == 0 || p.Records[0].Type != checkpointType ||
		json.Unmarshal(p.Records[0].Data, &text) != nil {
		return Position{}, false
	}
	return g.key.parse(text)
}
