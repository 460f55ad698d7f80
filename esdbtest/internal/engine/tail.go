package engine

// From gives the records of the log from a position on, at most n of them, as
// they stand there: nothing hides any.
func (e *Engine) From(position uint64, n int) []*Record {
	log := e.records()
	at := seek(log, position)
	return log[at : at+min(n, len(log)-at)]
}

// End is where the record ends in the log, and the next one begins.
func (r *Record) End() uint64 { return r.Position + r.size() }
