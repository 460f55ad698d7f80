package statistics

import "slices"

// validatePage fails with a *QueryError for a part of a list that makes no sense.
func validatePage(offset, limit int) error {
	switch {
	case offset < 0 || offset > MaxSearchOffset:
		return invalidQuery("offset", "is %d; it is 0 to %d", offset, MaxSearchOffset)
	case limit < 0 || limit > MaxSearchLimit:
		return invalidQuery("limit", "is %d; it is 1 to %d, or 0 for %d", limit, MaxSearchLimit, DefaultSearchLimit)
	}
	return nil
}

// page is the part of a list that is asked for: what stands at the offset in an order, so
// many at most. It takes the items one by one, in no order, and keeps no more than the
// part needs.
type page[T any] struct {
	order         func(a, b T) int
	offset, limit int
	total         int64
	best          []T
}

func (p *page[T]) add(item T) {
	p.total++
	p.best = append(p.best, item)
	if needed := p.offset + p.limit; len(p.best) >= 2*needed+1024 {
		slices.SortFunc(p.best, p.order)
		clear(p.best[needed:])
		p.best = p.best[:needed]
	}
}

// items are those of the part, in their order.
func (p *page[T]) items() []T {
	slices.SortFunc(p.best, p.order)
	from := min(p.offset, len(p.best))
	return p.best[from:min(from+p.limit, len(p.best))]
}
