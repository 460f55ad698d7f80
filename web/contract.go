package web

import (
	"errors"
	"net/http"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/aggregate"
	"github.com/marketcore/marketplace/event"
)

// contract is the page of one contract: its money, its milestones or weeks, its disputes,
// what was said of it, and its events.
func (s *site) contract(v *visit) (*page, error) {
	id, err := v.id()
	if err != nil {
		return nil, err
	}
	r, err := s.asked.Contract(v.ctx(), id, v.options()...)
	if err != nil {
		return nil, withoutLog(err)
	}
	c := contractPage{ContractReport: r}
	c.Milestones, c.MilestonePager, err = pagedList(v, "milestones", r.Milestones, itemsShown)
	if err != nil {
		return nil, err
	}
	if c.Money, c.MoneyPager, err = pagedList(v, "money", moved(r), itemsShown); err != nil {
		return nil, err
	}
	if c.Weeks, c.WeekPager, err = pagedList(v, "weeks", r.Weeks, weeksShown); err != nil {
		return nil, err
	}
	if c.Disputes, c.DisputePager, err = pagedList(v, "disputes", r.Disputes, itemsShown); err != nil {
		return nil, err
	}
	if c.Job, err = v.posted(r.Job); err != nil {
		return nil, err
	}
	if c.Events, err = s.eventsOf(v, event.ContractStream(id)); err != nil {
		return nil, err
	}
	return &page{name: "contract", Title: "Contract", Body: c}, nil
}

// contractPage is a report with its job and the parts of its lists that are shown.
type contractPage struct {
	*aggregate.ContractReport
	Job            ref
	Milestones     []aggregate.Milestone
	MilestonePager pager
	Money          []money
	MoneyPager     pager
	Weeks          []aggregate.Week
	WeekPager      pager
	Disputes       []aggregate.Dispute
	DisputePager   pager
	Events         *streamEvents
}

// money is what moved past escrow and weeks.
type money struct {
	What string
	aggregate.Payment
}

// moved are the bonuses, then the refunds, each in their order.
func moved(r *aggregate.ContractReport) (all []money) {
	for _, p := range r.Bonuses {
		all = append(all, money{"bonus, to the freelancer", p})
	}
	for _, p := range r.Refunds {
		all = append(all, money{"refund, to the client", p})
	}
	return all
}

// diary is the page of a week of hourly work, segment by segment.
func (s *site) diary(v *visit) (*page, error) {
	id, err := v.id()
	if err != nil {
		return nil, err
	}
	week, err := v.week()
	if err != nil {
		return nil, err
	}
	d, err := s.asked.WorkDiary(v.ctx(), id, week, v.options()...)
	if err != nil {
		return nil, withoutLog(err)
	}
	shown, part, err := paged(v, d.Segments, segmentsShown)
	if err != nil {
		return nil, err
	}
	events, err := s.eventsOf(v, event.WorkWeekStream(id, week))
	if err != nil {
		return nil, err
	}
	return &page{name: "diary", Title: "Work Diary, week " + text(week), Above: []crumb{{named("Contract", id), v.Of("contracts", id)}}, Body: struct {
		*aggregate.WorkDiary
		Shown  []aggregate.Segment
		Pager  pager
		Events *streamEvents
	}{d, shown, part, events}}, nil
}

// segmentsShown is how many segments a page shows, 24 hours of them.
const segmentsShown = 24 * 6

// withoutLog says of a question that only a log answers that there is none.
func withoutLog(err error) error {
	if errors.Is(err, marketplace.ErrNoLog) {
		return &problem{http.StatusNotFound, "These pages are of a read model, which keeps neither milestones nor segments: contracts are shown where the pages have the log too."}
	}
	return err
}

// Private is what a person wrote that is not for everybody.
func (v *visit) Private(t event.Text) string {
	if v.site.options.ShowText {
		return string(t)
	}
	return t.String()
}
