package aggregate

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
)

// LogSegment enters ten minutes of work, aligned to :00, :10, …, into the diary.
type LogSegment struct {
	Contract   uuid.UUID         `json:"contract"`
	Start      event.Time        `json:"start"`
	Kind       event.SegmentKind `json:"kind"`
	Memo       event.Text        `json:"memo,omitzero"`
	Activity   int               `json:"activity"` // 0 to 10
	Screenshot bool              `json:"screenshot"`
}

// DeleteSegment takes a segment out again, until the week is invoiced.
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

// PayWeek pays an invoiced week: the timer when its review is over, or the
// platform after a dispute.
type PayWeek struct {
	Contract uuid.UUID   `json:"contract"`
	Week     event.Week  `json:"week"`
	Actor    event.Actor `json:"actor,omitzero"` // timer, the default, or platform
}

func (c LogSegment) stream() string { return event.WorkWeekStream(c.Contract, event.WeekOf(c.Start)) }
func (c DeleteSegment) stream() string {
	return event.WorkWeekStream(c.Contract, event.WeekOf(c.Start))
}
func (c InvoiceWeek) stream() string { return event.WorkWeekStream(c.Contract, c.Week) }
func (c PayWeek) stream() string     { return event.ContractStream(c.Contract) }

func (c LogSegment) validate() error {
	v := validateSegment(c, c.Contract, c.Start).text("memo", string(c.Memo)).
		must(c.Activity >= 0 && c.Activity <= 10, "activity must be 0 to 10")
	return oneOf(v, "kind", c.Kind, event.SegmentTracked, event.SegmentManual).err()
}

func (c DeleteSegment) validate() error { return validateSegment(c, c.Contract, c.Start).err() }

func validateSegment(c Command, contract uuid.UUID, start event.Time) *validation {
	return validate(c).id("contract", contract).
		must(shown(start), "start is outside the years 0001 to 9999").
		must(start%(segmentMinutes*60) == 0, "start must be aligned to :00, :10, …")
}

func (c InvoiceWeek) validate() error { return validateWeek(c, c.Contract, c.Week).err() }

func (c PayWeek) validate() error {
	return oneOf(validateWeek(c, c.Contract, c.Week), "actor", payer(c.Actor), event.ActorTimer, event.ActorPlatform).err()
}

func validateWeek(c Command, contract uuid.UUID, w event.Week) *validation {
	_, err := event.ParseWeek(w.String())
	return validate(c).id("contract", contract).must(err == nil, "week must be an ISO week that exists, such as 2016-W05")
}

func payer(a event.Actor) event.Actor {
	if a == "" {
		return event.ActorTimer
	}
	return a
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
	}
	protectable, err := c.protectable(d, k)
	if err != nil {
		return nil, err
	}
	d.actor = event.ActorFreelancer
	logged := &event.SegmentLogged{Start: c.Start, Kind: c.Kind, Activity: c.Activity, Screenshot: c.Screenshot, Memo: c.Memo}
	if !protectable {
		logged.Unprotected = event.UnprotectedAccount
	}
	return []event.Event{logged}, nil
}

// protectable reports whether, as the accounts stand now, the segment meets
// every condition of payment protection but the weekly limit.
func (c LogSegment) protectable(d *decision, k *contractAggregate) (bool, error) {
	if c.Kind != event.SegmentTracked || blank(string(c.Memo)) || c.Activity == 0 || !c.Screenshot {
		return false, nil
	}
	client, err := d.client(k.client)
	if err != nil {
		return false, err
	}
	freelancer, err := d.freelancer(k.freelancer)
	if err != nil {
		return false, err
	}
	return client.paymentVerified && freelancer.protectable(), nil
}

func (c DeleteSegment) decide(d *decision) ([]event.Event, error) {
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
	if w.invoiced {
		return nil, d.reject(WeekLocked, "the week was invoiced")
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

func (c PayWeek) decide(d *decision) ([]event.Event, error) {
	k, err := existing[*contractAggregate](d, c.stream())
	if err != nil {
		return nil, err
	}
	w, err := existing[*workWeekAggregate](d, event.WorkWeekStream(c.Contract, c.Week))
	if err != nil {
		return nil, err
	}
	if err := d.inOrder(k); err != nil {
		return nil, err
	}
	d.actor = payer(c.Actor)
	if d.actor == event.ActorPlatform && len(k.disputes.all) == 0 {
		return nil, d.reject(WrongState, "the platform pays a week only after a dispute")
	}
	if err := d.undisputed(k); err != nil {
		return nil, err
	}
	switch {
	case !w.invoiced:
		return nil, d.reject(WrongState, "week %v is not invoiced", c.Week)
	case k.paidWeeks[c.Week]:
		return nil, d.reject(WrongState, "week %v is paid", c.Week)
	case w.amount == 0:
		return nil, d.reject(WrongState, "week %v has nothing to pay", c.Week)
	case d.actor == event.ActorTimer && d.at < w.reviewEndsAt:
		return nil, d.reject(TooEarly, "the week is under review until %v", w.reviewEndsAt)
	case !k.fits(w.amount):
		return nil, d.reject(InvalidAmount, "the contract's sums would leave 64 bits")
	}
	return []event.Event{&event.HoursPaid{Week: c.Week, Minutes: w.billed, Amount: w.amount}}, nil
}
