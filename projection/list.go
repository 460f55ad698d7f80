package projection

import "sync/atomic"

// list is the ref of its first entry.
type list struct{ first atomic.Uint64 }

// push puts an entry at the front and gives the one that is next.
func (l *list) push(r ref) ref { return ref(l.first.Swap(uint64(r))) }

// collect appends a list's records to into.
func collect[R, L any, P recordOf[R], Q linksOf[L]](t *table[R, L, P, Q], l *list, next func(*L) ref, into []*R) []*R {
	for r := ref(l.first.Load()); r != 0; {
		e := t.at(r)
		into, r = append(into, &e.record), next(&e.links)
	}
	return into
}
