package aggregate

import (
	"iter"
	"math"
	"math/bits"

	"github.com/marketcore/marketplace/event"
)

const (
	segmentMinutes = 10
	segmentSeconds = segmentMinutes * 60
	weekSegments   = 7 * 24 * 60 / segmentMinutes
)

// segments is a set of a week's ten-minute segments.
type segments [(weekSegments + 63) / 64]uint64

func (s *segments) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }
func (s *segments) add(i int)      { s[i/64] |= 1 << (i % 64) }
func (s *segments) remove(i int)   { s[i/64] &^= 1 << (i % 64) }

// billed goes through the segments in their order and tells how many minutes of each
// are billed under a weekly limit: the earliest first.
func (s *segments) billed(limit int64) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		left := limit
		for i := range weekSegments {
			if !s.has(i) {
				continue
			}
			billed := min(left, segmentMinutes)
			if left -= billed; !yield(i, billed) {
				return
			}
		}
	}
}

// workWeekAggregate is one ISO week of a contract's Work Diary as decisions see it: which
// ten-minute segments are logged, which of them nothing but the limit can unprotect,
// and its invoice. It has a stream of its own, so that none grows with the
// contract's life, and that stream begins with its first segment.
//
// The freelancer fills it by LogSegment and DeleteSegment until Monday 12:00 UTC after
// the week. From then on the timer's InvoiceWeek locks it and bills it: minutes up to
// the contract's weekly limit, at its rate per hour, in minor units, half up (fine
// print G4, G5). PayWeek, OpenDispute and LapseDispute, which write the contract, read
// the invoice's amount, what of it is protected and the end of its review.
type workWeekAggregate struct {
	base
	week         event.Week
	logged       segments
	protectable  segments
	invoiced     bool
	billed       int64 // minutes
	protected    int64 // minutes of the billed ones
	amount       event.Money
	reviewEndsAt event.Time
}

// segment is the place in the week of the segment that starts at a moment; ok
// is false for a moment at which none of this week's does.
func (w *workWeekAggregate) segment(start event.Time) (i int, ok bool) {
	since := start - w.week.Start()
	return int(since / segmentSeconds), since >= 0 && start < w.week.End() && since%segmentSeconds == 0
}

func (w *workWeekAggregate) has(start event.Time) bool {
	i, ok := w.segment(start)
	return ok && w.logged.has(i)
}

// Clone implements State.
func (w *workWeekAggregate) Clone() State {
	copied := *w
	return &copied
}

// Evolve implements State. Nothing is in the stream after the invoice.
func (w *workWeekAggregate) Evolve(at event.Time, e event.Event) error {
	_, logged := e.(*event.SegmentLogged)
	if err := w.begin(at, e, logged && !w.exists); err != nil {
		return err
	}
	if w.invoiced {
		return invariantError(e, "the week was invoiced")
	}
	switch e := e.(type) {
	case *event.SegmentLogged:
		i, ok := w.segment(e.Start)
		if !ok {
			return invariantError(e, "the segment is not one of week %v", w.week)
		}
		if w.logged.has(i) {
			return invariantError(e, "the segment was logged before")
		}
		w.logged.add(i)
		if e.Unprotected == "" {
			w.protectable.add(i)
		}
	case *event.SegmentDeleted:
		if !w.has(e.Start) {
			return invariantError(e, "the segment was not logged")
		}
		i, _ := w.segment(e.Start)
		w.logged.remove(i)
		w.protectable.remove(i)
	case *event.WeekInvoiced:
		if e.Amount < 0 {
			return invariantError(e, "its amount is below 0")
		}
		w.invoiced, w.billed, w.protected = true, e.Minutes-e.OverLimitMinutes, e.ProtectedMinutes
		w.amount, w.reviewEndsAt = e.Amount, e.ReviewEndsAt
	default:
		return errUnexpectedEvent(e)
	}
	return nil
}

// bill bills the week under a limit and an hourly rate, the earliest segments
// first. It reports false where the amount would leave 64 bits.
func (w *workWeekAggregate) bill(limit int64, rate event.Money) (*event.WeekInvoiced, bool) {
	var minutes, billable, protected int64
	for i, billed := range w.logged.billed(limit) {
		minutes += segmentMinutes
		billable += billed
		// A segment that the limit cuts is not protected.
		if billed == segmentMinutes && w.protectable.has(i) {
			protected += segmentMinutes
		}
	}
	amount, ok := share(billable, int64(rate), 60)
	return &event.WeekInvoiced{
		Minutes: minutes, OverLimitMinutes: minutes - billable, ProtectedMinutes: protected, Amount: event.Money(amount),
	}, ok
}

// unprotected is what of the invoice no protected time covers (fine print I10).
func (w *workWeekAggregate) unprotected(rate event.Money) event.Money {
	covered, _ := share(w.protected, int64(rate), 60)
	return max(w.amount-event.Money(covered), 0)
}

// minutesOf are the billed minutes that an amount of the invoice is for.
func (w *workWeekAggregate) minutesOf(amount event.Money) int64 {
	minutes, _ := share(w.billed, int64(amount), int64(w.amount))
	return minutes
}

// share is a x b / of, half up, of numbers of 0 or more, of which the last is above 0.
// It reports false where that would leave 64 bits.
func share(a, b, of int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(of/2), 0)
	if hi += carry; hi >= uint64(of) {
		return 0, false
	}
	n, _ := bits.Div64(hi, lo, uint64(of))
	return int64(n), n <= math.MaxInt64
}
