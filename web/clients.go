package web

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/marketcore/marketplace"
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
	n, err := v.listed()
	if err != nil {
		return nil, err
	}
	q.Offset, q.Limit = (n-1)*resultsShown, resultsShown
	found, err := marketplace.Ask(v.ctx(), s.asked, statistics.ListClients(q), v.options()...)
	if err != nil {
		return nil, err
	}
	part, err := v.pager(theList, n, int(found.Total), resultsShown)
	if err != nil {
		return nil, err
	}
	state := func(is statistics.StandingState) choice { return choice{string(is), show.Standing(is), q.State == is} }
	order := func(is statistics.ClientOrder, name string) choice {
		return choice{string(is), name, cmp.Or(q.Sort, statistics.ByDue) == is}
	}
	return &page{name: "clients", Title: "Clients", Body: struct {
		*statistics.ClientList
		Query  statistics.ClientQuery
		States []choice
		Orders []choice
		Pager  pager
	}{
		found, q,
		[]choice{{"", "any", q.State == ""}, state(statistics.StandingGood), state(statistics.StandingContacted), state(statistics.StandingSuspended), state(statistics.StandingBarred)},
		[]choice{order(statistics.ByDue, "due longest"), order(statistics.BySignals, "most signals"), order(statistics.BySpent, "most spent"), order(statistics.ByRegistration, "newest")},
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

// wrongQuery says what of a question makes no sense to who asked it.
func wrongQuery(err error) error {
	var wrong *statistics.QueryError
	if errors.As(err, &wrong) {
		return bad(fmt.Sprintf("%s %s.", wrong.Field, wrong.Reason))
	}
	return err
}
