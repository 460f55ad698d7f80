package competing

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/store/eventstoredb/esdbtest/internal/engine"
)

// checkpoint is what a group remembers of its progress.
type checkpoint struct {
	written  int64 // what it says, -1: nothing
	at       time.Time
	finished int  // messages since then
	timed    bool // the loop has a timer for it
}

// due reports whether a checkpoint is to be written as soon as it is old
// enough.
func (c checkpoint) due(s Settings) bool {
	return c.finished > 0 && c.finished >= s.MinCheckpoint
}

const checkpointType = "$SubscriptionCheckpoint"

// mark writes a checkpoint if one is due. The caller holds mu.
func (g *Group) mark(now time.Time) {
	if g.closed || !g.point.due(g.settings) {
		return
	}
	if g.point.finished < g.settings.MaxCheckpoint && now.Sub(g.point.at) < g.settings.CheckpointAfter {
		if !g.point.timed {
			g.wakeLoop()
		}
		return
	}
	at := g.finishedThrough()
	g.point.at = now
	if at <= g.point.written {
		return
	}
	data, _ := json.Marshal(g.position(at)) // a string
	_, err := g.e.Append(background, g.key.checkpointStream(), engine.Any,
		[]engine.Event{{ID: uuid.New(), Type: checkpointType, JSON: true, Data: data}})
	if err == nil {
		g.point.written, g.point.finished = at, 0
	}
}

// finishedThrough is the order through which every message is finished.
func (g *Group) finishedThrough() int64 {
	unfinished := int64(math.MaxInt64)
	at := g.through
	see := func(m *message) {
		if !m.parked && int64(m.order) < unfinished {
			unfinished, at = int64(m.order), m.before
		}
	}
	for _, o := range g.outstanding {
		see(o.message)
	}
	for _, m := range g.retry {
		see(m)
	}
	if len(g.buffer) > 0 {
		see(g.buffer[0])
	}
	return at
}

// loadCheckpoint reads the checkpoint, if there is one.
func (g *Group) loadCheckpoint() (int64, bool) {
	p, err := g.e.ReadStream(g.key.checkpointStream(), engine.EndRevision, 1, true)
	var text string
	if err != nil || len(p.Records) == 0 || json.Unmarshal(p.Records[0].Data, &text) != nil {
		return 0, false
	}
	return parsePosition(text)
}

// position writes a revision or, of a group on the log, a position.
func (g *Group) position(at int64) string {
	if g.key.Stream == engine.AllStream {
		return fmt.Sprintf("C:%d/P:%d", at, at)
	}
	return strconv.FormatInt(at, 10)
}

// parsePosition reads what position wrote.
func parsePosition(text string) (int64, bool) {
	if rest, ok := strings.CutPrefix(text, "C:"); ok {
		text, _, _ = strings.Cut(rest, "/")
	}
	at, err := strconv.ParseInt(text, 10, 64)
	return at, err == nil && at >= 0
}

func itoa(n int) string { return strconv.Itoa(n) }
