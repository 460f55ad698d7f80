package web

import (
	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/statistics"
)

func funnel(v *visit, id uuid.UUID, x *statistics.FunnelExplanation) (*page, error) {
	return proposals(v, x, "of a freelancer", v.aboveFreelancer(id))
}

func (s *site) marketFunnel(v *visit) (*page, error) {
	x, err := marketplace.Ask(v.ctx(), s.asked, statistics.ExplainMarketplaceFunnel(), v.options()...)
	if err != nil {
		return nil, err
	}
	return proposals(v, x, "of the whole marketplace", []crumb{{"Marketplace", v.Link("/")}})
}

func proposals(v *visit, x *statistics.FunnelExplanation, whose string, above []crumb) (*page, error) {
	shown, part, err := paged(v, x.Proposals, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "funnel", Title: "Funnel", Above: above, Body: struct {
		*statistics.FunnelExplanation
		Whose string
		Steps []step
		Shown []statistics.FunnelProposal
		Pager pager
	}{x, whose, steps(x.Funnel), shown, part}}, nil
}

func work(v *visit, id uuid.UUID, x *statistics.WorkExplanation) (*page, error) {
	shown, part, err := paged(v, x.Clients, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "work", Title: "Work", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.WorkExplanation
		Shown []statistics.WorkFor
		Pager pager
	}{x, shown, part}}, nil
}

func badges(v *visit, id uuid.UUID, x *statistics.BadgeExplanation) (*page, error) {
	return &page{name: "badges", Title: "Badges", Above: v.aboveFreelancer(id), Body: struct {
		*statistics.BadgeExplanation
		States []*statistics.BadgeState
	}{x, x.Badges.States()}}, nil
}

func profile(v *visit, id uuid.UUID, x *statistics.ClientProfileExplanation) (*page, error) {
	items := make([]profileItem, 0, len(x.Signals)+len(x.PastSignals)+len(x.Jobs)+len(x.Contracts))
	for i := range x.Signals {
		items = append(items, profileItem{Signal: &x.Signals[i]})
	}
	for i := range x.PastSignals {
		items = append(items, profileItem{PastSignal: &x.PastSignals[i]})
	}
	for i := range x.Jobs {
		items = append(items, profileItem{Job: &x.Jobs[i]})
	}
	for i := range x.Contracts {
		items = append(items, profileItem{Contract: &x.Contracts[i]})
	}
	shown, part, err := paged(v, items, itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "profile", Title: "Standing", Above: v.aboveClient(id), Body: struct {
		*statistics.ClientProfileExplanation
		Shown []profileItem
		Pager pager
	}{x, shown, part}}, nil
}

// profileItem is a signal, a job or a contract that a client's profile rests on.
type profileItem struct {
	Signal     *statistics.SignalExplained
	PastSignal *statistics.SignalExplained // counts no more
	Job        *statistics.JobHires
	Contract   *statistics.ClientContract
}

func (s *site) week(v *visit) (*page, error) {
	week, err := v.week()
	if err != nil {
		return nil, err
	}
	x, err := marketplace.Ask(v.ctx(), s.asked, statistics.ExplainWeek(week), v.options()...)
	if err != nil {
		return nil, err
	}
	shown, part, err := paged(v, weekItems(x), itemsShown)
	if err != nil {
		return nil, err
	}
	return &page{name: "week", Title: "Week " + text(week), Above: []crumb{{"Weeks", v.Link("/weeks")}}, Body: struct {
		*statistics.WeekExplanation
		Shown []weekItem
		Pager pager
	}{x, shown, part}}, nil
}

// weekItem is one thing of which something happened in a week.
type weekItem struct {
	Contract *statistics.WeekContract
	Invite   *statistics.InviteVerdict
	Job      *statistics.WeekJob
	Proposal *statistics.WeekProposal
	Meeting  *statistics.WeekMeeting
	Billed   *statistics.WeekBilled
	Connects *statistics.WeekConnects
}

func weekItems(x *statistics.WeekExplanation) (items []weekItem) {
	for i := range x.Contracts {
		items = append(items, weekItem{Contract: &x.Contracts[i]})
	}
	for i := range x.Invites {
		items = append(items, weekItem{Invite: &x.Invites[i]})
	}
	for i := range x.Jobs {
		items = append(items, weekItem{Job: &x.Jobs[i]})
	}
	for i := range x.Proposals {
		items = append(items, weekItem{Proposal: &x.Proposals[i]})
	}
	for i := range x.Meetings {
		items = append(items, weekItem{Meeting: &x.Meetings[i]})
	}
	for i := range x.Billed {
		items = append(items, weekItem{Billed: &x.Billed[i]})
	}
	for i := range x.Connects {
		items = append(items, weekItem{Connects: &x.Connects[i]})
	}
	return items
}
