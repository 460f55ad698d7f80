package engine

// checkpoints are what a filtered subscription to the log says of its progress
// beside the events. One stands at the last event that was sent, at the
// beginning of the last page that was read with nothing to send, at a live
// event, or where the subscriber asked to begin, whichever is the furthest.
//
// While reading, one is due at the end of the page with which as many records
// as the interval were looked at, and again when the subscriber has caught up
// or has fallen behind. Live, every record counts, from subscribing on.
//
// None is told that is not above the one before, as numbers of the wire: a
// subscriber from the start who has got nothing and read less than an interval
// is told 2^64-1, and then no other.
type checkpoints struct {
	on       bool
	interval uint32 // in records
	read     uint32 // records since one was due
	told     bool
	commit   uint64 // of the last one told
	prepare  uint64
}

// considered counts the records of a page and reports whether a checkpoint is
// due.
func (c *checkpoints) considered(records int) bool {
	if c.read += uint32(records); !c.on || c.read < c.interval {
		return false
	}
	c.read %= c.interval
	return true
}

// tell reports whether a checkpoint is to be told.
func (c *checkpoints) tell(p Position) bool {
	commit, prepare := p.Wire()
	if !c.on || c.told && (commit < c.commit || commit == c.commit && prepare <= c.prepare) {
		return false
	}
	c.told, c.commit, c.prepare = true, commit, prepare
	return true
}
