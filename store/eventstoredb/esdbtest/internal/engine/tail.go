package engine

import "sort"

// From gives the records of the log from a position on, at most n of them, as
// they stand there: nothing hides any.
func (e *Engine) From(position uint64, n int) []*Record {
	e.mu.RLock()
	defer e.mu.RUnlock()
	at := e.search(position)
	return e.all[at : at+min(n, len(e.all)-at)]
}

// Begins reports whether a read of the log may begin at a position: at its
// start, where a record begins, or behind the newest of them.
func (e *Engine) Begins(position uint64) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	at := e.search(position)
	return position == 0 || position > e.head() || e.all[at].Position == position
}

// search is the index of the first record at a position or behind it.
func (e *Engine) search(position uint64) int {
	return sort.Search(len(e.all), func(i int) bool { return e.all[i].Position >= position })
}

// End is where the record ends in the log, and the next one begins.
func (r *Record) End() uint64 { return r.Position + r.size() }
