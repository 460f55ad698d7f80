package projection

import (
	"context"
	"iter"
)

// locked iterates over a table's records under the model's read lock.
func locked[R, L any, P recordOf[R], Q linksOf[L]](m *Model, t *table[R, L, P, Q]) iter.Seq2[*R, error] {
	return func(yield func(*R, error) bool) {
		m.records.RLock()
		defer m.records.RUnlock()
		if err := m.Err(); err != nil {
			yield(nil, err)
			return
		}
		all(context.Background(), t)(yield)
	}
}

// all iterates over a table's records, of which some event has been folded.
func all[R, L any, P recordOf[R], Q linksOf[L]](ctx context.Context, t *table[R, L, P, Q]) iter.Seq2[*R, error] {
	return given(ctx, t, func(e *entry[R, L]) *R { return &e.record })
}

// given iterates over what a table's records give, but nil, until the context ends.
// An entry that others name may have no record.
func given[R, L, V any, P recordOf[R], Q linksOf[L]](ctx context.Context, t *table[R, L, P, Q], of func(*entry[R, L]) *V) iter.Seq2[*V, error] {
	return func(yield func(*V, error) bool) {
		seen := 0
		for e := range t.all() {
			if seen++; seen%1024 == 0 && ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			if _, next := P(&e.record).stream(); next == 0 {
				continue
			}
			if v := of(e); v != nil && !yield(v, nil) {
				return
			}
		}
	}
}
