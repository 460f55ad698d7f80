package statistics

import (
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// WorkPolicy says what recent work is and what is long-term (rules 9).
type WorkPolicy struct {
	// RecentMonths is how far back the recent figures look, by the date rule of
	// the Job Success windows. Default 12.
	RecentMonths int
	// LongTermMonths is for how many calendar months a contract must have run to
	// be long-term work. Default 3; that one contract must have, ours.
	LongTermMonths int
}

// defaultWork is the rule as published, and as completed here.
func defaultWork() WorkPolicy { return WorkPolicy{RecentMonths: 12, LongTermMonths: 3} }

func (p WorkPolicy) validate() error {
	if min(p.RecentMonths, p.LongTermMonths) < 1 || max(p.RecentMonths, p.LongTermMonths) > maxMonths {
		return invalidPolicy("work: periods of %d and %d months; 1 to %d make sense", p.RecentMonths, p.LongTermMonths, maxMonths)
	}
	return nil
}

// Work is what a freelancer has done, for how much and for whom.
type Work struct {
	Paid12m    event.Money `json:"paid_12m"`    // in the policy's recent months: payments less refunds, below 0 where more was refunded
	Minutes    int64       `json:"minutes"`     // of hourly work that was paid for
	Minutes12m int64       `json:"minutes_12m"` // in the policy's recent months, by the date of payment
	// MinutesBilled are of the weeks worked that were invoiced, paid for or not;
	// MinutesBilled12m of those whose Monday is in the policy's recent months.
	MinutesBilled    int64 `json:"minutes_billed"`
	MinutesBilled12m int64 `json:"minutes_billed_12m"`
	Clients          int64 `json:"clients"` // with whom a contract was ever started
	// ClientsLastYear are those of them with a contract that had not ended before
	// the recent months; LongTermClients are those of these with a contract,
	// ended or not, that ran for the policy's months or longer.
	ClientsLastYear int64  `json:"clients_last_year"`
	LongTermClients int64  `json:"long_term_clients"`
	LongTermBP      *int64 `json:"long_term_bp"` // share in basis points, half up; nil without a client in the recent months
}

// WorkExplanation is a freelancer's work client by client, in the order of their
// first contracts.
type WorkExplanation struct {
	Freelancer uuid.UUID   `json:"freelancer"`
	AsOf       event.Time  `json:"as_of"`
	Policy     string      `json:"policy"`
	RecentFrom string      `json:"recent_from"` // the first date of the recent months
	Paid       event.Money `json:"paid"`        // lifetime, net of refunds, minor units
	Work       Work        `json:"work"`
	Clients    []WorkFor   `json:"clients"`
}

// WorkFor is the work for one client.
type WorkFor struct {
	Client           uuid.UUID      `json:"client"`
	LastYear         bool           `json:"last_year"` // a contract had not ended before the recent months
	LongTerm         bool           `json:"long_term"`
	Paid             event.Money    `json:"paid"`
	Paid12m          event.Money    `json:"paid_12m"`
	Minutes          int64          `json:"minutes"`
	Minutes12m       int64          `json:"minutes_12m"`
	MinutesBilled    int64          `json:"minutes_billed"`
	MinutesBilled12m int64          `json:"minutes_billed_12m"`
	Contracts        []WorkContract `json:"contracts"` // in the order of starting
}

// WorkContract is one contract of the work for a client.
type WorkContract struct {
	Contract uuid.UUID             `json:"contract"`
	LastYear bool                  `json:"last_year"` // it had not ended before the recent months
	LongTerm bool                  `json:"long_term"`
	Facts    []projection.Evidence `json:"facts"` // its start, every invoice, payment and refund, its end
}

// of is the work that a freelancer's contracts and work weeks show as of the moment.
func (p WorkPolicy) of(h *projection.FreelancerHistory, asOf event.Time) (Work, error) {
	x, err := p.explain(h, asOf)
	if err != nil {
		return Work{}, err
	}
	return x.Work, nil
}

// explain is of with its reasons.
func (p WorkPolicy) explain(h *projection.FreelancerHistory, asOf event.Time) (*WorkExplanation, error) {
	var total sums
	asOf = asOf.Bounded()
	from := windowStart(asOf, p.RecentMonths)
	x := &WorkExplanation{AsOf: asOf, RecentFrom: from.String(), Clients: []WorkFor{}}
	contracts, weeks := slices.Clone(h.Contracts), map[uuid.UUID][]*projection.WeekRecord{}
	for _, w := range h.Weeks {
		weeks[w.Contract] = append(weeks[w.Contract], w)
	}
	slices.SortFunc(contracts, func(a, b *projection.ContractRecord) int { return byPosition(a.Started, b.Started) })
	at := map[uuid.UUID]int{}
	for _, r := range contracts {
		if !r.Started.By(asOf) {
			continue
		}
		i, known := at[r.Client]
		if !known {
			i = len(x.Clients)
			at[r.Client] = i
			x.Clients = append(x.Clients, WorkFor{Client: r.Client})
		}
		x.Clients[i].add(&total, p, r, weeks[r.ID], asOf, from)
	}
	for i := range x.Clients {
		x.add(&total, &x.Clients[i])
	}
	x.Work.LongTermBP = shareOrNil(x.Work.LongTermClients, x.Work.ClientsLastYear, 10_000)
	if err := total.err(); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *WorkExplanation) add(s *sums, f *WorkFor) {
	w := &x.Work
	add(s, "paid", &x.Paid, f.Paid)
	add(s, "paid_12m", &w.Paid12m, f.Paid12m)
	add(s, "minutes", &w.Minutes, f.Minutes)
	add(s, "minutes_12m", &w.Minutes12m, f.Minutes12m)
	add(s, "minutes_billed", &w.MinutesBilled, f.MinutesBilled)
	add(s, "minutes_billed_12m", &w.MinutesBilled12m, f.MinutesBilled12m)
	w.Clients++
	if f.LastYear {
		w.ClientsLastYear++
		if f.LongTerm {
			w.LongTermClients++
		}
	}
}

// add adds a contract that had started as of the moment, with its weeks.
func (f *WorkFor) add(s *sums, p WorkPolicy, r *projection.ContractRecord, weeks []*projection.WeekRecord, asOf event.Time, from event.Date) {
	c := WorkContract{Contract: r.ID, LastYear: true, Facts: []projection.Evidence{r.Started.Evidence("ContractStarted")}}
	for i := range r.Payments {
		if m := &r.Payments[i]; m.By(asOf) {
			add(s, "minutes", &f.Minutes, m.Minutes)
			if m.At.Date() >= from {
				add(s, "minutes_12m", &f.Minutes12m, m.Minutes)
			}
			c.Facts = append(c.Facts, m.Evidence(m.Kind.EventType()))
		}
	}
	for _, w := range weeks {
		if !w.Invoiced.By(asOf) {
			continue
		}
		add(s, "minutes_billed", &f.MinutesBilled, w.Minutes)
		if w.Week.Start().Date() >= from {
			add(s, "minutes_billed_12m", &f.MinutesBilled12m, w.Minutes)
		}
		c.Facts = append(c.Facts, w.Invoiced.Evidence("WeekInvoiced"))
	}
	add(s, "paid", &f.Paid, r.Paid(asOf))
	add(s, "paid_12m", &f.Paid12m, r.PaidSince(from.Start(), asOf))
	until := asOf
	if r.Ended.By(asOf) {
		until, c.LastYear = r.Ended.At, r.Ended.At.Date() >= from
		c.Facts = append(c.Facts, r.Ended.Evidence("ContractEnded"))
	}
	c.LongTerm = r.Started.At.AddMonths(p.LongTermMonths) <= until
	projection.InLogOrder(c.Facts)
	f.LastYear, f.LongTerm = f.LastYear || c.LastYear, f.LongTerm || c.LongTerm
	f.Contracts = append(f.Contracts, c)
}
