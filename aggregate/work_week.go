package aggregate

import (
	"math/bits"
	"slices"

	"github.com/marketcore/marketplace/event"
)

const segmentMinutes = 10

// WorkWeek is one ISO week of a contract's Work Diary as decisions see it. It
// has a stream of its own, so that none grows with the contract's life.
type WorkWeek struct {
	base
	week         event.Week
	segments     map[event.Time]bool // start → protectable
	invoiced     bool
	amount       event.Money
	reviewEndsAt event.Time
}

// Evolve folds one event of the week's stream.
func (w *WorkWeek) Evolve(at event.Time, e event.Event) error {
	_, logged := e.(*event.SegmentLogged)
	if err := w.begin(at, e, logged && !w.exists); err != nil {
		return err
	}
	if w.invoiced {
		return broken(e, "the week was invoiced")
	}
	switch e := e.(type) {
	case *event.SegmentLogged:
		if w.segments == nil {
			w.segments = map[event.Time]bool{}
		}
		if e.Start%(segmentMinutes*60) != 0 || e.Start < w.week.Start() || e.Start >= w.week.End() {
			return broken(e, "the segment is not one of week %v", w.week)
		}
		if _, twice := w.segments[e.Start]; twice {
			return broken(e, "the segment was logged before")
		}
		w.segments[e.Start] = e.Protectable
	case *event.SegmentDeleted:
		if _, logged := w.segments[e.Start]; !logged {
			return broken(e, "the segment was not logged")
		}
		delete(w.segments, e.Start)
	case *event.WeekInvoiced:
		if e.Amount < 0 {
			return broken(e, "its amount is below 0")
		}
		w.invoiced, w.amount, w.reviewEndsAt = true, e.Amount, e.ReviewEndsAt
	default:
		return strange(e)
	}
	return nil
}

// bill bills the week under a limit and an hourly rate, the earliest segments
// first. It reports false where the amount would leave 64 bits.
func (w *WorkWeek) bill(limit int64, rate event.Money) (*event.WeekInvoiced, bool) {
	starts := make([]event.Time, 0, len(w.segments))
	for start := range w.segments {
		starts = append(starts, start)
	}
	slices.Sort(starts)
	minutes := int64(len(starts)) * segmentMinutes
	billable := min(minutes, limit)
	invoice := &event.WeekInvoiced{Minutes: minutes, OverLimitMinutes: minutes - billable}
	for i, start := range starts {
		// A segment that the limit cuts is not protected.
		if int64(i+1)*segmentMinutes <= billable && w.segments[start] {
			invoice.ProtectedMinutes += segmentMinutes
		}
	}
	hi, lo := bits.Mul64(uint64(billable), uint64(rate))
	lo, carry := bits.Add64(lo, 30, 0) // half of 60, to round half up
	if hi += carry; hi >= 60 {
		return nil, false
	}
	quotient, _ := bits.Div64(hi, lo, 60)
	invoice.Amount = event.Money(quotient)
	return invoice, invoice.Amount >= 0
}
