package aggregate

import (
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// LogSegment enters ten minutes of work, aligned to :00, :10, …, into the diary, when
// they are over and until Monday 12:00 UTC after their week.
type LogSegment struct {
	Contract   uuid.UUID         `json:"contract"`
	Start      event.Time        `json:"start"`
	Kind       event.SegmentKind `json:"kind"`
	Memo       event.Text        `json:"memo,omitzero"`
	Activity   int               `json:"activity"` // 0 to 10
	Screenshot bool              `json:"screenshot"`
	// ScreenshotRef says where the host keeps the screenshot, ScreenshotSHA256, 64
	// hexadecimal digits, what it was. Neither goes without one.
	ScreenshotRef    *string `json:"screenshot_ref,omitzero"`
	ScreenshotSHA256 *string `json:"screenshot_sha256,omitzero"`
}

// DeleteSegment takes a segment out again, as long as one of its week could be logged.
type DeleteSegment struct {
	Contract uuid.UUID  `json:"contract"`
	Start    event.Time `json:"start"`
}

// InvoiceWeek is the timer's, from Monday 12:00 UTC after the week. It locks
// the diary and bills the week under the limit in force when it ended.
type InvoiceWeek struct {
	Contract uuid.UUID  `json:"contract"`
	Week     event.Week `json:"week"`
}

func (c LogSegment) stream() string { return event.WorkWeekStream(c.Contract, event.WeekOf(c.Start)) }
func (c DeleteSegment) stream() string {
	return event.WorkWeekStream(c.Contract, event.WeekOf(c.Start))
}
func (c InvoiceWeek) stream() string { return event.WorkWeekStream(c.Contract, c.Week) }

func (c LogSegment) validate() error {
	v := validateSegment(c, c.Contract, c.Start).text("memo", string(c.Memo)).
		must(c.Activity >= 0 && c.Activity <= 10, "activity must be 0 to 10").
		must(c.Screenshot || c.ScreenshotRef == nil && c.ScreenshotSHA256 == nil,
			"screenshot_ref and screenshot_sha256 go with a screenshot only")
	if c.ScreenshotRef != nil {
		v.filled("screenshot_ref", *c.ScreenshotRef)
	}
	if c.ScreenshotSHA256 != nil {
		v.filled("screenshot_sha256", *c.ScreenshotSHA256).sha256("screenshot_sha256", *c.ScreenshotSHA256)
	}
	return oneOf(v, "kind", c.Kind, event.SegmentTracked, event.SegmentManual).err()
}

func (c DeleteSegment) validate() error { return validateSegment(c, c.Contract, c.Start).err() }

func validateSegment(c Command, contract uuid.UUID, start event.Time) *validation {
	return validate(c).id("contract", contract).
		must(shown(start), "start is outside the years 0001 to 9999").
		must(start%(segmentMinutes*60) == 0, "start must be aligned to :00, :10, …")
}

func (c InvoiceWeek) validate() error { return validateWeek(c, c.Contract, c.Week).err() }

func validateWeek(c Command, contract uuid.UUID, w event.Week) *validation {
	return validate(c).id("contract", contract).week(w)
}

func (c LogSegment) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, event.ContractStream(c.Contract))
	if err != nil {
		return nil, err
	}
	w, err := read[*workWeekAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(w); err != nil {
		return nil, err
	}
	switch {
	case k.kind != event.KindHourly:
		return nil, d.reject(WrongState, "a fixed-price contract has no Work Diary")
	case k.state != contractActive:
		return nil, d.reject(WrongState, "the contract is not active")
	case c.Kind == event.SegmentManual && !k.manualAllowed:
		return nil, d.reject(ManualTimeForbidden, "the contract allows tracked time only")
	case w.invoiced:
		return nil, d.reject(WeekLocked, "the week was invoiced")
	case w.has(c.Start):
		return nil, d.reject(DuplicateSegment, "the segment at %v is logged", c.Start)
	case c.Start < k.startedAt:
		return nil, d.reject(TooEarly, "the contract started at %v", k.startedAt)
	case d.at < c.Start.AddSeconds(segmentSeconds):
		return nil, d.reject(InFuture, "the ten minutes from %v on are not over", c.Start)
	}
	if err := d.diaryOpen(c.Start); err != nil {
		return nil, err
	}
	unprotected, err := c.unprotected(d, k)
	if err != nil {
		return nil, err
	}
	logged := &event.SegmentLogged{
		Start: c.Start, Kind: c.Kind, Activity: c.Activity, Screenshot: c.Screenshot, Unprotected: unprotected, Memo: c.Memo,
	}
	if c.ScreenshotRef != nil {
		logged.ScreenshotRef = *c.ScreenshotRef
	}
	if c.ScreenshotSHA256 != nil {
		logged.ScreenshotSHA256 = strings.ToLower(*c.ScreenshotSHA256)
	}
	d.actor = event.ActorFreelancer
	return []event.Event{logged}, nil
}

// diaryOpen refuses a segment of a week whose diary can no longer be changed.
func (d *decision) diaryOpen(start event.Time) error {
	if until := InvoicedFrom(event.WeekOf(start)); d.at >= until {
		return d.reject(TooLate, "the week's diary could be changed until %v", until)
	}
	return nil
}

// unprotected is the first reason why payment protection does not cover the segment, as
// the accounts stand now; the weekly limit is none of them yet.
func (c LogSegment) unprotected(d *decision, k *contractAggregate) (event.Unprotected, error) {
	switch {
	case c.Kind == event.SegmentManual:
		return event.UnprotectedManual, nil
	case blank(string(c.Memo)):
		return event.UnprotectedNoMemo, nil
	case c.Activity == 0:
		return event.UnprotectedNoActivity, nil
	case !c.Screenshot:
		return event.UnprotectedNoScreenshot, nil
	}
	client, freelancer, err := d.sides(k.client, k.freelancer)
	switch {
	case err != nil:
		return "", err
	case !client.paymentVerified:
		return event.UnprotectedPaymentMethod, nil
	case !freelancer.identityVerified:
		return event.UnprotectedIdentity, nil
	case freelancer.held(event.HoldPayment) || freelancer.held(event.HoldIdentity):
		return event.UnprotectedHold, nil
	}
	return "", nil
}

func (c DeleteSegment) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, event.ContractStream(c.Contract))
	if err != nil {
		return nil, err
	}
	w, err := existing[*workWeekAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	if !w.has(c.Start) {
		return nil, d.reject(NotFound, "no segment at %v is logged", c.Start)
	}
	if err := d.inOrder(w); err != nil {
		return nil, err
	}
	if k.state != contractActive {
		return nil, d.reject(WrongState, "the contract is not active")
	}
	if w.invoiced {
		return nil, d.reject(WeekLocked, "the week was invoiced")
	}
	if err := d.diaryOpen(c.Start); err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	return []event.Event{&event.SegmentDeleted{Start: c.Start}}, nil
}

func (c InvoiceWeek) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, event.ContractStream(c.Contract))
	if err != nil {
		return nil, err
	}
	w, err := loadTarget[*workWeekAggregate](d)
	if err != nil {
		return nil, err
	}
	if w.invoiced {
		return nil, d.reject(WeekLocked, "the week was invoiced")
	}
	if from := InvoicedFrom(c.Week); d.at < from {
		return nil, d.reject(TooEarly, "the week is invoiced from %v on", from)
	}
	invoice, ok := w.bill(k.limitBefore(c.Week.End()), k.rate)
	if !ok {
		return nil, d.reject(InvalidAmount, "the week's amount would leave 64 bits")
	}
	invoice.ReviewEndsAt = reviewEnd(d.at)
	d.actor = event.ActorTimer
	return []event.Event{invoice}, nil
}

// InvoicedFrom is the moment from which a week is invoiced: Monday 12:00 UTC
// after it.
func InvoicedFrom(w event.Week) event.Time { return w.End().AddHours(12) }

// reviewEnd is the first Friday 24:00 UTC strictly after a moment.
func reviewEnd(at event.Time) event.Time {
	saturday := event.WeekOf(at).Start().AddDays(5)
	if saturday <= at {
		saturday = saturday.AddDays(7)
	}
	return saturday
}
