package competing

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/marketcore/marketplace/esdbtest/internal/engine"
)

// Position is a place in what a group reads: a position in the log or, in a
// stream, a revision as both halves of one.
type Position = engine.Position

// At is a revision, or the position of a record of the log.
func At(n int64) Position { return Position{Commit: n, Prepare: n} }

// End as the start of a group means that it gets what comes from now on.
var End = engine.LogEnd

// position is where a record stands in what the group reads.
func (k Key) position(r *engine.Record) Position {
	if k.Stream == engine.AllStream {
		return At(int64(r.Position))
	}
	return At(int64(r.Revision))
}

// write writes a position as checkpoints and settings have it.
func (k Key) write(p Position) string {
	if k.Stream == engine.AllStream {
		return fmt.Sprintf("C:%d/P:%d", p.Commit, p.Prepare)
	}
	return strconv.FormatInt(p.Commit, 10)
}

// parse reads what write wrote.
func (k Key) parse(text string) (Position, bool) {
	if k.Stream != engine.AllStream {
		n, err := strconv.ParseInt(text, 10, 64)
		return At(n), err == nil
	}
	commit, prepare, ok := strings.Cut(text, "/")
	if !ok || !strings.HasPrefix(commit, "C:") || !strings.HasPrefix(prepare, "P:") {
		return Position{}, false
	}
	c, errC := strconv.ParseInt(commit[len("C:"):], 10, 64)
	p, errP := strconv.ParseInt(prepare[len("P:"):], 10, 64)
	return Position{Commit: c, Prepare: p}, errC == nil && errP == nil
}
