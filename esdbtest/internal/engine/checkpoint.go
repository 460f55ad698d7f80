package engine

// checkpoints are what a filtered subscription to the log says of its progress
// beside the events. One stands at the last event that was sent, at the
// beginning of the last page that was read with nothing to send, at a live
// event, or where the subscriber asked to begin, whichever is the furthest.
//
// While reading, one is due at the end of the page with which as many records
// as the interval were looked at, unless it is the page that reached the end of
// the log, and when the subscriber has caught up or has fallen behind. Live,
// every record counts, from subscribing on. An interval that is too large for a
// signed number is below 0 then: one is due with each record, or with none.
//
// None is told that is not above the one before, as numbers of the wire: a
// subscriber from the start who has got nothing and read less than an interval
// is told 2^64-1, and then no other.
type checkpoints struct {
	on       bool
	interval uint32 // in records
	read     int64  // records since one was due
	told     bool
	commit   uint64 // of the last one told
	prepare  uint64
}

// noCheckpoints is the live interval that means none.
const noCheckpoints int32 = -1

// considered counts the records of a page and reports whether a checkpoint is
// due. It fails with ErrNoInterval.
func (c *checkpoints) considered(records int) (due bool, err error) {
	c.read += int64(records)
	switch {
	case !c.on || c.read < int64(c.interval):
		return false, nil
	case c.interval == 0:
		return false, ErrNoInterval
	}
	c.read %= int64(c.interval)
	return true, nil
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
