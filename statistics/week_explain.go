package statistics

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/marketcore/marketplace/event"
	"github.com/marketcore/marketplace/projection"
)

// WeekExplanation is a week's figures with every contract and invite of which a
// fact of that week counts.
type WeekExplanation struct {
	AsOf      event.Time      `json:"as_of"`
	Policy    string          `json:"policy"`
	From      event.Time      `json:"from"`  // Monday 00:00 UTC
	Until     event.Time      `json:"until"` // the first second of the next week
	Figures   WeekFigures     `json:"figures"`
	Contracts []WeekContract  `json:"contracts"` // in the order of their first facts
	Invites   []InviteVerdict `json:"invites"`   // sent in the week, in that order
}

// WeekContract is what one contract adds to the figures of a week.
type WeekContract struct {
	Contract   uuid.UUID `json:"contract"`
	Client     uuid.UUID `json:"client"`
	Freelancer uuid.UUID `json:"freelancer"`
	Via        event.Via `json:"via"`
	Started    bool      `json:"started"`
	Ended      bool      `json:"ended"`
	Disputed   bool      `json:"disputed"` // if it ended
	Volume
	// Facts are those of the week: the start, payments, refunds, the end; and
	// with the end every dispute opened, with its cancellation, of any week.
	Facts []projection.Evidence `json:"facts"`
}

// weekExplainer collects what a week's figures rest on, record by record.
type weekExplainer struct {
	count *FiguresCount
	week  weekNumber
	x     *WeekExplanation
}

// explainWeek begins to explain a week as of the moment. It fails with a
// *QueryError for a week that does not exist.
func (p Policy) explainWeek(week event.Week, asOf event.Time) (*weekExplainer, error) {
	if _, err := week.MarshalText(); err != nil {
		return nil, invalidQuery("week", "does not exist in its year")
	}
	c := p.CountFigures(asOf)
	return &weekExplainer{
		count: c, week: weekOf(week.Start()),
		x: &WeekExplanation{
			AsOf: c.asOf, Policy: p.Name, From: week.Start(), Until: week.End(), Contracts: []WeekContract{}, Invites: []InviteVerdict{},
		},
	}, nil
}

func (e *weekExplainer) contract(r *projection.ContractRecord) {
	e.count.Contract(r)
	c := WeekContract{Contract: r.ID, Client: r.Client, Freelancer: r.Freelancer, Via: r.Via}
	if c.Started = e.in(r.Started); c.Started {
		c.Facts = append(c.Facts, r.Started.Evidence("ContractStarted"))
	}
	for i := range r.Payments {
		p := &r.Payments[i]
		if !e.in(p.Moment) {
			continue
		}
		c.Volume.add(&e.count.sums, p)
		c.Facts = append(c.Facts, p.Evidence(p.Kind.EventType()))
	}
	if c.Ended = e.in(r.Ended); c.Ended {
		c.Disputed = r.Disputed(e.count.asOf) != nil
		c.Facts = append(c.Facts, endEvidence(r, e.count.asOf)...)
	}
	if len(c.Facts) > 0 {
		projection.InLogOrder(c.Facts)
		e.x.Contracts = append(e.x.Contracts, c)
	}
}

func (e *weekExplainer) invite(r *projection.InviteRecord) {
	e.count.Invite(r)
	if e.in(r.Sent) {
		e.x.Invites = append(e.x.Invites, e.count.invites.judge(r, e.count.asOf).verdict(r))
	}
}

// in reports whether the fact is one of the week and had happened.
func (e *weekExplainer) in(m projection.Moment) bool {
	return m.By(e.count.asOf) && weekOf(m.At) == e.week
}

// explanation is that of what was taken in. It fails with a *SumError.
func (e *weekExplainer) explanation() (*WeekExplanation, error) {
	if err := e.count.sums.err(); err != nil {
		return nil, err
	}
	e.x.Figures = e.count.figuresOf(e.week)
	first := func(a, b []projection.Evidence) int { return cmp.Compare(a[0].Position, b[0].Position) }
	slices.SortFunc(e.x.Contracts, func(a, b WeekContract) int { return first(a.Facts, b.Facts) })
	slices.SortFunc(e.x.Invites, func(a, b InviteVerdict) int { return first(a.Facts, b.Facts) })
	return e.x, nil
}
