package web

import (
	"cmp"

	"github.com/marketcore/marketplace/internal/show"
	"github.com/marketcore/marketplace/statistics"
)

// clients lists the clients by how they stand, those about whom something is due longest
// first: an operator's view.
func (s *site) clients(v *visit) (*page, error) {
	q, err := v.clients()
	if err != nil {
		return nil, err
	}
	found, part, err := listed(v, func(offset, limit int) statistics.Question[*statistics.ClientList] {
		q.Offset, q.Limit = offset, limit
		return statistics.ListClients(q)
	}, func(l *statistics.ClientList) int64 { return l.Total })
	if err != nil {
		return nil, err
	}
	state := func(is statistics.StandingState) choice { return chosen(is, show.Standing(is), q.State) }
	sort := cmp.Or(q.Sort, statistics.ByDue)
	return &page{name: "clients", Title: "Clients", Body: struct {
		*statistics.ClientList
		Query  statistics.ClientQuery
		States []choice
		Orders []choice
		Pager  pager
	}{
		found, q,
		[]choice{chosen("", "any", q.State), state(statistics.StandingGood), state(statistics.StandingContacted), state(statistics.StandingSuspended), state(statistics.StandingBarred)},
		[]choice{chosen(statistics.ByDue, "due longest", sort), chosen(statistics.BySignals, "most signals", sort), chosen(statistics.BySpent, "most spent", sort), chosen(statistics.ByRegistration, "newest", sort)},
		part,
	}}, nil
}

// clients is which ones are asked for.
func (v *visit) clients() (q statistics.ClientQuery, err error) {
	q.State = statistics.StandingState(v.query.Get("state"))
	q.Due = v.query.Get("due") != ""
	q.Sort = statistics.ClientOrder(v.query.Get("order"))
	return q, wrongQuery(q.Validate())
}
