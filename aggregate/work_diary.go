package aggregate

import "github.com/marketcore/marketplace/event"

// diary is one week of a contract's Work Diary with every segment of it.
type diary struct {
	state    workWeekAggregate           // what decisions see
	segments map[int]event.SegmentLogged // by their place in the week
	invoice  *event.WeekInvoiced
}

func newDiary(w event.Week) *diary {
	return &diary{state: workWeekAggregate{week: w}, segments: map[int]event.SegmentLogged{}}
}

func (d *diary) evolve(at event.Time, e event.Event) error {
	if err := d.state.Evolve(at, e); err != nil {
		return err
	}
	switch e := e.(type) {
	case *event.SegmentLogged:
		i, _ := d.state.segment(e.Start)
		d.segments[i] = *e
	case *event.SegmentDeleted:
		i, _ := d.state.segment(e.Start)
		delete(d.segments, i)
	case *event.WeekInvoiced:
		invoice := *e
		d.invoice = &invoice
	}
	return nil
}

// WorkDiary is a week of the contract, nil if the contract had not started or the week
// had no event.
func (c *Contract) WorkDiary(w event.Week) *WorkDiary {
	d := c.diaries[w]
	if d == nil || !c.Started() {
		return nil
	}
	told := &WorkDiary{AsOf: c.asOf, Contract: c.id, Week: w, Segments: make([]Segment, 0, len(d.segments))}
	told.Refused, told.Paid = c.state.weeks[w].refused, c.facts.paid[w]
	limit := c.state.limitBefore(w.End())
	if d.invoice != nil { // it says how much was billed
		limit = d.invoice.Minutes - d.invoice.OverLimitMinutes
	}
	for i, billed := range d.state.logged.billed(limit) {
		told.add(d.segments[i], billed)
	}
	if v := d.invoice; v != nil {
		told.Minutes, told.BillableMinutes, told.OverLimitMinutes = v.Minutes, v.Minutes-v.OverLimitMinutes, v.OverLimitMinutes
		told.ProtectedMinutes = v.ProtectedMinutes
		told.Amount, told.ReviewEndsAt = pointer(v.Amount), pointer(v.ReviewEndsAt)
	}
	return told
}

// add takes in a logged segment of which some minutes are billed. One that the limit
// cuts is not protected.
func (w *WorkDiary) add(e event.SegmentLogged, billed int64) {
	s := Segment{
		Start: e.Start, Kind: e.Kind, Activity: e.Activity, Screenshot: e.Screenshot, BilledMinutes: billed,
		ScreenshotRef: e.ScreenshotRef, ScreenshotSHA256: e.ScreenshotSHA256, Memo: e.Memo,
	}
	switch {
	case e.Unprotected != "":
		s.WhyNot = pointer(e.Unprotected)
	case billed < segmentMinutes:
		s.WhyNot = pointer(event.UnprotectedOverLimit)
	default:
		s.Protected = true
		w.ProtectedMinutes += segmentMinutes
	}
	w.Segments = append(w.Segments, s)
	w.Minutes += segmentMinutes
	w.BillableMinutes += billed
	w.OverLimitMinutes += segmentMinutes - billed
}
