package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace"
	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
	"github.com/marketcore/marketplace/statistics"
)

// overview is the first page: the figures of the whole marketplace, and the
// accounts with the most money.
func (s *site) overview(v *visit) (*page, error) {
	r, err := marketplace.Ask(v.ctx(), s.asked, statistics.FullReport(), v.options()...)
	if err != nil {
		return nil, err
	}
	return &page{name: "overview", Title: "Marketplace", Body: struct {
		*statistics.Report
		Origin      share
		Freelancers []freelancerRow
		Clients     []clientRow
	}{
		Report:      r,
		Origin:      origin(r.Marketplace.Hires),
		Freelancers: paidMost(r.Freelancers),
		Clients:     spentMost(r.Clients),
	}}, nil
}

// most is how many accounts the overview shows of each kind.
const most = 10

type freelancerRow struct {
	ID uuid.UUID
	*statistics.FreelancerStats
}

type clientRow struct {
	ID uuid.UUID
	*statistics.ClientStats
}

func paidMost(all map[uuid.UUID]*statistics.FreelancerStats) (rows []freelancerRow) {
	for _, id := range mostFirst(all, func(f *statistics.FreelancerStats) event.Money { return f.Paid }) {
		rows = append(rows, freelancerRow{id, all[id]})
	}
	return rows
}

func spentMost(all map[uuid.UUID]*statistics.ClientStats) (rows []clientRow) {
	for _, id := range mostFirst(all, func(c *statistics.ClientStats) event.Money { return c.Spent }) {
		rows = append(rows, clientRow{id, all[id]})
	}
	return rows
}

func mostFirst[S any](all map[uuid.UUID]S, money func(S) event.Money) []uuid.UUID {
	ids := slices.SortedFunc(maps.Keys(all), func(a, b uuid.UUID) int {
		return cmp.Or(cmp.Compare(money(all[b]), money(all[a])), slices.Compare(a[:], b[:]))
	})
	return ids[:min(most, len(ids))]
}

// accounts are of which kinds there is one with an id.
type accounts struct{ freelancer, client bool }

// accountsOf asks for that alone, without what their pages show.
func accountsOf(id uuid.UUID) statistics.Question[accounts] {
	return func(v projection.View, asOf event.Time, _ statistics.Policy) (is accounts, err error) {
		f, err := v.Freelancer(id, 0)
		if err != nil {
			return is, err
		}
		c, err := v.Client(id, 0)
		return accounts{f.RegisteredBy(asOf), c.RegisteredBy(asOf)}, err
	}
}

// account goes to the page of the account, contract or job whose id the form asks for. One
// id may be of several: then the page shows all.
func (s *site) account(v *visit) (*page, error) {
	text := strings.ToLower(strings.TrimSpace(v.query.Get("id")))
	id, ok := parseID(text)
	if !ok {
		return nil, bad("The id of an account has the form 01234567-89ab-cdef-0123-456789abcdef.")
	}
	var links []crumb
	var none *statistics.NotFoundError
	is, err := marketplace.Ask(v.ctx(), s.asked, accountsOf(id), v.options()...)
	if err != nil {
		return nil, err
	}
	if is.freelancer {
		links = append(links, crumb{v.titled("freelancer", id), v.Of("freelancers", id)})
	}
	if is.client {
		links = append(links, crumb{v.titled("client", id), v.Of("clients", id)})
	}
	if _, err := s.asked.Contract(v.ctx(), id, v.options()...); err == nil {
		links = append(links, crumb{named("contract", id), v.Of("contracts", id)})
	} else if !errors.As(err, &none) && !errors.Is(err, marketplace.ErrNoLog) {
		return nil, err
	}
	if _, err := marketplace.Ask(v.ctx(), s.asked, statistics.JobOf(id), v.options()...); err == nil {
		links = append(links, crumb{named("job", id), v.Of("jobs", id)})
	} else if !errors.As(err, &none) {
		return nil, err
	}
	switch len(links) {
	case 0:
		return nil, &problem{http.StatusNotFound, "No account " + id.String() + " was registered, no such contract had started and no such job was posted, as of " + v.AsOf.String() + "."}
	case 1:
		return &page{redirect: links[0].Link}, nil
	}
	return &page{name: "account", Title: "More than one has this id", Body: links}, nil
}
