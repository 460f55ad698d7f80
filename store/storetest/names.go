package storetest

import (
	"math/rand/v2"

	"github.com/marketcore/marketplace/event"
)

// names are what the events of a log are called instead of the positions that
// the store below gives them. Each position below owns a row of numbers, far
// above any of its own; the record's name is drawn from the first half of the
// row, and from the second half that of a checkpoint behind the record, which
// every third position or so has. The seed alone says which numbers, so that all
// who open a log call its events the same. No name is a neighbour of another.
type names struct{ seed uint64 }

const (
	firstRow = 1 << 40
	row      = 1 << 10
)

// record is the name of the record at a position below; the log's start is 0.
func (n names) record(below event.Position) event.Position {
	if below == 0 {
		return 0
	}
	return n.draw(below, 0)
}

// checkpoint is the name of what lies behind a position below, if it has one.
func (n names) checkpoint(below event.Position) (name event.Position, has bool) {
	name = n.draw(below, row/2)
	return name, name%3 == 0
}

// draw takes a number from half a row, but not its last one.
func (n names) draw(below event.Position, half uint64) event.Position {
	drawn := rand.NewPCG(n.seed+half, uint64(below)).Uint64() % (row/2 - 1)
	return firstRow + row*below + event.Position(half+drawn)
}

// caughtUp is what a subscriber is told that has caught up with a position below.
func (n names) caughtUp(below event.Position) event.Position {
	if name, has := n.checkpoint(below); has {
		return name
	}
	return n.record(below)
}

// named is what a name stands for: the record at a position below or, behind it,
// a checkpoint.
func (n names) named(name event.Position) (below event.Position, checkpoint, known bool) {
	if name < firstRow {
		return 0, false, name == 0
	}
	below = (name - firstRow) / row
	if below != 0 && name == n.record(below) {
		return below, false, true
	}
	told, has := n.checkpoint(below)
	return below, true, has && name == told
}

// through is the last position below whose record's name is not above a number.
func (n names) through(number event.Position) event.Position {
	if number < firstRow+row {
		return 0
	}
	below := (number - firstRow) / row
	if number < n.record(below) {
		below--
	}
	return below
}
